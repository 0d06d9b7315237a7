/** What docs/queue-mode.md says of workers: one that lacks the package, places, shutting down. */
import { setTimeout as sleep } from 'node:timers/promises';
import { QueueCluster } from '../../scripts/queue/QueueCluster.ts';
import { httpNode, manual, numbersNode } from '../n8n/support/workflows.ts';
import { FanOutExample, startedBy } from '../support/queue/FanOutExample.ts';

jest.setTimeout(400_000);

/** Milliseconds until a worker is killed that does not end by itself. */
const PATIENCE = 90_000;

let cluster: QueueCluster;
let example: FanOutExample;

beforeAll(async () => {
	cluster = await QueueCluster.start({
		name: 'test-queue-workers',
		workers: [],
		concurrency: 1,
		env: { N8N_GRACEFUL_SHUTDOWN_TIMEOUT: '60' },
	});
	example = await FanOutExample.save(cluster);
});

afterAll(async () => {
	await example?.close();
	await cluster?.close();
});

it('says that a worker lacks the package', async () => {
	await cluster.startWorker('bare', { withPackage: false });
	const result = await cluster.main.runWorkflow(
		manual([numbersNode(1), httpNode({ url: example.api.url })]),
	);
	await cluster.stopWorker('bare');
	expect(result.status).toBe('error');
	expect(result.error?.message).toContain(
		'Unrecognized node type: n8n-nodes-concurrent-http.concurrentHttpRequest',
	);
});

it('starts no part while the run that calls them holds the only place', async () => {
	await cluster.startWorker('a');
	const run = await example.start(4, 10);
	await sleep(10_000);
	expect(example.api.arrivals).toEqual([]);
	await cluster.startWorker('b');
	await example.expectComplete(run);
});

it('loses and repeats nothing when a worker is shut down', async () => {
	const run = await example.start(20, 10);
	await example.api.until(() => example.api.arrivals.length >= 30);
	const name = example.workerBeside(run);
	const worker = cluster.workers.get(name)!;
	await cluster.startWorker('c');
	await cluster.stopWorker(name, PATIENCE);
	const started = startedBy(worker).length;
	await example.expectComplete(run);
	expect(example.repeated).toBe(0);
	expect(await worker.ended).toBe(0);
	expect(startedBy(worker)).toHaveLength(started);
});
