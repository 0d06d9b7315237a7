import type { LookupAddress, LookupOptions } from 'node:dns';
import type { LookupFunction } from 'node:net';

import {
	LOOKUP_LIFETIME,
	LookupCache,
} from '../../../nodes/ConcurrentHttpRequest/transport/LookupCache.ts';
import { TestServer } from '../../support/TestServer.ts';
import { requestTo } from './requestTo.ts';
import { closeTransports, newTransport, policy } from './transports.ts';

type Answer = Parameters<Parameters<LookupFunction>[2]>;

/** A resolver that gives addresses when it is told to, and notes the names that it looks up. */
function resolver() {
	const asked: Array<{ hostname: string; answer: (...answer: Answer) => void }> = [];
	const lookup: LookupFunction = (hostname, _options, callback) => {
		asked.push({ hostname, answer: callback });
	};
	return { asked, lookup };
}

const both: LookupAddress[] = [
	{ address: '192.0.2.1', family: 4 },
	{ address: '2001:db8::1', family: 6 },
];

const all: LookupOptions = { all: true };

const ask = async (cache: LookupCache, hostname = 'a.test', options = all) =>
	await new Promise<unknown>((resolve, reject) => {
		cache.lookup(hostname, options, (error, address) => (error ? reject(error) : resolve(address)));
	});

it('looks a name up once for all that want it at the same moment, and later', async () => {
	const { asked, lookup } = resolver();
	const cache = new LookupCache(lookup);
	const answers = Promise.all([1, 2, 3].map(async () => await ask(cache)));
	expect(asked).toHaveLength(1);
	asked[0]!.answer(null, both);
	expect(await answers).toEqual([both, both, both]);
	expect(await ask(cache)).toEqual(both);
	expect(asked).toHaveLength(1);
});

it('looks up each name, and each kind of address', async () => {
	const { asked, lookup } = resolver();
	const cache = new LookupCache(lookup);
	const answers = [
		ask(cache, 'a.test'),
		ask(cache, 'b.test'),
		ask(cache, 'a.test', { all: false }),
		ask(cache, 'a.test', { all: true, family: 6 }),
	];
	expect(asked.map(({ hostname }) => hostname)).toEqual(['a.test', 'b.test', 'a.test', 'a.test']);
	asked[0]!.answer(null, both);
	asked[1]!.answer(null, []);
	asked[2]!.answer(null, '192.0.2.1', 4);
	asked[3]!.answer(null, both.slice(1));
	expect(await Promise.all(answers)).toEqual([both, [], '192.0.2.1', both.slice(1)]);
	expect(await ask(cache, 'a.test', { all: false })).toBe('192.0.2.1');
});

it('looks a name up again when the time is over', async () => {
	let now = 0;
	const { asked, lookup } = resolver();
	const cache = new LookupCache(lookup, () => now);
	const first = ask(cache);
	asked[0]!.answer(null, both);
	await first;
	now = LOOKUP_LIFETIME - 1;
	await ask(cache);
	expect(asked).toHaveLength(1);
	now = LOOKUP_LIFETIME;
	const again = ask(cache);
	expect(asked).toHaveLength(2);
	asked[1]!.answer(null, both.slice(0, 1));
	expect(await again).toEqual(both.slice(0, 1));
});

it('fails all that wait, and looks the name up again after a failure', async () => {
	const { asked, lookup } = resolver();
	const cache = new LookupCache(lookup);
	const failed = Promise.allSettled([ask(cache), ask(cache)]);
	const error = new Error('no such name');
	asked[0]!.answer(error, '');
	expect(await failed).toEqual([
		{ status: 'rejected', reason: error },
		{ status: 'rejected', reason: error },
	]);
	void ask(cache).catch(() => {});
	expect(asked).toHaveLength(2);
});

it('does not let one that changes its list change another’s', async () => {
	const { asked, lookup } = resolver();
	const cache = new LookupCache(lookup);
	const answers = [ask(cache), ask(cache)] as Array<Promise<LookupAddress[]>>;
	asked[0]!.answer(null, [...both]);
	(await answers[0])!.pop();
	expect(await answers[1]).toEqual(both);
	expect(await ask(cache)).toEqual(both);
});

it('never calls back at once', async () => {
	const { asked, lookup } = resolver();
	const cache = new LookupCache(lookup);
	const first = ask(cache);
	asked[0]!.answer(null, both);
	await first;
	let isCalled = false;
	cache.lookup('a.test', all, () => (isCalled = true));
	expect(isCalled).toBe(false);
});

describe('in a run', () => {
	let server: TestServer;
	let names: string[];

	beforeEach(async () => {
		server = await TestServer.start();
		names = [];
	});

	afterEach(async () => {
		await closeTransports();
		await server.close();
	});

	const resolvingTo = (address: () => string) =>
		newTransport({
			connectionsPerOrigin: 50,
			egress: policy({
				lookup: (hostname, _options, callback) => {
					names.push(hostname);
					setImmediate(callback, null, [{ address: address(), family: 4 }]);
				},
			}),
		});

	const to = (path: string) => requestTo(server.origin.replace('127.0.0.1', 'api.test') + path);

	it('looks a name up once for 50 connections', async () => {
		const transport = resolvingTo(() => '127.0.0.1');
		await Promise.all(
			Array.from({ length: 50 }, async () => await transport.send(to('/delay?ms=20'))),
		);
		expect(server.connections).toBe(50);
		expect(names).toEqual(['api.test']);
	});

	it('looks a name up again where it could not be connected to', async () => {
		const addresses = ['127.0.0.3', '127.0.0.1'];
		const transport = resolvingTo(() => addresses.shift()!);
		await expect(transport.send(to('/text'))).rejects.toMatchObject({ kind: 'connection refused' });
		expect((await transport.send(to('/text'))).statusCode).toBe(200);
		expect(names).toHaveLength(2);
	});
});
