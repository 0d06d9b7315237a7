import type { INodeParameters } from 'n8n-workflow';

import type { ReceivedRequest } from '../support/TestServer.ts';
import { TestServer } from '../support/TestServer.ts';
import { ConcurrentHttpRequest } from '../../nodes/ConcurrentHttpRequest/ConcurrentHttpRequest.node.ts';
import { makeNode } from '../support/workflow/nodes.ts';
import { numbered, runWorkflow } from '../support/workflow/runWorkflow.ts';
import { jsonOf, NODE_TYPE, pairsOf, sendItems } from '../support/workflow/sendItems.ts';

let server: TestServer;

beforeEach(async () => {
	server = await TestServer.start();
});

afterEach(async () => {
	await server.close();
});

const ITEMS = 20;
/** Seconds. */
const DAY = 86_400;

const to = (options: INodeParameters, more: INodeParameters = {}): INodeParameters => ({
	url: `=${server.origin}/flaky?id={{ $json.id }}`,
	maxConcurrency: 4,
	options,
	...more,
});

const retry = (settings: INodeParameters = {}, more: INodeParameters = {}): INodeParameters => {
	const quick = { firstWait: 0.001, longestWait: 0.005, retriesPer100: 100 };
	return { retry: { retry: { ...more, settings: { ...quick, ...settings } } } };
};

/** Fails each URL so many times before it succeeds. */
function flaky(failures: number, status = 500): Map<string, ReceivedRequest[]> {
	const received = new Map<string, ReceivedRequest[]>();
	server.route('/flaky', (request, response) => {
		const earlier = received.get(request.url) ?? [];
		received.set(request.url, [...earlier, request]);
		if (earlier.length < failures) response.writeHead(status).end('{"message":"busy"}');
		else response.setHeader('content-type', 'application/json').end('{"ok":true}');
	});
	return received;
}

it('tries failed requests again, and only those', async () => {
	const received = flaky(2);
	const { items, hints } = await sendItems(to({}, retry()), { items: numbered(ITEMS) });
	expect(pairsOf(items)).toEqual([...Array(ITEMS).keys()]);
	expect(jsonOf(items)).toEqual(Array(ITEMS).fill({ ok: true }));
	expect([...received.values()].map(({ length }) => length)).toEqual(Array(ITEMS).fill(3));
	expect(hints[0]).toContain('40 retries (40 x 500)');
	expect(server.mostInFlight).toBeLessThanOrEqual(4);
});

it('gives up after as many tries as it may make, and says so', async () => {
	const received = flaky(Infinity);
	const { items } = await sendItems(to({}, retry({}, { maxTries: 3 })), {
		items: numbered(2),
		onError: 'continueRegularOutput',
	});
	expect([...received.values()].map(({ length }) => length)).toEqual([3, 3]);
	expect(jsonOf(items)).toMatchObject(
		Array(2).fill({
			error: {
				status: 500,
				description: expect.stringMatching(
					/says: "busy"\. The request was tried 3 times\./,
				) as string,
			},
		}),
	);
});

it('does not without the group Retry', async () => {
	const received = flaky(1);
	await sendItems(to({}), { items: numbered(3), onError: 'continueRegularOutput' });
	expect([...received.values()].map(({ length }) => length)).toEqual([1, 1, 1]);
});

it('repeats a POST only with a key, which stays the same in each try and each run', async () => {
	const post = { method: 'POST' };
	const without = flaky(1);
	const run = { items: numbered(3), onError: 'continueRegularOutput' } as const;
	const refused = await sendItems(to({}, { ...retry(), ...post }), run);
	expect([...without.values()].map(({ length }) => length)).toEqual([1, 1, 1]);
	expect(jsonOf(refused.items)).toMatchObject(
		Array(3).fill({
			error: { description: expect.stringContaining('Idempotency Key') as string },
		}),
	);

	const keysOf = (received: Map<string, ReceivedRequest[]>) =>
		[...received]
			.sort()
			.map(([, requests]) => requests.map(({ headers }) => headers['idempotency-key']));
	const keyed = { ...retry({ sendIdempotencyKey: true }), ...post };
	const first = flaky(1);
	await sendItems(to({}, keyed), { items: numbered(3) });
	const second = flaky(1);
	await sendItems(to({}, keyed), { items: numbered(3) });
	const keys = keysOf(first);
	expect(keysOf(second)).toEqual(keys);
	for (const tries of keys) expect(tries).toEqual([tries[0], tries[0]]);
	expect(new Set(keys.flat()).size).toBe(3);
});

