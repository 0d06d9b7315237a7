/** What is known of an exchange, against real servers. */
import { setImmediate } from 'node:timers/promises';

import { ExchangeFacts } from '../../../nodes/ConcurrentHttpRequest/transport/ExchangeFacts.ts';
import type { Transport } from '../../../nodes/ConcurrentHttpRequest/transport/Transport.ts';
import { TestServer } from '../../support/TestServer.ts';
import { requestTo } from './requestTo.ts';
import { closeTransports, newTransport } from './transports.ts';

let server: TestServer;

afterEach(async () => {
	await closeTransports();
	await server.close();
});

async function factsOf(transport: Transport, path: string, exchange = new ExchangeFacts()) {
	const request = requestTo(server.origin + path, { allowUnauthorizedCerts: true, timeout: 1000 });
	await transport.send(request, { facts: { exchange } }).catch(() => {});
	return exchange;
}

it.each([
	[false, '1.1'],
	[true, '2'],
])('over HTTP/2: %s', async (http2, httpVersion) => {
	server = await TestServer.start({ http2, tls: http2 });
	const transport = newTransport();
	const first = await factsOf(transport, '/text?body=hello');
	expect(first).toMatchObject({ bytes: 5, httpVersion, reusedConnection: false });
	// undici counts a connection as free a turn of the event loop after its response.
	await setImmediate();
	const second = await factsOf(transport, '/text?body=hello%20again');
	expect(second).toMatchObject({ bytes: 11, httpVersion, reusedConnection: true });
	expect(server.connections).toBe(1);
});

it('gives the time until the head of the response, without that of the body', async () => {
	server = await TestServer.start();
	const { untilFirstByte } = await factsOf(newTransport(), '/delay?ms=50');
	expect(untilFirstByte).toBeGreaterThanOrEqual(49);
});

it('counts the bytes on the wire, and not what they are decompressed to', async () => {
	server = await TestServer.start();
	const body = 'a'.repeat(10_000);
	const { bytes } = await factsOf(newTransport(), `/compressed?encoding=gzip&body=${body}`);
	expect(bytes).toBeGreaterThan(10);
	expect(bytes).toBeLessThan(1000);
});

it('tells what came of a response that was cut off', async () => {
	server = await TestServer.start();
	server.route('/cut', (_request, response) => {
		response.setHeader('content-length', 100);
		response.write('0123456789', () => response.socket?.destroy());
	});
	const cutOff = await factsOf(newTransport(), '/cut');
	expect(cutOff).toMatchObject({ bytes: 10, httpVersion: '1.1', reusedConnection: false });
	expect(cutOff.untilFirstByte).toBeGreaterThan(0);
});

it('keeps nothing of an earlier exchange', async () => {
	server = await TestServer.start();
	const transport = newTransport();
	const exchange = await factsOf(transport, '/text?body=hello');
	server.route('/gone', (_request, response) => response.socket?.destroy());
	await factsOf(transport, '/gone', exchange);
	expect(exchange).toMatchObject({
		bytes: 0,
		httpVersion: undefined,
		reusedConnection: undefined,
		untilFirstByte: undefined,
	});
});
