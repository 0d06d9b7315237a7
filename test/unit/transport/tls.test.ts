import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import tls from 'node:tls';

import { TestServer } from '../../support/TestServer.ts';
import { requestTo } from './requestTo.ts';
import { closeTransports, newTransport } from './transports.ts';

const trusted = tls.getCACertificates('default');
let server: TestServer;

beforeEach(async () => {
	server = await TestServer.start({ tls: true });
});

afterEach(async () => {
	tls.setDefaultCACertificates(trusted);
	await closeTransports();
	await server.close();
});

const request = (allowUnauthorizedCerts = false) =>
	requestTo(`${server.origin}/text?body=hi`, { allowUnauthorizedCerts });

it('refuses a certificate that is not trusted, and sends nothing', async () => {
	await expect(newTransport().send(request())).rejects.toMatchObject({
		kind: 'certificate not trusted',
		code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
	});
	expect(server.requests).toEqual([]);
});

it('takes it where the user says so, on kept connections', async () => {
	const transport = newTransport({ connectionsPerOrigin: 1 });
	for (let time = 0; time < 3; time++) {
		expect((await transport.send(request(true))).body.toString()).toBe('hi');
	}
	expect(server.connections).toBe(1);
});

it('does not lend such a connection to a request that wants certificates checked', async () => {
	const transport = newTransport();
	const results = await Promise.allSettled(
		[true, false, true, false].map(async (allow) => await transport.send(request(allow))),
	);
	expect(results.map(({ status }) => status)).toEqual([
		'fulfilled',
		'rejected',
		'fulfilled',
		'rejected',
	]);
	expect(server.requests).toHaveLength(2);
});

it('refuses a trusted certificate of another host', async () => {
	await server.close();
	server = await TestServer.start({ tls: true, certificate: 'example' });
	tls.setDefaultCACertificates([server.ca!]);
	await expect(newTransport().send(request())).rejects.toMatchObject({
		kind: 'certificate not trusted',
		code: 'ERR_TLS_CERT_ALTNAME_INVALID',
	});
});

it('counts each connection once, after its handshake', async () => {
	let opened = 0;
	const transport = newTransport({ connectionsPerOrigin: 2, onConnection: () => opened++ });
	await Promise.all([1, 2, 3, 4].map(async () => await transport.send(request(true))));
	expect(opened).toBe(2);
	await expect(transport.send(request(false))).rejects.toThrow();
	expect(opened).toBe(2);
});

it('leaves no socket when it is closed in the middle of the handshake', async () => {
	const transport = newTransport();
	const sent = transport.send(request(true));
	const ended = expect(sent).rejects.toMatchObject({ kind: 'cancelled' });
	await server.waitFor(({ openSockets }) => openSockets === 1);
	await transport.close();
	await ended;
	await server.waitFor(({ openSockets }) => openSockets === 0);
	expect(server.requests).toEqual([]);
});

it.each([
	['closes', (socket: Socket) => socket.end()],
	['resets', (socket: Socket) => socket.resetAndDestroy()],
])('has sent nothing to a server that %s the connection in the handshake', async (_, end) => {
	const restarting = createServer((socket) => {
		socket.on('error', () => {});
		socket.once('data', () => end(socket));
	}).listen(0, '127.0.0.1');
	await once(restarting, 'listening');
	const { port } = restarting.address() as AddressInfo;
	const post = requestTo(`https://127.0.0.1:${port}/`, { method: 'POST', body: 'x' });
	const failure: unknown = await newTransport()
		.send(post)
		.catch((error: unknown) => error);
	restarting.close();
	expect(failure).toMatchObject({ kind: 'connection reset', isUnsent: true });
});