it('gives equal items other keys in each turn of a loop', async () => {
	server.route('/order', (_, response) => {
		response.setHeader('content-type', 'application/json').end('{"sku":"A"}');
	});
	let turns = 0;
	const again = makeNode('again', ['transform'], async function () {
		return ++turns < 3 ? [this.getInputData(), []] : [[], this.getInputData()];
	});
	again.description.outputs = ['main', 'main'];
	const url = `${server.origin}/order`;
	const parameters = { url, method: 'POST', ...retry({ sendIdempotencyKey: true }) };
	await runWorkflow({
		items: [{ json: { sku: 'A' } }],
		types: { [NODE_TYPE]: new ConcurrentHttpRequest(), 'test.again': again },
		nodes: [
			{ name: 'HTTP', type: NODE_TYPE, typeVersion: 4.5, parameters },
			{ name: 'Again', type: 'test.again' },
		],
		connections: {
			Start: { main: [[{ node: 'HTTP', type: 'main', index: 0 }]] },
			HTTP: { main: [[{ node: 'Again', type: 'main', index: 0 }]] },
			Again: { main: [[{ node: 'HTTP', type: 'main', index: 0 }]] },
		},
	});
	const keys = server.requests.map(({ headers }) => headers['idempotency-key']);
	expect(keys).toHaveLength(3);
	expect(new Set(keys).size).toBe(3);
});

it('lets others go on while an item waits for its next try', async () => {
	let release: () => void = () => undefined;
	const others = new Promise<void>((resolve) => (release = resolve));
	let answered = 0;
	server.route('/flaky', ({ url }, response) => {
		const isFirst = url.endsWith('id=0') && answered === 0;
		if (isFirst) response.writeHead(500).end();
		else {
			response.setHeader('content-type', 'application/json').end('{}');
			if (++answered === 10) release();
		}
	});
	// Item 0 waits for up to a minute; with two in flight the others must not wait for it.
	const stop = new AbortController();
	const parameters = to({}, { ...retry({ firstWait: 60, longestWait: 60 }), maxConcurrency: 2 });
	const running = sendItems(parameters, { items: numbered(30), signal: stop.signal });
	await others;
	stop.abort();
	await running;
	expect(answered).toBeGreaterThanOrEqual(10);
});

