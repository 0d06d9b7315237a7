/**
 * n8n's queue mode with PostgreSQL, Redis, a main and two workers. `npm run test:queue` has what takes
 * longer.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { outputItems } from '../../scripts/n8n/ExecutionResult.ts';
import { QueueCluster } from '../../scripts/queue/QueueCluster.ts';
import { httpNode, manual, numbersNode, pairsOf } from '../n8n/support/workflows.ts';
import { CountingApi } from '../support/CountingApi.ts';
import { FanOutExample, idsOf, partsOf, startedBy } from '../support/queue/FanOutExample.ts';

jest.setTimeout(300_000);

/** n8n notices a dead worker sooner than by default, which takes more than a minute. */
const QUICK_NOTICE = {
	QUEUE_WORKER_LOCK_DURATION: '10000',
	QUEUE_WORKER_LOCK_RENEW_TIME: '2000',
	QUEUE_WORKER_STALLED_INTERVAL: '5000',
};

let cluster: QueueCluster;
let example: FanOutExample;

beforeAll(async () => {
	cluster = await QueueCluster.start({ name: 'test-queue', env: QUICK_NOTICE });
	// The files 'workers-run.json' and 'workers-part.json' of examples/.
	example = await FanOutExample.save(cluster);
});

afterAll(async () => {
	await example?.close();
	await cluster?.close();
});

it('spreads a run over the workers, with the output of one process, within one limit', async () => {
	const run = await example.start(10, 30);
	await example.expectComplete(run);
	for (const worker of cluster.workers.values()) {
		const requests = startedBy(worker).map((id) => example.api.arrivalsOf(id));
		expect(Math.max(...requests)).toBeGreaterThan(0);
	}
	const spread = await run.result;
	// One execution of one worker sends the same requests.
	const url = `=${example.api.url}?id={{ $json.id + 1 }}`;
	const alone = await cluster.main.runWorkflow(manual([numbersNode(300), httpNode({ url })]));
	expect(idsOf(spread, run.calls)).toEqual(idsOf(alone, 'HTTP'));
	expect(partsOf(spread, run.calls)).toEqual(
		pairsOf(outputItems(alone, 'HTTP')).map((item) => Math.floor(Number(item) / 30)),
	);
});

it('stops a run on a worker within a second, from the main', async () => {
	const api = await CountingApi.start(200);
	try {
		// By the limit, ten requests start in a second, however fast the machine is.
		const sending = httpNode({
			url: `=${api.url}?id={{ $json.id }}`,
			rateLimits: { limits: [{ amount: 10, interval: 1, intervalUnit: 'seconds' }] },
		});
		const { executionId } = await cluster.main.startWorkflow(manual([numbersNode(1000), sending]));
		await api.until(() => api.arrivals.length >= 15);
		const before = api.arrivals.length;
		await cluster.main.stopExecution(executionId);
		const stopped = api.arrivals.length;
		await sleep(3_000);
		expect(api.arrivals.length - stopped).toBeLessThanOrEqual(10);
		expect(api.arrivals.length - before).toBeLessThan(50);
		expect(api.inFlightOf()).toBe(0);
		const { status } = await cluster.main.waitForExecution(executionId);
		expect(status).toBe('canceled');
	} finally {
		await api.close();
	}
});

it('waits for the Redis of shared limits while it restarts without its data', async () => {
	const run = await example.start(10, 30);
	await example.api.until(() => example.api.arrivals.length >= 100);
	await cluster.limitsRedis.stop();
	await sleep(1_000);
	await cluster.limitsRedis.start();
	await example.expectComplete(run);
	expect(example.repeated).toBe(0);
});

it('loses nothing when a worker is killed', async () => {
	const run = await example.start(16, 30);
	await example.api.until(() => example.api.arrivals.length >= 150);
	await cluster.killWorker(example.workerBeside(run));
	await example.expectComplete(run);
	expect(example.repeated).toBeGreaterThan(0);
});
