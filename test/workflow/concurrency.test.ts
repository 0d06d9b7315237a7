import type { ServerResponse } from 'node:http';
import type { INodeParameters } from 'n8n-workflow';
import { answersTogether } from '../support/answersTogether.ts';
import { keepAsUsual, keepFor } from '../support/keptConnections.ts';
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

const to = (path: string, maxConcurrency: unknown): INodeParameters => ({
	url: `=${server.origin}${path}`,
	maxConcurrency: maxConcurrency as number,
});

/** A route whose answers the test gives itself, one by one. */
function gate(path = '/gate') {
	const open: ServerResponse[] = [];
	server.route(path, (_request, response) => open.push(response));
	return {
		open,
		answer: (response = open.shift()) => response?.end(),
		answerAll: () => open.splice(0).forEach((response) => response.end()),
	};
}

describe('the limit', () => {
	it.each([1, 3, 25])('is reached and kept by requests and connections, at %i', async (limit) => {
		server.route('/together', answersTogether(limit));
		const { items } = await sendItems(to('/together', limit), { items: numbered(75) });
		expect(pairsOf(items)).toEqual([...Array(75).keys()]);
		expect(server.mostInFlight).toBe(limit);
		expect(server.connections).toBe(limit);
	});

	it('is 10 where the workflow does not say', async () => {
		server.route('/together', answersTogether(10));
		await sendItems({ url: `${server.origin}/together` }, { items: numbered(40) });
		expect(server.mostInFlight).toBe(10);
	});

	it('may be an expression', async () => {
		server.route('/together', answersTogether(4));
		const items = numbered(12);
		await sendItems(to('/together', '={{ $("Start").all().length / 3 }}'), { items });
		expect(server.mostInFlight).toBe(4);
	});

	it('sends all requests at once if there are fewer items', async () => {
		const { open, answerAll } = gate();
		const running = sendItems(to('/gate', 1000), { items: numbered(50) });
		await server.waitFor(() => open.length === 50);
		answerAll();
		await running;
		expect(server.connections).toBe(50);
	});

	it('holds for all hosts together', async () => {
		const other = await TestServer.start();
		let inFlight = 0;
		let most = 0;
		const answer = answersTogether(4, (_request, response) => {
			inFlight--;
			response.end();
		});
		for (const each of [server, other]) {
			each.route('/shared', (request, response) => {
				most = Math.max(most, ++inFlight);
				answer(request, response);
			});
		}
		const origins = JSON.stringify([server.origin, other.origin]);
		const url = `={{ ${origins}[$json.id % 2] }}/shared`;
		await sendItems({ url, maxConcurrency: 4 }, { items: numbered(40) });
		expect(server.requests.length + other.requests.length).toBe(40);
		expect(most).toBe(4);
		await other.close();
	});

	it('counts a request and its redirects as one', async () => {
		server.route('/together', answersTogether(4));
		await sendItems(to('/redirect?times=3&to=/together', 4), { items: numbered(20) });
		expect(server.requests).toHaveLength(20 * 4);
		expect(server.mostInFlight).toBe(4);
		expect(server.connections).toBeLessThanOrEqual(4);
	});

	it('keeps the place of a request until its redirects have been followed', async () => {
		const hops: string[] = [];
		server.route('/first', ({ url }, response) => {
			hops.push(url);
			response.writeHead(302, { location: url.replace('first', 'second') }).end();
		});
		server.route('/second', ({ url }, response) => {
			hops.push(url);
			response.end();
		});
		await sendItems(to('/first?{{ $json.id }}', 1), { items: numbered(3) });
		expect(hops).toEqual([
			'/first?0',
			'/second?0',
			'/first?1',
			'/second?1',
			'/first?2',
			'/second?2',
		]);
	});

	it('counts a request until its body has arrived', async () => {
		const open: ServerResponse[] = [];
		server.route('/slow-body', (_request, response) => {
			response.writeHead(200, { 'content-length': 2 });
			response.write('a');
			open.push(response);
		});
		const running = sendItems(to('/slow-body', 2), { items: numbered(6) });
		for (let sent = 2; sent <= 6; sent++) {
			await server.waitFor(() => open.length === sent);
			expect(server.inFlight).toBe(2);
			open[sent - 2]?.end('b');
		}
		open[5]?.end('b');
		const { items } = await running;
		expect(jsonOf(items)).toEqual(Array(6).fill({ data: 'ab' }));
		expect(server.mostInFlight).toBe(2);
	});
});

