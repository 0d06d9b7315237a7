import type { QueueCluster } from '../../../scripts/queue/QueueCluster.ts';
import { saveFanOut } from '../../../scripts/queue/fanOut.ts';
import type { FanOut } from '../../../scripts/queue/fanOut.ts';
import { executionsIn } from '../../../scripts/queue/workerLog.ts';
import { outputItems } from '../../../scripts/n8n/ExecutionResult.ts';
import type { ExecutionResult } from '../../../scripts/n8n/ExecutionResult.ts';
import type { N8nServer } from '../../../scripts/n8n/N8nServer.ts';
import type { Workflow } from '../../../scripts/n8n/Workflow.ts';
import { pairsOf } from '../../n8n/support/workflows.ts';
import { CountingApi } from '../CountingApi.ts';

/** The limits that the example states for all workers together; milliseconds. */
export const LIMIT = { concurrency: 20, amount: 100, interval: 1_000 };

/** Milliseconds until the API responds. */
const LATENCY = 100;

/** Milliseconds for one run, on a machine that is slow. */
const PATIENCE = 250_000;

/** The example that spreads a run over workers, on a cluster, against an API that counts. */
export class FanOutExample {
	readonly api: CountingApi;
	private readonly cluster: QueueCluster;
	private readonly fanOut: FanOut;

	private constructor(cluster: QueueCluster, api: CountingApi, fanOut: FanOut) {
		this.cluster = cluster;
		this.api = api;
		this.fanOut = fanOut;
	}

	static async save(cluster: QueueCluster): Promise<FanOutExample> {
		const api = await CountingApi.start(LATENCY);
		const { main, limitsRedis } = cluster;
		const fanOut = await saveFanOut(main, new URL(api.url).origin, limitsRedis.port);
		return new FanOutExample(cluster, api, fanOut);
	}

	/** Starts it with the ids from 1, so many in each part. */
	async start(parts: number, size: number): Promise<FanOutRun> {
		this.api.arrivals.length = 0;
		const { main } = this.cluster;
		const { executionId } = await main.startWorkflow(withItems(this.fanOut.run, parts, size));
		const result = main.waitForExecution(executionId, PATIENCE);
		// Of one that is never awaited, because an assertion has failed before.
		result.catch(() => {});
		const items = parts * size;
		return { ...this.fanOut, executionId, result, items };
	}

	/** A worker that does not run the workflow that calls the parts. */
	workerBeside({ executionId }: FanOutRun): string {
		const workers = [...this.cluster.workers];
		return workers.find(([, worker]) => !startedBy(worker).includes(executionId))![0];
	}

	/** Every item came out once, in order, and the limits held. */
	async expectComplete({ result, calls, items }: FanOutRun): Promise<void> {
		const ended = await result;
		expect(ended.error).toBeUndefined();
		expect(idsOf(ended, calls)).toEqual(Array.from({ length: items }, (_, index) => index + 1));
		this.expectLimitsKept();
	}

	expectLimitsKept(): void {
		expect(this.api.mostInFlight).toBeLessThanOrEqual(LIMIT.concurrency);
		expect(this.api.mostInAnyWindow(LIMIT.interval)).toBeLessThanOrEqual(LIMIT.amount);
	}

	/** How often each item was sent, beyond once. */
	get repeated(): number {
		return this.api.arrivals.length - new Set(this.api.arrivals.map(({ id }) => id)).size;
	}

	async close(): Promise<void> {
		await this.api.close();
	}
}

export interface FanOutRun extends FanOut {
	readonly executionId: string;
	readonly result: Promise<ExecutionResult>;
	readonly items: number;
}

/** Executions that a worker has taken. */
export function startedBy(worker: N8nServer): string[] {
	return executionsIn(worker.log).started;
}

/** Ids in the API's responses. */
export function idsOf(result: ExecutionResult, node: string): number[] {
	return outputItems(result, node).map(({ json }) => Number(/\d+$/.exec(String(json.answer))));
}

/** The part whose response each item is from. */
export function partsOf(result: ExecutionResult, node: string): unknown[] {
	return pairsOf(outputItems(result, node));
}

function withItems(run: Workflow, parts: number, size: number): Workflow {
	const jsCode = `return Array.from({ length: ${parts} }, (_, part) => ({
		json: { ids: Array.from({ length: ${size} }, (_, index) => part * ${size} + index + 1) },
	}));`;
	const nodes = run.nodes.map((node) =>
		node.type === 'n8n-nodes-base.code' ? { ...node, parameters: { jsCode } } : node,
	);
	return { ...run, id: undefined, nodes };
}
