/** HTTP/2 as nginx and nghttpx speak it: how they end streams and connections, and what limits them. */
import { Frontend } from '../support/http2/Frontend.ts';
import { TestServer } from '../support/TestServer.ts';
import { BinaryStore } from '../support/workflow/BinaryStore.ts';
import { numbered } from '../support/workflow/runWorkflow.ts';
import { pairsOf, sendItems } from '../support/workflow/sendItems.ts';

let backend: TestServer;
let frontend: Frontend | undefined;

/** How often the backend has carried out each item's request. */
let carriedOut: Map<number, number>;

beforeEach(async () => {
	carriedOut = new Map();
	backend = await TestServer.start();
	const carryOut = ({ url }: { url: string }) => {
		const id = Number(url.split('=')[1]);
		carriedOut.set(id, (carriedOut.get(id) ?? 0) + 1);
		return JSON.stringify({ id });
	};
	backend.route('/some', (request, response) => {
		const content = carryOut(request);
		response.setHeader('content-type', 'application/json');
		setTimeout(() => response.end(content), 2);
	});
	backend.route('/file', (request, response) => {
		carryOut(request);
		response.setHeader('content-type', 'application/pdf').end(Buffer.alloc(300_000));
	});
	backend.route('/cut', (request, response) => {
		response.setHeader('content-type', 'application/json');
		response.write(carryOut(request));
		setTimeout(() => response.socket?.destroy(), 5);
	});
});

afterEach(async () => {
	await frontend?.close();
	frontend = undefined;
	await backend.close();
});

/**
 * POSTs, with Retry, 10 at a time. Checks that each item comes out once, that no success is made up, and
 * that the backend has carried out nothing twice.
 */
async function run(server: Frontend, path: string, count: number) {
	frontend = server;
	const settings = { firstWait: 0.001, longestWait: 0.001, retriesPer100: 100 };
	const { items, error } = await sendItems(
		{
			...{ url: `=${server.origin}${path}?id={{ $json.id }}`, method: 'POST' },
			...{ maxConcurrency: 10, retry: { retry: { maxTries: 3, settings } } },
			options: { allowUnauthorizedCerts: true, timeout: 10_000 },
		},
		{ items: numbered(count), onError: 'continueRegularOutput' },
	);
	expect(error).toBeUndefined();
	expect(pairsOf(items)).toEqual([...Array(count).keys()]);
	expect(Math.max(1, ...carriedOut.values())).toBe(1);
	const failed = items.flatMap(({ json }, id) => ('error' in json ? [id] : []));
	for (const [id, { json, binary }] of items.entries()) {
		if (failed.includes(id)) continue;
		expect(carriedOut.get(id)).toBe(1);
		if (!binary) expect(json).toEqual({ id });
	}
	return { failed, errors: JSON.stringify(failed.map((id) => items[id]?.json.error)) };
}

async function download(server: Frontend, count: number) {
	const store = await BinaryStore.open();
	try {
		return await run(server, '/file', count);
	} finally {
		await store.close();
	}
}

const everySoOften = async <T>(action: () => void, during: () => Promise<T>): Promise<T> => {
	const timer = setInterval(action, 100);
	try {
		return await during();
	} finally {
		clearInterval(timer);
	}
};

describe('nginx', () => {
	it.each([1, 2, 7, 50])('that ends a connection after %i requests loses none', async (count) => {
		const server = [`keepalive_requests ${count};`];
		const { failed } = await run(await Frontend.nginx(backend.origin, { server }), '/some', 200);
		expect(failed).toEqual([]);
	});

	it.each([1, 3])('that ends a connection after %i downloads loses none', async (count) => {
		const server = [`keepalive_requests ${count};`];
		const { failed } = await download(await Frontend.nginx(backend.origin, { server }), 60);
		expect(failed).toEqual([]);
	});

	it.each([1, 3])('that allows %i streams a connection', async (count) => {
		const server = [`http2_max_concurrent_streams ${count};`];
		const { failed } = await run(await Frontend.nginx(backend.origin, { server }), '/some', 200);
		expect(failed).toEqual([]);
	});

	it('that reads its configuration again every 100 ms loses none', async () => {
		const nginx = await Frontend.nginx(backend.origin);
		const { failed } = await everySoOften(
			() => nginx.signal('SIGHUP'),
			async () => await run(nginx, '/some', 1000),
		);
		expect(failed).toEqual([]);
	});

	it('whose worker is killed every 100 ms fails what was in flight, and repeats nothing', async () => {
		const nginx = await Frontend.nginx(backend.origin);
		let kills = 0;
		const { failed } = await everySoOften(
			() => {
				kills++;
				// The worker may be gone already.
				nginx.killWorker().catch(() => {});
			},
			async () => await run(nginx, '/some', 1000),
		);
		// Ten are in flight, and as many may follow before the next worker is there.
		expect(failed.length).toBeLessThanOrEqual(20 * kills);
	});

	it('that limits requests: what it refuses is an error, and the rest is not', async () => {
		const location = ['limit_req zone=slow burst=5 nodelay;', 'limit_req_status 429;'];
		const { failed } = await run(await Frontend.nginx(backend.origin, { location }), '/some', 40);
		// 429 says that nothing was done, so that a POST is tried again.
		expect(failed.length).toBeLessThan(40);
		expect(carriedOut.size).toBe(40 - failed.length);
	});

	it('whose backend cuts responses off: each is an error', async () => {
		const { failed, errors } = await run(await Frontend.nginx(backend.origin), '/cut', 40);
		expect(failed).toHaveLength(40);
		expect(errors).toMatch(/before its response was complete/);
	});
});

describe('nghttpx', () => {
	it.each([1, 3, 100])('that allows %i streams a connection', async (count) => {
		const options = [`--frontend-http2-max-concurrent-streams=${count}`];
		const { failed } = await run(await Frontend.nghttpx(backend.origin, options), '/some', 200);
		expect(failed).toEqual([]);
	});

	it('that serves downloads with the smallest windows', async () => {
		const options = ['--frontend-http2-window-size=65535'];
		const { failed } = await download(await Frontend.nghttpx(backend.origin, options), 40);
		expect(failed).toEqual([]);
	});

	it('that shuts down in the middle: what it accepted is served, the rest is an error', async () => {
		const nghttpx = await Frontend.nghttpx(backend.origin);
		const stopping = backend
			.waitFor(() => carriedOut.size >= 100)
			.then(() => nghttpx.signal('SIGQUIT'));
		const { failed } = await run(nghttpx, '/some', 400);
		await stopping;
		expect(carriedOut.size).toBe(400 - failed.length);
		expect(failed.length).toBeGreaterThan(0);
	});

	it('whose backend cuts responses off: each is an error', async () => {
		const { failed, errors } = await run(await Frontend.nghttpx(backend.origin), '/cut', 40);
		expect(failed).toHaveLength(40);
		expect(errors).toMatch(/before its response was complete/);
	});
});