describe('the window', () => {
	it('slides: a request starts as soon as any one ends', async () => {
		const { open, answer } = gate();
		const running = sendItems(to('/gate', 3), { items: numbered(10) });
		for (let sent = 3; sent < 10; sent++) {
			await server.waitFor(({ requests }) => requests.length === sent);
			expect(server.inFlight).toBe(3);
			// Not always the oldest: any that ends makes room.
			answer(open.splice(sent % 3, 1)[0]);
		}
		await server.waitFor(({ requests }) => requests.length === 10);
		open.splice(0).forEach((response) => response.end());
		const { items } = await running;
		expect(pairsOf(items)).toEqual([...Array(10).keys()]);
		expect(server.connections).toBe(3);
	});

	it('is not held up by one that is slow', async () => {
		let slow: ServerResponse | undefined;
		server.route('/item', ({ url }, response) => {
			if (url.endsWith('?0')) slow = response;
			else response.end(url);
		});
		const running = sendItems(to('/item?{{ $json.id }}', 2), { items: numbered(30) });
		// The first does not end before all others have: batches would wait for it for ever.
		await server.waitFor(({ requests, inFlight }) => requests.length === 30 && inFlight === 1);
		slow?.end('/item?0');
		const { items } = await running;
		expect(jsonOf(items)).toEqual(
			numbered(30).map(({ json }) => ({ data: `/item?${String(json.id)}` })),
		);
	});

	it('starts requests in the order of the items', async () => {
		await sendItems(to('/delay?ms=1&id={{ $json.id }}', 1), { items: numbered(10) });
		const urls = server.requests.map(({ url }) => url);
		expect(urls).toEqual(numbered(10).map(({ json }) => `/delay?ms=1&id=${String(json.id)}`));
	});

	it('makes room when a request fails', async () => {
		const fail = answersTogether(2, ({ url }, response) => {
			if (Number(url.split('?')[1]) % 2) response.writeHead(500).end();
			else response.socket?.resetAndDestroy();
		});
		server.route('/fails', fail);
		// A GET would be sent again where an idle connection was closed.
		const { items } = await sendItems(
			{ ...to('/fails?{{ $json.id }}', 2), method: 'POST' },
			{
				items: numbered(20),
				onError: 'continueRegularOutput',
			},
		);
		expect(pairsOf(items)).toEqual([...Array(20).keys()]);
		expect(server.requests).toHaveLength(20);
		expect(server.mostInFlight).toBe(2);
	});
});

describe('connections', () => {
	afterEach(keepAsUsual);

	it('are kept open between requests', async () => {
		await sendItems(to('/text', 1), { items: numbered(20) });
		expect(server.connections).toBe(1);
	});

	it('are kept open over TLS too', async () => {
		const secure = await TestServer.start({ tls: true });
		const options = { allowUnauthorizedCerts: true };
		secure.route('/together', answersTogether(5));
		const url = `${secure.origin}/together`;
		const { error } = await sendItems({ url, maxConcurrency: 5, options }, { items: numbered(50) });
		expect(error).toBeUndefined();
		expect(secure.mostInFlight).toBe(5);
		expect(secure.connections).toBeLessThanOrEqual(5);
		await secure.close();
	});

	it.each(['GET', 'POST'])('are kept open after %s', async (method) => {
		await sendItems({ ...to('/text', 1), method }, { items: numbered(5) });
		expect(server.connections).toBe(1);
	});

	it('are all closed when the run has ended', async () => {
		keepFor(0);
		await sendItems(to('/text', 5), { items: numbered(20) });
		await server.waitFor(({ openSockets }) => openSockets === 0);
	});

	it('are all closed when the run has failed', async () => {
		keepFor(0);
		const { error } = await sendItems(to('{{ $json.id < 9 ? "/text" : "/status?code=500" }}', 5), {
			items: numbered(10),
		});
		expect(error).toBeDefined();
		await server.waitFor(({ openSockets }) => openSockets === 0);
	});
});

describe('a limit that is no whole number from 1 to 1000', () => {
	it.each([
		0,
		-1,
		1001,
		1.5,
		'abc',
		'',
		'={{ NaN }}',
		'={{ null }}',
		'={{ $json.missing }}',
		'={{ "many" }}',
		'={{ [] }}',
	])('is refused: %p', async (maxConcurrency) => {
		const { error } = await sendItems(to('/text', maxConcurrency), { items: numbered(3) });
		expect(error?.message).toMatch(/Max Concurrency/);
		expect(error?.name).toMatch(/^Node(Operation|Api)Error$/);
		expect(server.connections).toBe(0);
	});

	it('is the same for all items: that of the first', async () => {
		const { error } = await sendItems(to('/text', '={{ $json.id === 2 ? 0 : 5 }}'), {
			items: numbered(3),
			onError: 'stopWorkflow',
		});
		expect(error).toBeUndefined();
		expect(server.requests).toHaveLength(3);
	});

	it('may be written as text', async () => {
		server.route('/together', answersTogether(3));
		const { error } = await sendItems(to('/together', '={{ "3" }}'), { items: numbered(9) });
		expect(error).toBeUndefined();
		expect(server.mostInFlight).toBe(3);
	});
});

it('sends nothing without items', async () => {
	const { items, error, result } = await sendItems(to('/text', 5), { items: [] });
	expect(error).toBeUndefined();
	expect(items).toEqual([]);
	expect(result.status).toBe('success');
});

describe('adaptive concurrency', () => {
	it('begins with one request, never exceeds its limit, and says where it settled', async () => {
		const { items, hints } = await sendItems(
			{ ...to('/delay?ms=2', 1), concurrencyMode: 'adaptive', adaptiveMaxConcurrency: 8 },
			{ items: numbered(300) },
		);
		expect(pairsOf(items)).toEqual([...Array(300).keys()]);
		expect(server.mostInFlight).toBeLessThanOrEqual(8);
		expect(server.mostInFlight).toBeGreaterThan(1);
		expect(hints[0]).toMatch(
			/\. Adaptive concurrency (settled at|was at|went up to its Max Concurrency of) \d/,
		);
	});
});