describe('Stop After', () => {
	it('is refused before anything is sent where On Error is Stop Workflow', async () => {
		const { error } = await sendItems(to({ stopAfter: { stopAfter: {} } }), { items: numbered(3) });
		expect(error).toMatchObject({
			message: '"Stop After" cannot return what is done while On Error is Stop Workflow',
			description: expect.stringContaining(
				'Set Settings > On Error to Continue (using error output)',
			) as string,
		});
		expect(server.requests).toHaveLength(0);
	});

	it('returns what succeeded and marks what was not tried', async () => {
		server.route('/flaky', ({ url }, response) => {
			const id = Number(new URL(url, server.origin).searchParams.get('id'));
			if (id >= 5) response.writeHead(500).end();
			else response.setHeader('content-type', 'application/json').end(`{"id":${id}}`);
		});
		const options = { stopAfter: { stopAfter: { after: 'failedItems', failedItems: 3 } } };
		const { items, hints } = await sendItems(
			{ ...to(options), maxConcurrency: 1 },
			{ items: numbered(ITEMS), onError: 'continueRegularOutput' },
		);
		expect(pairsOf(items)).toEqual([...Array(ITEMS).keys()]);
		const outcomes = jsonOf(items).map((json) => {
			const { error } = json as { error?: unknown };
			if (error === undefined) return 'succeeded';
			return typeof error === 'string' && error.includes('Not tried') ? 'not tried' : 'failed';
		});
		expect(outcomes).toEqual([
			...Array<string>(5).fill('succeeded'),
			...Array<string>(3).fill('failed'),
			...Array<string>(12).fill('not tried'),
		]);
		expect(server.requests).toHaveLength(8);
		expect(hints[0]).toContain('12 items were not tried');
	});

	it('does not report an item that waits for its next try as not tried', async () => {
		// The first waits for its next try when the others fail.
		server.route('/flaky', ({ url }, response) => {
			const id = new URL(url, server.origin).searchParams.get('id');
			response.writeHead(id === '0' ? 503 : 500).end();
		});
		const waits = retry({ statusCodes: '503', totalTime: 0, firstWait: DAY, longestWait: DAY });
		const options = {
			stopAfter: { stopAfter: { after: 'failedItems', failedItems: 2 } },
		};
		const { items } = await sendItems(
			{ ...to(options, waits), maxConcurrency: 2 },
			{ items: numbered(6), onError: 'continueRegularOutput' },
		);
		const [first] = jsonOf(items);
		expect(JSON.stringify(first)).toMatch(
			/503.*The request was tried once, and not again: the run stopped/,
		);
		expect(JSON.stringify(jsonOf(items).at(-1))).toContain('Not tried');
	});

	it('does not report an item as not tried that waits for its redirect', async () => {
		server.route('/flaky', ({ url }, response) => {
			if (url.includes('id=0')) {
				response.writeHead(302, { location: '/flaky?id=2', 'retry-after': '300' }).end();
			} else response.writeHead(500).end();
		});
		const options = { stopAfter: { stopAfter: { after: 'failedItems', failedItems: 1 } } };
		const { items } = await sendItems(
			{ ...to(options), maxConcurrency: 2 },
			{ items: numbered(2), onError: 'continueRegularOutput' },
		);
		expect(JSON.stringify(jsonOf(items)[0])).toContain('Not finished: the run stopped after 1 of');
		expect(server.requests).toHaveLength(2);
	});

	it('does not report an item as not tried of which pages had come', async () => {
		server.route('/flaky', ({ url }, response) => {
			// A status would fail its item only after the interval, as in HTTP Request.
			if (url.includes('id=1')) response.destroy();
			else response.setHeader('content-type', 'application/json').end('[1]');
		});
		const pagination = {
			...{ paginationMode: 'updateAParameterInEachRequest', paginationCompleteWhen: 'other' },
			parameters: { parameters: [{ type: 'qs', name: 'page', value: '={{ $pageCount }}' }] },
			...{ completeExpression: '={{ false }}', requestInterval: 5000 },
		};
		const options = {
			pagination: { pagination },
			stopAfter: { stopAfter: { after: 'failedItems', failedItems: 1 } },
		};
		const { items, hints } = await sendItems(
			{ ...to(options), maxConcurrency: 2 },
			{ items: numbered(2), onError: 'continueRegularOutput' },
		);
		expect(jsonOf(items)[0]).toEqual({
			error: expect.stringMatching(
				/Not finished: the run stopped after 1 of 1 item had failed/,
			) as string,
		});
		expect(hints[0]).toContain('1 x not finished');
		expect(server.requests).toHaveLength(2);
	});

	it('reports items that were not tried as such, even with invalid parameters', async () => {
		server.route('/flaky', (_request, response) => response.writeHead(500).end());
		const options = { stopAfter: { stopAfter: { after: 'failedItems', failedItems: 1 } } };
		const url = `={{ $json.id > 0 ? 'no address' : '${server.origin}/flaky' }}`;
		const { items } = await sendItems(
			{ ...to(options), url, maxConcurrency: 1 },
			{ items: numbered(3), onError: 'continueRegularOutput' },
		);
		const notTried = { error: expect.stringContaining('Not tried') as string };
		expect(jsonOf(items).slice(1)).toEqual([notTried, notTried].map(expect.objectContaining));
	});
});

describe('the circuit breaker', () => {
	it('leaves a failing server alone, and says so', async () => {
		flaky(Infinity, 503);
		const options = {
			circuitBreaker: {
				circuitBreaker: {
					failureShare: 50,
					minimumRequests: 5,
					openFor: 600,
					whenOpen: 'fail',
				},
			},
		};
		const { items, hints } = await sendItems(
			{ ...to(options), maxConcurrency: 1 },
			{ items: numbered(ITEMS), onError: 'continueRegularOutput' },
		);
		expect(pairsOf(items)).toEqual([...Array(ITEMS).keys()]);
		expect(server.requests).toHaveLength(5);
		expect(jsonOf(items)[5]).toEqual({
			error: expect.stringContaining('too many requests to this server have failed') as string,
		});
		expect(hints[0]).toContain('The circuit breaker opened once');
	});
});
