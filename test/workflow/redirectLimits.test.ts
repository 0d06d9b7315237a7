import type { INodeParameters } from 'n8n-workflow';

import { TestServer } from '../support/TestServer.ts';
import { numbered } from '../support/workflow/runWorkflow.ts';
import { jsonOf, pairsOf, sendItems } from '../support/workflow/sendItems.ts';

/** Each is an origin of its own: the same address, another port. */
let server: TestServer;
let target: TestServer;
let third: TestServer;

beforeEach(async () => {
	[server, target, third] = await Promise.all([
		TestServer.start(),
		TestServer.start(),
		TestServer.start(),
	]);
});

afterEach(async () => {
	await Promise.all([server.close(), target.close(), third.close()]);
});

const AN_HOUR = { interval: 1, intervalUnit: 'hours' };

interface Limits extends INodeParameters {
	rateLimits?: INodeParameters;
}

const rateLimits = (...limits: INodeParameters[]): Limits => ({ rateLimits: { limits } });

/**
 * Every item is redirected to this URL.
 *
 * @param limits Rate Limits, and options
 */
const to = (
	url: string,
	{ rateLimits = {}, ...options }: Limits = {},
	maxConcurrency = 10,
): INodeParameters => ({
	url: `=${server.origin}/redirect?to=${encodeURIComponent(url)}&id={{ $json.id }}`,
	maxConcurrency,
	rateLimits,
	options,
});

describe.each([
	['in one host', () => server.origin],
	['to another host', () => target.origin],
])('a redirect %s', (where, origin) => {
	const seen = () => server.requests.length + target.requests.length;

	it('counts in a rate limit, and is no longer waited for after Stop', async () => {
		const stop = new AbortController();
		const running = sendItems(to(`${origin()}/text`, rateLimits({ amount: 5, ...AN_HOUR }), 3), {
			items: numbered(20),
			signal: stop.signal,
		});
		const isAtRest = () => seen() === 5 && server.inFlight + target.inFlight === 0;
		await Promise.any([server.waitFor(isAtRest), target.waitFor(isAtRest)]);
		stop.abort();
		await running;
		expect(seen()).toBe(5);
	});

	it('waits for the rate limit as any request does, and every item succeeds', async () => {
		server.route('/from', (_request, response) => {
			response.writeHead(302, { location: `${origin()}/to` }).end();
		});
		for (const each of [server, target]) {
			each.route('/to', (_request, response) => {
				response.setHeader('content-type', 'application/json').end('{"ok":true}');
			});
		}
		const limit = { amount: 10, interval: 600, intervalUnit: 'ms' };
		const startedAt = performance.now();
		const { items, hints } = await sendItems(
			{ url: `${server.origin}/from`, ...rateLimits(limit) },
			{ items: numbered(20) },
		);
		expect(jsonOf(items)).toEqual(Array(20).fill({ ok: true }));
		expect(seen()).toBe(40);
		// Redirects are half of the 40 requests. The last ten may start after three intervals.
		expect(performance.now() - startedAt).toBeGreaterThanOrEqual(3 * limit.interval);
		expect(hints[0]).toMatch(/^40 requests .*Waited .* for the limit of 10 requests every 600 ms/);
	});

	it('needs no second place: one request at a time is enough', async () => {
		const options = {
			...{ maxConcurrencyPerHost: 1, limitScope: 'name', limitName: `one place ${where}` },
			...rateLimits({ amount: 1000, ...AN_HOUR }),
		};
		const { items } = await sendItems(to(`${origin()}/delay?ms=1`, options, 1), {
			items: numbered(10),
		});
		expect(pairsOf(items)).toEqual([...Array(10).keys()]);
		expect(server.mostInFlight).toBe(1);
	});
});

it('keeps to the concurrency of the host that redirects lead to', async () => {
	const redirect = `/redirect?to=${encodeURIComponent(`${target.origin}/delay?ms=10`)}`;
	const { items } = await sendItems(
		{
			url: `={{ $json.id % 2 ? "${server.origin}" : "${third.origin}" }}${redirect}`,
			maxConcurrency: 10,
			options: { maxConcurrencyPerHost: 2 },
		},
		{ items: numbered(40) },
	);
	expect(items).toHaveLength(40);
	expect(target.requests).toHaveLength(40);
	expect(target.mostInFlight).toBe(2);
	expect(server.mostInFlight).toBeLessThanOrEqual(2);
	expect(third.mostInFlight).toBeLessThanOrEqual(2);
});

