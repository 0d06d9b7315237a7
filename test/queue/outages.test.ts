/** What happens to a run over workers while one of the two Redis is away for 15 or 20 s. */
import { setTimeout as sleep } from 'node:timers/promises';
import { QueueCluster } from '../../scripts/queue/QueueCluster.ts';
import type { RedisServer } from '../../scripts/queue/RedisServer.ts';
import { FanOutExample } from '../support/queue/FanOutExample.ts';

jest.setTimeout(400_000);

const AWAY = 20_000;

let cluster: QueueCluster;
let example: FanOutExample;

beforeAll(async () => {
	cluster = await QueueCluster.start({
		name: 'test-queue-outages',
		env: {
			QUEUE_BULL_REDIS_TIMEOUT_THRESHOLD: '60000',
			// Without it the main never learns of jobs that end while it has no connection.
			N8N_EXECUTIONS_QUEUE_KEEP_LAST_COMPLETED: '1000',
			N8N_EXECUTIONS_QUEUE_KEEP_LAST_FAILED: '1000',
		},
	});
	example = await FanOutExample.save(cluster);
});

afterAll(async () => {
	await example?.close();
	await cluster?.close();
});

async function startAndSend() {
	const run = await example.start(16, 30);
	await example.api.until(() => example.api.arrivals.length >= 150);
	return run;
}

it('waits while the Redis of shared limits does not respond for 20 s', async () => {
	const run = await startAndSend();
	cluster.limitsRedis.pause();
	try {
		// Units that were granted before may be used for a while.
		await sleep(5_000);
		const before = example.api.arrivals.length;
		await sleep(AWAY - 5_000);
		expect(example.api.arrivals.length).toBe(before);
	} finally {
		cluster.limitsRedis.resume();
	}
	await example.expectComplete(run);
	expect(example.repeated).toBe(0);
});

it('goes on after the Redis of n8n’s queue did not respond for 20 s', async () => {
	const run = await startAndSend();
	cluster.queueRedis.pause();
	await sleep(AWAY).finally(() => cluster.queueRedis.resume());
	await example.expectComplete(run);
	expect(example.repeated).toBe(0);
});

it('goes on after the Redis of n8n’s queue was away for 15 s, with a higher threshold', async () => {
	const run = await startAndSend();
	await restart(cluster.queueRedis, 15_000);
	await example.expectComplete(run);
	expect(cluster.workers.size).toBe(2);
});

it('ends n8n’s processes when the Redis of its queue is away for longer than the threshold', async () => {
	const worker = await cluster.startWorker('c', {
		env: { QUEUE_BULL_REDIS_TIMEOUT_THRESHOLD: '10000' },
	});
	await cluster.queueRedis.stop();
	expect(await worker.ended).not.toBe(0);
	expect(worker.log).toContain('Unable to connect to Redis after trying to connect for 10s');
	await cluster.queueRedis.start();
});

async function restart(redis: RedisServer, away: number): Promise<void> {
	await redis.stop();
	await sleep(away);
	await redis.start();
}
