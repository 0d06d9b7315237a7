import { ConnectionPool } from '../../../nodes/ConcurrentHttpRequest/transport/ConnectionPool.ts';
import { keptFor, KeptPools } from '../../../nodes/ConcurrentHttpRequest/transport/KeptPools.ts';
import { TestServer } from '../../support/TestServer.ts';
import { requestTo } from './requestTo.ts';
import { policy } from './transports.ts';

let server: TestServer;

beforeEach(async () => {
	server = await TestServer.start();
});

afterEach(async () => {
	await server.close();
});

const options = { egress: policy(), connectionsPerOrigin: 3, onConnection: () => {} };

/** A pool with one idle connection. */
async function used(pool = new ConnectionPool(options)): Promise<ConnectionPool> {
	const request = requestTo(`${server.origin}/text`);
	await new Promise<void>((resolve, reject) => {
		pool.dispatcher(request, undefined, false, true).dispatch(
			{ origin: server.origin, path: '/text', method: 'GET' },
			{
				onRequestStart() {},
				onResponseStart() {},
				onResponseData() {},
				onResponseEnd: () => resolve(),
				onResponseError: (_, error) => reject(error),
			},
		);
	});
	return pool;
}

it('closes the connections that were kept first where there are too many', async () => {
	const pools = new KeptPools(() => 60_000, 2);
	const [first, second, third] = [await used(), await used(), await used()];
	await pools.keep(first);
	await pools.keep(second);
	expect(server.openSockets).toBe(3);
	await pools.keep(third);
	await server.waitFor(({ openSockets }) => openSockets === 2);
	expect([pools.take(options), pools.take(options)]).toEqual([third, second]);
	expect(pools.take(options).size).toBe(0);
	await Promise.all([second.destroy(), third.destroy()]);
});

it('keeps no pool that has more connections than it may keep', async () => {
	const pools = new KeptPools(() => 60_000, 0);
	await pools.keep(await used());
	await server.waitFor(({ openSockets }) => openSockets === 0);
	expect(pools.take(options).size).toBe(0);
});

it.each([
	[undefined, 5000],
	['', 5000],
	['0', 0],
	[' 2.5 ', 2500],
	['30', 30_000],
	['31', 5000],
	['-1', 5000],
	['long', 5000],
])('reads the environment: %p is %d ms', (value, milliseconds) => {
	expect(keptFor({ CONCURRENT_HTTP_KEEP_CONNECTIONS: value })).toBe(milliseconds);
});
