import { connect } from 'node:net';
import { RawServer } from '../../support/RawServer.ts';
import { numbered } from '../../support/workflow/runWorkflow.ts';
import { jsonOf, sendItems } from '../../support/workflow/sendItems.ts';

const OK =
	'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{"ok":true}';

let server: RawServer;

afterEach(async () => {
	await server.close();
});

// RFC 9110 section 15.2: a client MUST be able to parse 1xx responses before the final one, even if it
// does not expect one. IIS and some proxies send 100 Continue to any POST.
it.each([
	['100', ['HTTP/1.1 100 Continue\r\n\r\n']],
	['100 in three packets', ['HTTP/1.1 10', '0 Continue\r\n\r', '\n']],
	['100 twice', ['HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n']],
	[
		'100, then 103',
		['HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n'],
	],
	['102', ['HTTP/1.1 102 Processing\r\n\r\n']],
	['a status that nobody knows', ['HTTP/1.1 199 What\r\nX-A: b\r\n\r\n']],
	['100 of HTTP/1.0', ['HTTP/1.0 100 Continue\r\n\r\n']],
	['100 with "close"', ['HTTP/1.1 100 Continue\r\nConnection: close\r\n\r\n']],
	['103 with a length', ['HTTP/1.1 103 Early Hints\r\nContent-Length: 5\r\n\r\n']],
])('skips interim responses: %s', async (_, packets) => {
	server = await RawServer.start(({ socket }) => {
		[...packets, OK].forEach((packet, i) => setTimeout(() => socket.write(packet), 20 * i));
	});
	const { items, error } = await sendItems(
		{ method: 'POST', url: server.origin, maxConcurrency: 1 },
		{ items: numbered(3) },
	);
	expect(error).toBeUndefined();
	expect(jsonOf(items)).toEqual([{ ok: true }, { ok: true }, { ok: true }]);
	expect(server.connections).toBe(1);
});

// RFC 9110 section 15.2.2: a server switches protocols only if the client asked for it.
it('refuses 101, which no request asks for, and does not repeat the request', async () => {
	server = await RawServer.start(({ socket }) => {
		socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n');
	});
	const { error } = await sendItems({ url: server.origin, retry: { retry: {} } });
	expect(error?.message).toMatch(/switched to another protocol, unasked \(status 101\)$/);
	expect(server.requests).toHaveLength(1);
});

it('counts a connection that ends after an interim response as lost', async () => {
	server = await RawServer.start(({ socket }) => socket.end('HTTP/1.1 100 Continue\r\n\r\n'));
	const { error } = await sendItems({ method: 'POST', url: server.origin });
	expect(error?.message).toMatch(/closed the connection before its response was complete$/);
});

// RFC 9112 section 9.3.1 speaks of connections that were idle. Whoever sends an interim response has begun.
it.each(['GET', 'PUT'])(
	'does not repeat %s after an interim response and a reset',
	async (method) => {
		server = await RawServer.start(({ socket }) => {
			socket.write('HTTP/1.1 102 Processing\r\n\r\n');
			setTimeout(() => socket.resetAndDestroy(), 20);
		});
		const { error } = await sendItems({ method, url: server.origin });
		expect(error?.message).toMatch(/closed the connection before its response was complete$/);
		expect(server.requests).toHaveLength(1);
	},
);

// RFC 9110 section 9.3.6 knows no interim response to CONNECT, and section 15.2 holds for any method.
it('skips what a proxy sends before it opens a tunnel', async () => {
	server = await RawServer.start(({ socket }) => socket.write(OK), { tls: true });
	const proxy = await RawServer.start(({ socket, url }) => {
		socket.removeAllListeners('data');
		const target = connect(Number(url.split(':')[1]), '127.0.0.1', () => {
			socket.write('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 Connection established\r\n\r\n');
			socket.pipe(target).pipe(socket);
		});
		target.on('error', () => {});
	});
	const { items, error } = await sendItems({
		url: server.origin,
		options: { proxy: proxy.origin, allowUnauthorizedCerts: true },
	});
	await proxy.close();
	expect(error).toBeUndefined();
	expect(jsonOf(items)).toEqual([{ ok: true }]);
});