it('counts as in flight what is sent, and not what waits for its turn at the next host', async () => {
	const { hints } = await sendItems(
		to(`${target.origin}/delay?ms=10`, { maxConcurrencyPerHost: 2 }, 4),
		{ items: numbered(20) },
	);
	expect(hints[0]).toMatch(/^40 requests in .*s, at most [234] at a time/);
});

it('sends nothing to a host that asked for a pause, also where a redirect leads there', async () => {
	target.route('/limited', (_request, response) => {
		response.writeHead(429, { 'retry-after': '3600' }).end();
	});
	const { items } = await sendItems(to(`${target.origin}/limited`, {}, 1), {
		items: numbered(3),
		onError: 'continueRegularOutput',
	});
	expect(server.requests).toHaveLength(3);
	expect(target.requests).toHaveLength(1);
	const [first, ...rest] = jsonOf(items);
	expect(first).toMatchObject({ error: { status: 429 } });
	for (const item of rest) {
		expect(item).toMatchObject({
			error: expect.stringContaining('The redirect was not followed: the server') as string,
		});
	}
});

it('comes back to that host when it said', async () => {
	let count = 0;
	target.route('/limited', (_request, response) => {
		count++;
		if (count === 1) response.writeHead(429, { 'retry-after': '1' }).end();
		else response.setHeader('content-type', 'application/json').end(`{"count":${count}}`);
	});
	const { items } = await sendItems(to(`${target.origin}/limited`, {}, 1), { items: numbered(4) });
	expect(jsonOf(items)).toEqual([2, 3, 4, 5].map((each) => ({ count: each })));
});

it('opens the circuit breaker of the host that fails, not of the one that redirects', async () => {
	const circuitBreaker = {
		...{ failureShare: 50, minimumRequests: 5, openFor: 600, whenOpen: 'fail' },
	};
	const { items } = await sendItems(
		to(`${target.origin}/status?code=500`, { circuitBreaker: { circuitBreaker } }, 1),
		{ items: numbered(10), onError: 'continueRegularOutput' },
	);
	expect(target.requests).toHaveLength(5);
	expect(server.requests).toHaveLength(10);
	expect(jsonOf(items).slice(5)).toEqual(
		Array(5).fill({
			error: expect.stringContaining('The redirect was not followed: too many') as string,
		}),
	);
});

it('waits as long as a redirect asks, before it is followed', async () => {
	let redirectedAt = 0;
	let followedAt = 0;
	server.route('/later', (_request, response) => {
		redirectedAt = performance.now();
		const headers = { location: `${target.origin}/ready`, 'retry-after': '1' };
		response.writeHead(303, headers).end();
	});
	target.route('/ready', (_request, response) => {
		followedAt = performance.now();
		response.setHeader('content-type', 'application/json').end('{"ok":true}');
	});
	const { items } = await sendItems({ url: `${server.origin}/later` });
	expect(jsonOf(items)).toEqual([{ ok: true }]);
	// A timer may be early by a part of a millisecond.
	expect(followedAt - redirectedAt).toBeGreaterThan(990);
});

it('does not repeat a POST whose redirect leads to a refusal', async () => {
	const methods: string[] = [];
	server.route('/orders', ({ method }, response) => {
		methods.push(method);
		response.writeHead(303, { location: '/orders/1' }).end();
	});
	server.route('/orders/1', ({ method }, response) => {
		methods.push(method);
		response.writeHead(429, { 'retry-after': '1' }).end();
	});
	const { items } = await sendItems(
		{ url: `${server.origin}/orders`, method: 'POST' },
		{ onError: 'continueRegularOutput' },
	);
	expect(methods).toEqual(['POST', 'GET']);
	expect(JSON.stringify(jsonOf(items)[0])).toContain('might be carried out twice');
});
