/** Examples that need a Redis. */
import { redisCommand } from '../support/redis/redisCommand.ts';
import { RedisServer } from '../../scripts/queue/RedisServer.ts';
import { answered } from '../support/examples/outcomes.ts';
import { runExample } from '../support/examples/runExample.ts';

let redis: RedisServer;

beforeAll(async () => {
	redis = await RedisServer.start();
});

afterAll(async () => {
	await redis.close();
});

it('limits-redis.json', async () => {
	await runExample('limits-redis.json', {
		runs: 2,
		credentials: () => ({ redis: { host: '127.0.0.1', port: redis.port } }),
		until: answered(30),
		expect: async ({ server }) => {
			expect(server.requests).toHaveLength(30);
			const keys = String(await redisCommand(redis.port, 'KEYS', ['*']));
			expect(keys).toContain('n8n-concurrent-http:{name%3Aexample-api}');
		},
	});
});
