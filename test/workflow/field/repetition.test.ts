import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { RawServer } from '../../support/RawServer.ts';
import { jsonOf, sendItems } from '../../support/workflow/sendItems.ts';

/** What a gateway sends in front of a server that restarts, as nginx with `add_header Retry-After`. */
const UNAVAILABLE =
	'HTTP/1.1 503 Service Temporarily Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n';
const TOO_MANY = 'HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n';
const OK =
	'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{"ok":true}';

let server: RawServer;

afterEach(async () => {
	await server.close();
});

/** Sends one request to a server that refuses the first with these bytes. */
async function send(method: string, refusal: string) {
	server = await RawServer.start(({ socket }) => {
		socket.write(server.requests.length === 1 ? refusal : OK);
	});
	const { items } = await sendItems(
		{ url: server.origin, method },
		{ items: [{ json: {} }], onError: 'continueRegularOutput' },
	);
	return jsonOf(items)[0];
}

// RFC 9110 section 9.2.2: "A client SHOULD NOT automatically retry a request with a non-idempotent
// method unless it has some means to know that the request semantics are actually idempotent [...] or
// some means to detect that the original request was never applied." 503 is no such means.
it.each(['POST', 'PATCH'])('does not repeat a %s after a 503 from a gateway', async (method) => {
	const item = await send(method, UNAVAILABLE);
	expect(server.requests).toHaveLength(1);
	expect(JSON.stringify(item)).toMatch(/503.*might be carried out twice.*asks to wait until/s);
});

// RFC 6585 section 4: a 429 says that the client has sent too many requests, not that one was done.
it('repeats a POST after a 429', async () => {
	expect(await send('POST', TOO_MANY)).toEqual({ ok: true });
	expect(server.requests).toHaveLength(2);
});

it('repeats a GET after a 503 from a gateway', async () => {
	expect(await send('GET', UNAVAILABLE)).toEqual({ ok: true });
	expect(server.requests).toHaveLength(2);
});

// RFC 9110 section 9.2.2: a request that was never sent was never applied.
it('repeats a POST that timed out while it waited for a connection', async () => {
	server = await RawServer.start(({ socket }) => socket.write(OK), { tls: true });
	// Holds back TLS handshakes for longer than the first try may take.
	const sockets: Socket[] = [];
	const held = sleep(700);
	const relay = createServer((client) => {
		const upstream = connect(Number(new URL(server.origin).port), '127.0.0.1');
		for (const socket of [client, upstream]) sockets.push(socket.on('error', () => {}));
		upstream.pipe(client);
		void held.then(() => client.pipe(upstream));
	});
	await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
	const { port } = relay.address() as AddressInfo;
	const { items, error } = await sendItems({
		...{ url: `https://127.0.0.1:${port}`, method: 'POST' },
		retry: { retry: { settings: { firstWait: 0.001, longestWait: 0.001 } } },
		options: { timeout: 500, allowUnauthorizedCerts: true },
	});
	for (const socket of sockets) socket.destroy();
	relay.close();
	expect(error).toBeUndefined();
	expect(jsonOf(items)).toEqual([{ ok: true }]);
	expect(server.requests).toHaveLength(1);
});
