import type { INodeParameters } from 'n8n-workflow';

import { sharedByProcess } from '../../nodes/ConcurrentHttpRequest/limits/shared/SharedLimits.ts';
import { answersTogether } from '../support/answersTogether.ts';
import { TestServer } from '../support/TestServer.ts';
import { numbered } from '../support/workflow/runWorkflow.ts';
import { jsonOf, pairsOf, sendItems } from '../support/workflow/sendItems.ts';

let server: TestServer;

beforeEach(async () => {
	server = await TestServer.start();
});

afterEach(async () => {
	await server.close();
});

interface Limits extends INodeParameters {
	rateLimits?: INodeParameters;
}

/** @param limits Rate Limits, and options */
const to = (
	path: string,
	{ rateLimits = {}, ...options }: Limits = {},
	maxConcurrency = 10,
): INodeParameters => ({
	url: `=${server.origin}${path}`,
	maxConcurrency,
	rateLimits,
	options,
});

const rateLimits = (...limits: INodeParameters[]): Limits => ({ rateLimits: { limits } });

const AN_HOUR = { interval: 1, intervalUnit: 'hours' };

/** Counts what was sent, and lets no more than so many in the first place. */
function limited(path: string, limit: number, headers: Record<string, string>): void {
	let count = 0;
	server.route(path, (_request, response) => {
		count++;
		if (count === limit + 1) response.writeHead(429, headers).end();
		else response.setHeader('content-type', 'application/json').end(`{"count":${count}}`);
	});
}

describe('a rate limit', () => {
	it('lets no more requests start than it allows, and Stop ends an hour of waiting at once', async () => {
		const stop = new AbortController();
		const running = sendItems(to('/json?body=1', rateLimits({ amount: 3, ...AN_HOUR })), {
			items: numbered(20),
			signal: stop.signal,
		});
		await server.waitFor(({ requests, inFlight }) => requests.length === 3 && inFlight === 0);
		stop.abort();
		await running;
		expect(server.requests).toHaveLength(3);
	});

	it('may count a cost of each item', async () => {
		const limit = { amount: 10, ...AN_HOUR, counts: 'cost', cost: '={{ $json.id + 1 }}' };
		const stop = new AbortController();
		const running = sendItems(to('/json?body={{ $json.id }}', rateLimits(limit), 1), {
			items: numbered(20),
			signal: stop.signal,
		});
		// 1 + 2 + 3 + 4 = 10
		await server.waitFor(({ requests, inFlight }) => requests.length === 4 && inFlight === 0);
		stop.abort();
		await running;
		expect(server.requests.map(({ url }) => url)).toEqual(
			[0, 1, 2, 3].map((id) => `/json?body=${id}`),
		);
	});

	it('fails an item that costs more than it ever allows, and says so', async () => {
		const limit = { amount: 10, ...AN_HOUR, counts: 'cost', cost: '={{ $json.id * 11 }}' };
		const { items } = await sendItems(to('/json?body=1', rateLimits(limit)), {
			items: numbered(2),
			onError: 'continueRegularOutput',
		});
		expect(jsonOf(items)).toEqual([
			{ data: 1 },
			{ error: expect.stringMatching(/^This request costs 11/) as string },
		]);
		expect(server.requests).toHaveLength(1);
	});

	it('shows in the hint what was waited for', async () => {
		const second = rateLimits({ amount: 2, interval: 700, intervalUnit: 'ms' });
		const { hints, items } = await sendItems(to('/json?body={{ $json.id }}', second), {
			items: numbered(4),
		});
		expect(jsonOf(items)).toEqual([{ data: 0 }, { data: 1 }, { data: 2 }, { data: 3 }]);
		expect(hints[0]).toMatch(/\. Waited [\d.]+ m?s for the limit of 2 requests every 700 ms\.$/);
	});

	it('of a name holds for all runs that use it', async () => {
		const options = {
			...rateLimits({ amount: 5, ...AN_HOUR }),
			limitScope: 'name',
			limitName: 'shared by two runs of a test',
		};
		const stop = new AbortController();
		const runs = [1, 2].map(
			async () =>
				await sendItems(to('/json?body=1', options), { items: numbered(10), signal: stop.signal }),
		);
		await server.waitFor(({ requests, inFlight }) => requests.length === 5 && inFlight === 0);
		stop.abort();
		await Promise.all(runs);
		expect(server.requests).toHaveLength(5);
	});

	it('of the account needs a credential', async () => {
		const options = { ...rateLimits({ amount: 5, ...AN_HOUR }), limitScope: 'credential' };
		const { error } = await sendItems(to('/json?body=1', options));
		expect(error?.message).toContain('this node uses no credential');
	});
});

