/** Connections that a server closes while a request is on its way. */
import { RawServer } from '../../support/RawServer.ts';
import { numbered } from '../../support/workflow/runWorkflow.ts';
import { jsonOf, sendItems } from '../../support/workflow/sendItems.ts';

let server: RawServer;

afterEach(async () => {
	await server.close();
});

const OK =
	'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{"ok":true}';

describe('a server that ends each connection 3 ms after its response', () => {
	// RFC 9112 section 9.5: a server may close an idle connection at any time.
	const ITEMS = 300;

	beforeEach(async () => {
		server = await RawServer.start(({ socket, ordinal }) => {
			// It reads no second request, as one does that closes in that moment.
			if (ordinal > 1) return;
			socket.write(OK);
			setTimeout(() => socket.destroy(), 3);
		});
	});

	it('loses one POST at most', async () => {
		const { items } = await sendItems(
			{ method: 'POST', url: server.origin, maxConcurrency: 10 },
			{ items: numbered(ITEMS), onError: 'continueRegularOutput' },
		);
		const failed = items.filter(({ json }) => 'error' in json);
		expect(failed.length).toBeLessThanOrEqual(1);
		expect(items).toHaveLength(ITEMS);
	});

	it('loses no GET, and repeats few', async () => {
		const { items, error } = await sendItems(
			{ url: server.origin, maxConcurrency: 10 },
			{ items: numbered(500) },
		);
		expect(error).toBeUndefined();
		expect(jsonOf(items)).toEqual(Array(500).fill({ ok: true }));
		expect(server.requests.length).toBeLessThan(500 * 1.3);
	});

	it('loses none with Connection at Close', async () => {
		const { items, error } = await sendItems(
			{
				method: 'POST',
				url: server.origin,
				maxConcurrency: 10,
				options: { connection: 'close' },
			},
			{ items: numbered(ITEMS) },
		);
		expect(error).toBeUndefined();
		expect(jsonOf(items)).toEqual(Array(ITEMS).fill({ ok: true }));
		expect(server.connections).toBe(ITEMS);
		expect(server.requests.every(({ head }) => /^connection: close$/im.test(head))).toBe(true);
	});
});

it('loses no POST to a server that closes its connections while they are watched', async () => {
	server = await RawServer.start(({ socket, ordinal }) => {
		if (ordinal > 1) return;
		socket.write(OK);
		// Late enough for the next POST to be on its way, were it not to wait.
		setTimeout(() => socket.destroy(), 7);
	});
	const { items, error } = await sendItems(
		{ method: 'POST', url: server.origin, maxConcurrency: 10 },
		{ items: numbered(50) },
	);
	expect(error).toBeUndefined();
	expect(jsonOf(items)).toEqual(Array(50).fill({ ok: true }));
});

it('uses connections again for POSTs where the server keeps them', async () => {
	server = await RawServer.start(({ socket }) => void socket.write(OK));
	const { items } = await sendItems(
		{ method: 'POST', url: server.origin, maxConcurrency: 5 },
		{ items: numbered(200) },
	);
	expect(jsonOf(items)).toEqual(Array(200).fill({ ok: true }));
	expect(server.connections).toBe(5);
});

it('uses connections again for POSTs where the server announces that it closes one', async () => {
	// As Apache with MaxKeepAliveRequests.
	server = await RawServer.start(({ socket, ordinal }) => {
		if (ordinal < 10) socket.write(OK);
		else socket.end(OK.replace('\r\n', '\r\nConnection: close\r\n'));
	});
	const { items } = await sendItems(
		{ method: 'POST', url: server.origin, maxConcurrency: 1 },
		{ items: numbered(100) },
	);
	expect(jsonOf(items)).toEqual(Array(100).fill({ ok: true }));
	expect(server.connections).toBe(10);
});

it('uses connections again for POSTs after one has met its Timeout', async () => {
	server = await RawServer.start(({ socket, url }) => {
		if (url !== '/1') socket.write(OK);
	});
	const { items } = await sendItems(
		{
			method: 'POST',
			url: `=${server.origin}/{{ $json.id }}`,
			maxConcurrency: 1,
			options: { timeout: 1000 },
		},
		{ items: numbered(10), onError: 'continueRegularOutput' },
	);
	expect(items.filter(({ json }) => 'error' in json)).toHaveLength(1);
	expect(server.connections).toBe(2);
});

it('uses no other connection again either, once a server has sent bytes unasked', async () => {
	server = await RawServer.start(({ socket, connection }) => {
		socket.write(OK);
		// The second connection would bring them while the next request is on its way.
		setTimeout(() => socket.write(OK), connection === 1 ? 50 : 600);
	});
	const { items } = await sendItems(
		{
			url: server.origin,
			maxConcurrency: 2,
			options: { batching: { batch: { batchSize: 2, batchInterval: 300 } } },
		},
		{ items: numbered(4) },
	);
	expect(jsonOf(items)).toEqual(Array(4).fill({ ok: true }));
	expect(server.requests.filter(({ ordinal }) => ordinal > 1)).toEqual([]);
});

describe('a first response on a fresh connection that is cut off', () => {
	// RFC 9112 section 9.3.1: only a request on a connection that was used before may have met its end.
	it.each(['GET', 'PUT', 'DELETE'])('is not requested again: %s', async (method) => {
		server = await RawServer.start(({ socket }) => {
			socket.write('HTTP/1.1 200 OK\r\nContent-Ty', () =>
				setImmediate(() => socket.resetAndDestroy()),
			);
		});
		const { error } = await sendItems({ method, url: server.origin });
		expect(error?.message).toMatch(/closed the connection/);
		expect(server.requests).toHaveLength(1);
	});

	it('is requested again only on a reused connection, before the first byte', async () => {
		server = await RawServer.start(({ socket, connection, ordinal }) => {
			if (ordinal === 1 || connection > 1) {
				socket.write(OK);
			} else {
				socket.resetAndDestroy();
			}
		});
		const { items, error } = await sendItems(
			{ url: server.origin, maxConcurrency: 1 },
			{ items: numbered(2) },
		);
		expect(error).toBeUndefined();
		expect(jsonOf(items)).toEqual([{ ok: true }, { ok: true }]);
		expect(server.requests).toHaveLength(3);
	});

	it('is not requested again on a reused connection, after the first byte', async () => {
		server = await RawServer.start(({ socket, ordinal }) => {
			if (ordinal === 1) socket.write(OK);
			else socket.write('HTTP/1.1 2', () => setTimeout(() => socket.resetAndDestroy(), 20));
		});
		const { error } = await sendItems(
			{ url: server.origin, maxConcurrency: 1 },
			{ items: numbered(2) },
		);
		expect(error).toBeDefined();
		expect(server.requests).toHaveLength(2);
	});
});
