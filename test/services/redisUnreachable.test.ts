/** A workflow whose Redis credential names a host and port where nothing listens. */
import { Logger } from '@n8n/backend-common';
import { Container } from '@n8n/di';

import { freePort } from '../../scripts/lib/ports.ts';
import { RedisServer } from '../../scripts/queue/RedisServer.ts';
import { TestServer } from '../support/TestServer.ts';
import { numbered } from '../support/workflow/runWorkflow.ts';
import { jsonOf, sendItems } from '../support/workflow/sendItems.ts';

let server: TestServer;
let warnings: string[];

beforeAll(async () => {
	server = await TestServer.start();
});

beforeEach(() => {
	server.reset();
	warnings = [];
	jest.spyOn(Container.get(Logger), 'warn').mockImplementation((message) => {
		warnings.push(message);
	});
});

afterEach(() => jest.restoreAllMocks());

afterAll(async () => {
	await server?.close();
});

const send = async (name: string, port: number, items = 2) =>
	await sendItems(
		{
			url: `${server.origin}/text`,
			options: { limitScope: 'name', limitName: name, sharedThrough: 'redis' },
		},
		{ items: numbered(items), credentials: { redis: { host: '127.0.0.1', port } } },
	);

it('fails, and says what to check, where Redis has never been reached', async () => {
	const { error } = await send('wrong port', await freePort());
	expect(error?.message).toMatch(
		/^Redis, .* has never been reached since n8n was started: .*connect ECONNREFUSED/,
	);
	expect(error?.description).toMatch(/that the host and port of the Redis credential are right/);
	expect(server.requests).toHaveLength(0);
	expect(warnings).toEqual([expect.stringMatching(/^"HTTP": Waiting for Redis, .* ECONNREFUSED/)]);
});

it('waits for a Redis that it has reached before, and says so in the log', async () => {
	const redis = await RedisServer.start();
	try {
		await send('away', redis.port);
		await redis.stop();
		const running = send('away', redis.port);
		while (warnings.length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
		const sent = server.requests.length;
		await redis.start();
		const { items, error, hints } = await running;
		expect(error).toBeUndefined();
		expect(sent).toBe(2);
		expect(jsonOf(items)).toHaveLength(2);
		expect(hints[0]).toMatch(/Waited [\d.]+ s for Redis, through which limits are shared/);
		expect(warnings).toEqual([
			expect.stringMatching(/^"HTTP": Waiting for Redis, which cannot be reached: .*"name:away"/),
			'"HTTP": Redis is back (limits "name:away")',
		]);
	} finally {
		await redis.close();
	}
});