it('never has more in flight to a host than its own limit', async () => {
	server.route('/together', answersTogether(3));
	await sendItems(to('/together', { maxConcurrencyPerHost: 3 }), { items: numbered(30) });
	expect(server.mostInFlight).toBe(3);
});

describe('batches', () => {
	const batching = (batchInterval: number): Limits => ({
		batching: { batch: { batchSize: 4, batchInterval } },
	});

	it('have pauses between them, as in HTTP Request', async () => {
		const stop = new AbortController();
		const running = sendItems(to('/json?body=1', batching(3_600_000)), {
			items: numbered(10),
			signal: stop.signal,
		});
		await server.waitFor(({ requests, inFlight }) => requests.length >= 4 && inFlight === 0);
		stop.abort();
		await running;
		expect(server.requests).toHaveLength(4);
	});

	it('send all items', async () => {
		const { items } = await sendItems(to('/json?body={{ $json.id }}', batching(30)), {
			items: numbered(10),
		});
		expect(pairsOf(items)).toEqual([...Array(10).keys()]);
		expect(server.requests).toHaveLength(10);
	});
});

describe('a server that says when to come back', () => {
	it('gets the request again then, and every item succeeds', async () => {
		limited('/limited', 4, { 'retry-after': '1' });
		const { items, hints } = await sendItems(to('/limited', {}, 2), { items: numbered(10) });
		expect(pairsOf(items)).toEqual([...Array(10).keys()]);
		expect(items.every(({ json }) => typeof json.count === 'number')).toBe(true);
		expect(hints[0]).toMatch(/1 retry \(1 x 429\).*Waited .* for the server \(Retry-After\)/);
	});

	// With more than one in flight, others have been evaluated and wait in line when the server says so.
	it.each([1, 4])('in an hour fails at once, with %i in flight', async (inFlight) => {
		server.route('/limited', (_request, response) => {
			response.writeHead(429, { 'retry-after': '3600' }).end();
		});
		const { items } = await sendItems(to('/limited', {}, inFlight), {
			items: numbered(20),
			onError: 'continueRegularOutput',
		});
		const sent = server.requests.length;
		expect(sent).toBeLessThanOrEqual(inFlight);
		expect(items).toHaveLength(20);
		const [first] = jsonOf(items);
		const rest = jsonOf(items).slice(sent);
		expect(first).toMatchObject({
			error: { status: 429, description: expect.stringContaining('minutes from now') as string },
		});
		for (const item of rest) {
			expect(item).toMatchObject({
				error: expect.stringContaining('Not sent: the server') as string,
			});
		}
	});

	it('does not keep Stop waiting', async () => {
		limited('/limited', 0, { 'retry-after': '300' });
		const stop = new AbortController();
		const running = sendItems(to('/limited'), { items: numbered(20), signal: stop.signal });
		await server.waitFor(({ requests, inFlight }) => requests.length > 0 && inFlight === 0);
		stop.abort();
		await running;
		expect(server.requests.length).toBeLessThanOrEqual(10);
	});
});

describe('Redis for limits that hold for this run only', () => {
	const redis = { host: '127.0.0.1', port: 1 };
	const account = { baseUrl: '', authType: 'none', maxConcurrency: 0, rateLimits: {} };
	const limits = { sharedThrough: 'redis', ...rateLimits({ amount: 3, ...AN_HOUR }) };

	it.each([
		['without a credential', {}],
		['with one that states no limits', { authentication: 'concurrentHttpApi' }],
	])('is refused before anything is sent, %s', async (_name, parameters) => {
		const { error } = await sendItems(
			{ ...to('/json?body=1', limits), ...parameters },
			{ credentials: { redis, concurrentHttpApi: { ...account, baseUrl: server.origin } } },
		);
		expect(error?.message).toMatch(/"Limits Shared Through" is set to Redis, but .* no limits/);
		expect(error?.description).toMatch(/^Set Limits Hold For to all runs with the same/);
		expect(server.requests).toHaveLength(0);
	});
});

it('a run that has ended no longer takes part in shared limits', async () => {
	const before = sharedByProcess().size;
	const options = { limitScope: 'name', limitName: 'of a run that ends' };
	const { items } = await sendItems(to('/echo', options), { items: numbered(3) });
	expect(items).toHaveLength(3);
	expect(sharedByProcess().size).toBeLessThanOrEqual(before);
});
