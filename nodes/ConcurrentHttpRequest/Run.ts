import {
	type IExecuteFunctions,
	type INodeExecutionData,
	NodeApiError,
	NodeOperationError,
} from 'n8n-workflow';

import { describeNumber } from './common/describeNumber';
import { checkRun } from './checkRun';
import { systemClock } from './common/Clock';
import { runConcurrently } from './runConcurrently';
import { TimeSlices } from './common/TimeSlices';
import { describeFailure } from './errors/ItemFailure';
import { describeLoss, describeRepetition, describeStop } from './errors/losses';
import { toErrorItem } from './errors/toErrorItem';
import { ItemRun, runStopped, type SharedByItems } from './ItemRun';
import { n8nEgressPolicy } from './egress/n8nEgressPolicy';
import { RunRecorder } from './summary/RunRecorder';
import { chartPainter } from './summary/chart/ChartPainter';
import { summaryItem } from './summary/summaryItem';
import type { RunFacts } from './summary/toSummary';
import { RunAuthentication } from './authentication';
import { IdempotencyKeys } from './request/idempotencyKey';
import { RequestDetails } from './output/RequestDetails';
import { Redactors } from './secrets/Redactors';
import { RunParameters } from './parameters/ItemParameters';
import { Client } from './client/Client';
import { Preview } from './preview/Preview';
import { type Channel, channelOf } from './progress/channel';
import type { RunState } from './progress/describeProgress';
import { Progress } from './progress/Progress';

/** Items that may wait for a limit or their next try, beside those whose requests are in flight. */
const MAX_WAITING = 1000;

const NO_LIMITS = { rateLimits: [], shared: [] };

/** One execution of the node. It owns the settings, limits and connections of the execution. */
export class Run {
	private readonly shared: SharedByItems;
	private readonly maxConcurrency: number;
	/** Those of the input that are processed. */
	private readonly items: INodeExecutionData[];

	private constructor(shared: SharedByItems, maxConcurrency: number, firstItems: number) {
		this.shared = shared;
		this.maxConcurrency = maxConcurrency;
		const all = shared.context.getInputData();
		this.items = firstItems < all.length ? all.slice(0, firstItems) : all;
	}

	/**
	 * Reads and checks what concerns the run as a whole. Sends nothing.
	 *
	 * @throws {NodeOperationError} where a setting is wrong
	 */
	static async begin(context: IExecuteFunctions): Promise<Run> {
		const node = context.getNode();
		const parameters = new RunParameters(context);
		const authentication = new RunAuthentication(context);
		const checked = await checkRun(context, parameters, authentication);
		const { settings, limits, redis, testing } = checked;
		const { idempotencyHeader } = settings.retry;
		const client = new Client({
			settings,
			// A preview must not change what other runs may send.
			limits: testing.preview ? NO_LIMITS : limits,
			egress: n8nEgressPolicy(context.helpers.getSecureEgressFilter()),
			redis,
			log: (sentence) => {
				// n8n's log, and the browser's console in a manual run.
				context.logger.warn(`"${node.name}": ${sentence}`);
				context.sendMessageToUI(sentence);
			},
		});
		const hasSummary = parameters.raw('output.summary') === true && !testing.preview;
		const recorder = hasSummary ? new RunRecorder(client.startedAt) : undefined;
		client.statistics.observer = recorder;
		const redactors = new Redactors();
		const shared: SharedByItems = {
			context,
			node,
			client,
			parameters,
			authentication,
			preview: testing.preview
				? new Preview({ limits, concurrency: settings.concurrency })
				: undefined,
			rawPagination: parameters.raw('options.pagination.pagination'),
			keys: idempotencyHeader
				? new IdempotencyKeys(idempotencyHeader, scopeOf(context), context.getInputData())
				: undefined,
			redactors,
			requestDetails: new RequestDetails(redactors),
			slices: new TimeSlices(systemClock),
			recorder,
			itemCount: context.getInputData().length,
			cancelSignal: context.getExecutionCancelSignal(),
		};
		return new Run(shared, settings.concurrency.max, testing.firstItems);
	}

