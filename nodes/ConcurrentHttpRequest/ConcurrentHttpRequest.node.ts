import {
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	NodeConnectionTypes,
	NodeOperationError,
} from 'n8n-workflow';

import { credentials, properties } from './description';
import { REDIS_CREDENTIAL } from './description/redisLimits';
import { findUnsupported } from './description/unsupported';
import { versions } from './description/versions';
import { NotTried } from './engine/breaker/FailureBudget';
import { systemClock } from './engine/Clock';
import type { RunLimits } from './engine/limitsOfRun';
import { type Place, runConcurrently } from './engine/runConcurrently';
import { TimeSlices } from './engine/TimeSlices';
import { assertSuccess } from './errors/HttpStatusError';
import { describeFailure } from './errors/ItemFailure';
import { toErrorItem } from './errors/toErrorItem';
import { toNodeError } from './errors/toNodeError';
import { n8nEgressPolicy } from './n8nEgressPolicy';
import { connectToRedis } from './redis/connections';
import { paginate } from './pagination/paginate';
import { readPagination } from './pagination/Pagination';
import { RunAuthentication } from './request/authentication';
import { buildRequest } from './request/buildRequest';
import { IdempotencyKeys } from './request/idempotencyKey';
import { InvalidParameter } from './request/InvalidParameter';
import { itemFiles } from './request/ItemFiles';
import { RunParameters } from './request/ItemParameters';
import { readCosts } from './request/limits';
import { assertShared, readRedisCredential } from './request/redisLimits';
import type { PageChanges } from './request/PageChanges';
import { type RunCredential, runLimits } from './request/runLimits';
import { readRunSettings, type RunSettings } from './request/runSettings';
import { FileReceiver } from './response/FileReceiver';
import { readResponseOptions } from './response/ResponseOptions';
import { toItems } from './response/toItems';
import { Sender, type SharedThroughRedis } from './Sender';
import type { HttpRequest } from './transport/HttpRequest';

/** Items that may wait for a quota or their next try, beside those whose requests are in flight. */
const MAX_WAITING = 1000;

/**
 * Sends the HTTP requests of all items concurrently, within a limit. One item's way, from top to
 * bottom of `processItem`: parameters, request, admission and transport, response, output items.
 */
export class ConcurrentHttpRequest implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Concurrent HTTP Request',
		name: 'concurrentHttpRequest',
		icon: {
			light: 'file:concurrentHttpRequest.svg',
			dark: 'file:concurrentHttpRequest.dark.svg',
		},
		group: ['output'],
		version: versions,
		defaultVersion: Math.max(...versions),
		subtitle: '={{$parameter["method"] + ": " + $parameter["url"]}}',
		description: 'Sends an HTTP request per item, many at the same time, up to a limit you set',
		defaults: { name: 'Concurrent HTTP Request' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials,
		properties,
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const node = this.getNode();
		const inputItems = this.getInputData();
		const parameters = new RunParameters(this);
		const authentication = new RunAuthentication(this);
		let run: Run;
		try {
			run = await checkRun(this, parameters, authentication);
		} catch (error) {
			if (!this.continueOnFail()) throw new NodeOperationError(node, error as Error);
			// Of a node that fails n8n would hand on the input, as if it were the output.
			const failed = (_: unknown, itemIndex: number) =>
				toErrorItem(describeFailure(error, undefined, itemIndex), itemIndex, node.typeVersion);
			return [inputItems.map(failed)];
		}
		const { settings, limits, redis } = run;
		const { idempotencyHeader } = settings.retry;
		const scope = { workflowId: this.getWorkflow().id ?? '', nodeId: node.id };
		const keys = idempotencyHeader
			? new IdempotencyKeys(idempotencyHeader, scope, inputItems)
			: undefined;
		const egress = n8nEgressPolicy(this.helpers.getSecureEgressFilter());
		const log = (sentence: string) => {
			// The log of n8n, and the browser's console where somebody looks on.
			this.logger.warn(`"${node.name}": ${sentence}`);
			this.sendMessageToUI(sentence);
		};
		const sender = new Sender({ settings, limits, egress, redis, log });
		const { statistics, failureBudget } = sender;
		const slices = new TimeSlices(systemClock);
		const rawPagination = parameters.raw('options.pagination.pagination');
		const cancelSignal = this.getExecutionCancelSignal();
		const abort = () => sender.abort();
		cancelSignal?.addEventListener('abort', abort);

		const stopped = () => new NodeOperationError(node, 'The run was stopped');

		const processItem = async (
			item: INodeExecutionData,
			itemIndex: number,
			place: Place,
		): Promise<INodeExecutionData[]> => {
			let sent: HttpRequest | undefined;
			try {
				sender.signal.throwIfAborted();
				const itemParameters = parameters.forItem(itemIndex);
				const added = await authentication.forItem(itemParameters, itemIndex);
				// Pages are asked for only some promises later, by n8n.
				const toBuild = rawPagination === undefined ? slices.next() : slices.queued();
				if (toBuild) await toBuild;
				sender.signal.throwIfAborted();
				const responseOptions = readResponseOptions(itemParameters);
				const files = itemFiles(this.helpers, itemIndex);
				const itemKeys = keys?.forItem(itemIndex);
				const build = (page?: PageChanges) => {
					const request = buildRequest(itemParameters, added, node.typeVersion, files, page);
					itemKeys?.addTo(request);
					return request;
				};
				const pagination = readPagination(rawPagination, responseOptions.neverError);
				const receiver = new FileReceiver(responseOptions, this.helpers, pagination !== undefined);
				const costs = readCosts(itemParameters);
				const send = async (request: HttpRequest) => {
					sent = request;
					return await sender.send(request, { costs, place, receiver });
				};
				const source = { itemIndex, item };
				let items: INodeExecutionData[];
				if (pagination) {
					items = await paginate(this, {
						...{ pagination, parameters: itemParameters, typeVersion: node.typeVersion },
						...{ options: responseOptions, source, build, signal: sender.signal },
						send: async (request) => {
							const response = await send(request);
							await slices.queued();
							return response;
						},
						waits: (interval) => place.waits(interval),
					});
				} else {
					const response = await send(build());
					// First, because a failure may end the run.
					assertSuccess(response, responseOptions.neverError);
					const toRead = slices.next();
					if (toRead) await toRead;
					items = await toItems(response, responseOptions, source, this.helpers);
				}
				failureBudget?.itemEnded(false);
				return items;
			} catch (error) {
				if (cancelSignal?.aborted) throw stopped();
				const failure = describeFailure(error, sent, itemIndex);
				statistics.itemFailed(failure.kind);
				if (!(error instanceof NotTried)) failureBudget?.itemEnded(true);
				if (!this.continueOnFail()) throw toNodeError(node, failure, itemIndex);
				return [toErrorItem(failure, itemIndex, node.typeVersion)];
			}
		};

		const outputs: INodeExecutionData[][] = [];
		try {
			await runConcurrently({
				inputs: inputItems.entries(),
				concurrency: itemsInProgress(settings.concurrency.max),
				maxWaiting: MAX_WAITING,
				isCancelled: () => cancelSignal?.aborted === true,
				onFailure: abort,
				task: async ([itemIndex, item], place) => {
					outputs[itemIndex] = await processItem(item, itemIndex, place);
				},
			});
		} finally {
			cancelSignal?.removeEventListener('abort', abort);
			await sender.close();
		}
		if (cancelSignal?.aborted) throw stopped();
		this.logger.debug(`Expressions evaluated by: ${JSON.stringify(parameters.ways())}`);
		this.addExecutionHints({ message: sender.summary(), location: 'outputPane' });
		return [outputs.flat()];
	}
}

