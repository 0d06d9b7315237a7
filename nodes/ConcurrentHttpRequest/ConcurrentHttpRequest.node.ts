import {
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	NodeConnectionTypes,
	NodeOperationError,
} from 'n8n-workflow';

import { credentials, properties } from './description';
import { findUnsupported } from './description/unsupported';
import { runConcurrently } from './engine/runConcurrently';
import { RunStatistics } from './engine/RunStatistics';
import { summarize } from './engine/summarize';
import { assertSuccess } from './errors/HttpStatusError';
import { describeFailure } from './errors/ItemFailure';
import { toErrorItem } from './errors/toErrorItem';
import { toNodeError } from './errors/toNodeError';
import { paginate } from './pagination/paginate';
import { readPagination } from './pagination/Pagination';
import { RunAuthentication } from './request/authentication';
import { buildRequest } from './request/buildRequest';
import { readConcurrency } from './request/concurrency';
import { sendAuthorized } from './transport/Authorizer';
import type { HttpRequest } from './transport/HttpRequest';
import { InvalidParameter } from './request/InvalidParameter';
import { itemFiles } from './request/ItemFiles';
import { RunParameters } from './request/ItemParameters';
import type { PageChanges } from './request/PageChanges';
import { FileReceiver } from './response/FileReceiver';
import { readResponseOptions } from './response/ResponseOptions';
import { toItems } from './response/toItems';
import { n8nEgressPolicy } from './n8nEgressPolicy';
import { Transport } from './transport/Transport';
import { TransportFailure } from './transport/TransportFailure';

/**
 * Sends the HTTP requests of all items concurrently, within a limit. One item's way, from top to
 * bottom of `processItem`: parameters, request, transport, response, output items.
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
		// These are the versions of HTTP Request, not of this node: with its parameters and its version
		// numbers, changing `type` in a workflow's JSON is enough to move a node here, and back.
		version: [4, 4.1, 4.2, 4.3, 4.4, 4.5],
		defaultVersion: 4.5,
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
		const concurrency = checkRun(this, parameters);

		const rawPagination = parameters.raw('options.pagination.pagination');

		const startedAt = Date.now();
		const statistics = new RunStatistics();
		const runAuthentication = new RunAuthentication(this);
		const transport = new Transport({
			egress: n8nEgressPolicy(this.helpers.getSecureEgressFilter()),
			connectionsPerOrigin: concurrency,
			onConnection: () => statistics.connectionOpened(),
		});
		const cancelSignal = this.getExecutionCancelSignal();
		const abort = () => transport.abort(new TransportFailure('cancelled', 'The run was stopped'));
		cancelSignal?.addEventListener('abort', abort);

		const stopped = () => new NodeOperationError(node, 'The run was stopped');

		const processItem = async (
			item: INodeExecutionData,
			itemIndex: number,
		): Promise<INodeExecutionData[]> => {
			let sent: HttpRequest | undefined;
			try {
				const itemParameters = parameters.forItem(itemIndex);
				const responseOptions = readResponseOptions(itemParameters);
				const authentication = await runAuthentication.forItem(itemParameters, itemIndex);
				const files = itemFiles(this.helpers, itemIndex);
				const build = (page?: PageChanges) =>
					buildRequest(itemParameters, authentication, node.typeVersion, files, page);
				const pagination = readPagination(rawPagination, responseOptions.neverError);
				const receiver = new FileReceiver(responseOptions, this.helpers, pagination !== undefined);
				const send = async (request: HttpRequest) => {
					sent = request;
					return await sendAuthorized(
						request,
						async (attempt) =>
							await statistics.request(() => transport.send(attempt, undefined, receiver)),
					);
				};
				const source = { itemIndex, item };
				if (pagination) {
					return await paginate(this, {
						...{ pagination, parameters: itemParameters, typeVersion: node.typeVersion },
						...{ options: responseOptions, source, build, send },
					});
				}
				const response = await send(build());
				assertSuccess(response, responseOptions.neverError);
				return await toItems(response, responseOptions, source, this.helpers);
			} catch (error) {
				if (cancelSignal?.aborted) throw stopped();
				const failure = describeFailure(error, sent, itemIndex);
				statistics.itemFailed(failure.kind);
				if (!this.continueOnFail()) throw toNodeError(node, failure, itemIndex);
				return [toErrorItem(failure, itemIndex, node.typeVersion)];
			}
		};

		const outputs: INodeExecutionData[][] = [];
		try {
			await runConcurrently({
				inputs: inputItems.entries(),
				concurrency,
				isCancelled: () => cancelSignal?.aborted === true,
				onFailure: abort,
				task: async ([itemIndex, item]) => {
					outputs[itemIndex] = await processItem(item, itemIndex);
				},
			});
		} finally {
			cancelSignal?.removeEventListener('abort', abort);
			await transport.close();
		}
		if (cancelSignal?.aborted) throw stopped();
		this.logger.debug(`Expressions evaluated by: ${JSON.stringify(parameters.ways())}`);
		this.addExecutionHints({
			message: summarize(statistics, Date.now() - startedAt),
			location: 'outputPane',
		});
		return [outputs.flat()];
	}
}

/**
 * Checks what concerns the whole run.
 *
 * @returns how many requests may be in flight
 */
function checkRun(context: IExecuteFunctions, parameters: RunParameters): number {
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
		return readConcurrency(parameters.forItem(0));
	} catch (error) {
		if (error instanceof InvalidParameter) throw fail(error.message, error.hint);
		throw new NodeOperationError(node, error as Error);
	}
}
