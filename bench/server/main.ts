import { once } from 'node:events';
import { createServer as createHttp2Server } from 'node:http2';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { readCertificate } from '../../test/support/certificates.ts';
import type { Origins, ServerMessage, ServerQuestion } from './BenchServer.ts';
import { Counters } from './Counters.ts';
import { distantDoor } from './distantDoor.ts';
import { serveHttp1 } from './http1.ts';
import { serveHttp2 } from './http2.ts';

/**
 * The server's process. HTTP, HTTPS, and HTTPS that offers HTTP/2 have a port of their own each,
 * on loopback; it ends when the process that started it does.
 */
const HOST = '127.0.0.1';
/** A client that opens thousands of connections at once must not meet a full queue. */
const BACKLOG = 16_384;

const counters = new Counters();
const certificate = readCertificate('localhost');

const http = createServer((socket) => {
	counters.connectionOpened();
	serveHttp1(socket, counters);
});
const https = createTlsServer({ ...certificate, ALPNProtocols: ['http/1.1'] }, (socket) => {
	counters.connectionOpened();
	serveHttp1(socket, counters);
});
const streams = createHttp2Server();
streams.on('stream', (stream, headers) => serveHttp2(stream, headers[':path'] ?? '', counters));
// A client that has no HTTP/2 gets HTTP/1.1 here, as from a server of the real world.
const h2 = createTlsServer({ ...certificate, ALPNProtocols: ['h2', 'http/1.1'] }, (socket) => {
	counters.connectionOpened();
	if (socket.alpnProtocol === 'h2') streams.emit('connection', socket);
	else serveHttp1(socket, counters);
});
for (const server of [https, h2]) server.on('tlsClientError', () => {}); // it went away

async function listen(server: Server, scheme: string): Promise<string> {
	server.listen({ port: 0, host: HOST, backlog: BACKLOG });
	await once(server, 'listening');
	return `${scheme}://${HOST}:${(server.address() as AddressInfo).port}`;
}

const origins: Origins = {
	http: await listen(http, 'http'),
	https: await listen(https, 'https'),
	h2: await listen(h2, 'https'),
	distant: await listen(distantDoor(https), 'https'),
};

const tell = (message: ServerMessage) => process.send?.(message);
process.on('message', (question: ServerQuestion) => {
	if (question === 'reset') counters.reset();
	tell({ counts: counters.counts() });
});
process.on('disconnect', () => process.exit());
tell({ origins });