	/**
	 * Processes all items, and closes every connection. To be called once.
	 *
	 * @returns the output of each item, in input order; in a second output the summary, where it is on
	 * @throws the first item's error, where the workflow does not go on after errors; an error where it was
	 * stopped before any item had succeeded
	 */
	async process(): Promise<INodeExecutionData[][]> {
		if (this.shared.recorder) chartPainter.prepare();
		const { context, client, parameters, preview, recorder, cancelSignal } = this.shared;
		const { items } = this;
		const channel = channelOf(context);
		const abort = () => client.abort();
		cancelSignal?.addEventListener('abort', abort);
		if (!preview) client.stopAfter?.begin();
		const progress = new Progress({
			...channel,
			clock: systemClock,
			read: () => this.state(),
		});
		const outputs: INodeExecutionData[][] = [];
		try {
			await runConcurrently({
				inputs: items.entries(),
				concurrency: Math.min(itemsInProgress(this.maxConcurrency), Math.max(1, items.length)),
				maxWaiting: MAX_WAITING,
				isCancelled: () => cancelSignal?.aborted === true,
				onFailure: abort,
				task: async ([itemIndex, item], slot) => {
					outputs[itemIndex] = await new ItemRun(this.shared, item, itemIndex, slot).process();
				},
			});
		} catch (error) {
			if (!cancelSignal?.aborted) throw this.withLoss(error);
		} finally {
			progress.close();
			cancelSignal?.removeEventListener('abort', abort);
			await client.close();
		}
		if (cancelSignal?.aborted) return this.stopped(outputs, channel);
		context.logger.debug(`Expressions evaluated by: ${JSON.stringify(parameters.evaluators())}`);
		const text = this.describeFirstItems() + (preview?.finish() ?? client.summary());
		context.addExecutionHints({ message: text, location: 'outputPane' });
		const repetition = this.repetition();
		if (repetition !== undefined) {
			context.addExecutionHints({ message: repetition, location: 'outputPane', type: 'warning' });
		}
		if (!recorder) return [outputs.flat()];
		const now = systemClock.now();
		const facts: RunFacts = {
			recorder,
			statistics: client.statistics,
			waits: client.waited(),
			retryWaits: client.retryWaits.waited(),
			items: this.items.length,
			now,
			duration: now - client.startedAt,
			wallClock: Date.now(),
			text,
		};
		return [outputs.flat(), [await summaryItem(context, facts)]];
	}

	/** `Only the first 10 of 5,000 items (Limit to First Items). `, or nothing */
	private describeFirstItems(): string {
		const all = this.shared.context.getInputData();
		if (all.length === this.items.length) return '';
		const [first, of] = [this.items, all].map(({ length }) => describeNumber(length));
		return `Only the first ${first} of ${of} items (Limit to First Items). `;
	}

	private state(): RunState {
		const { client } = this.shared;
		const { itemsSucceeded, itemsFailed, requestsEnded, inFlight } = client.statistics;
		return {
			items: this.items.length,
			succeeded: itemsSucceeded,
			failed: itemsFailed,
			requestsEnded,
			inFlight,
			waits: client.waitingFor(),
		};
	}

	/**
	 * n8n keeps what a node returns when the workflow's time is over, and runs no other node. It discards it
	 * when somebody pressed Stop.
	 *
	 * @throws {NodeOperationError} where no item had succeeded
	 */
	private stopped(outputs: INodeExecutionData[][], { say }: Channel): INodeExecutionData[][] {
		const { context, node, client } = this.shared;
		const state = this.state();
		if (state.succeeded === 0) throw new NodeOperationError(node, 'The run was stopped');
		const message = describeStop(state);
		say(message);
		if (context.continueOnFail()) {
			for (let itemIndex = 0; itemIndex < state.items; itemIndex++) {
				outputs[itemIndex] ??= [this.notTried(itemIndex)];
			}
		}
		context.addExecutionHints(
			{ message: client.summary(), location: 'outputPane' },
			{ message, location: 'outputPane', type: 'warning' },
		);
		return [outputs.flat()];
	}

	private notTried(itemIndex: number): INodeExecutionData {
		const position = { index: itemIndex, count: this.shared.itemCount };
		const failure = describeFailure(runStopped(), undefined, position);
		this.shared.client.statistics.itemFailed(failure.kind);
		return toErrorItem(failure, itemIndex, this.shared.node.typeVersion);
	}

	/** The error of an item, with what the whole run loses by it. */
	private withLoss(error: unknown): unknown {
		if (!(error instanceof NodeApiError || error instanceof NodeOperationError)) return error;
		const sentences = [error.description, describeLoss(this.state()), this.repetition()];
		error.description = sentences.filter(Boolean).join(' ');
		return error;
	}

	private repetition(): string | undefined {
		const { node } = this.shared;
		return node.retryOnFail ? describeRepetition(this.items.length) : undefined;
	}
}

/** The workflow, the node and the run that idempotency keys depend on. */
function scopeOf(context: IExecuteFunctions) {
	const runIndex = context.getWorkflowDataProxy(0).$runIndex as number;
	return { workflowId: context.getWorkflow().id ?? '', nodeId: context.getNode().id, runIndex };
}

/**
 * Twice as many items as may be in flight: while one half is in flight, the other is prepared, so
 * that a request can be sent as soon as another ends. With a concurrency of 1, items strictly
 * follow each other.
 */
function itemsInProgress(maxConcurrency: number): number {
	return maxConcurrency === 1 ? 1 : 2 * maxConcurrency;
}