/**
 * While as many requests are in flight as may be, as many again are got ready, so that one can be sent
 * as soon as another has ended. With one at a time the items strictly follow each other.
 */
function itemsInProgress(maxConcurrency: number): number {
	return maxConcurrency === 1 ? 1 : 2 * maxConcurrency;
}

/** What concerns the whole run. */
interface Run {
	readonly settings: RunSettings;
	readonly limits: RunLimits;
	readonly redis: SharedThroughRedis | undefined;
}

/** Checks what concerns the whole run, before anything is sent. */
async function checkRun(
	context: IExecuteFunctions,
	parameters: RunParameters,
	authentication: RunAuthentication,
): Promise<Run> {
	const node = context.getNode();
	const fail = (message: string, hint?: string) =>
		new NodeOperationError(node, message, { description: hint });
	if (typeof context.helpers.getSecureEgressFilter !== 'function') {
		throw fail('This node needs n8n 2.31 or later', 'Update n8n, or use HTTP Request.');
	}
	if (node.typeVersion < 4) {
		throw fail(
			'This node has the version of an HTTP Request node from before 4.0',
			'Its parameters meant something else then. Set up a new Concurrent HTTP Request node.',
		);
	}
	const unsupported = findUnsupported(node.parameters);
	if (unsupported !== undefined) throw fail(unsupported);
	try {
		const { settings, account } = await readRun(context, parameters, authentication);
		const limits = runLimits(settings.limits, settings.concurrency.max, account);
		if (!settings.redis) return { settings, limits, redis: undefined };
		assertShared(limits);
		const credential = readRedisCredential(await context.getCredentials(REDIS_CREDENTIAL));
		const connection = await connectToRedis(credential);
		return { settings, limits, redis: { ...settings.redis, connection } };
	} catch (error) {
		if (error instanceof InvalidParameter) throw fail(error.message, error.hint);
		throw new NodeOperationError(node, error as Error);
	}
}

/**
 * Reads the settings of the run from its first item. If one of their expressions cannot be evaluated for
 * it, and the workflow goes on without it, the next item is the first.
 */
async function readRun(
	context: IExecuteFunctions,
	parameters: RunParameters,
	authentication: RunAuthentication,
): Promise<{ settings: RunSettings; account: RunCredential | undefined }> {
	const items = context.continueOnFail() ? context.getInputData().length : 1;
	let failure: unknown;
	for (let itemIndex = 0; itemIndex < items; itemIndex++) {
		const itemParameters = parameters.forItem(itemIndex);
		try {
			const settings = readRunSettings(itemParameters);
			return { settings, account: await authentication.account(itemParameters) };
		} catch (error) {
			failure ??= error;
			if (error instanceof InvalidParameter) break;
		}
	}
	throw failure;
}
