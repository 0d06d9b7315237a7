import dgram from 'node:dgram';
import dns from 'node:dns';
import http from 'node:http';
import net from 'node:net';
import tls from 'node:tls';
import type { AddressInfo } from 'node:net';
import { request } from 'undici';
import { takeRefusals } from '../../support/loopbackOnly.ts';

/** Reserved for documentation (RFC 5737, RFC 3849): nobody is there, if the guard should fail. */
const ELSEWHERE = '192.0.2.1';
const ELSEWHERE_IPV6 = '2001:db8::1';
const TIMEOUT = 2_000;

const REFUSED = { message: expect.stringContaining('A test must not connect to') as string };

/** What the socket fails with. */
async function failureOf(socket: net.Socket | http.ClientRequest): Promise<unknown> {
	return await new Promise((resolve, reject) => {
		socket.on('error', resolve);
		socket.on('connect', () => reject(new Error('It is connected')));
		socket.setTimeout(TIMEOUT, () => reject(new Error('It tries to connect')));
	});
}

const toElsewhere: net.LookupFunction = (_name, options, callback) => {
	if (options.all) callback(null, [{ address: ELSEWHERE, family: 4 }]);
	else callback(null, ELSEWHERE, 4);
};

it.each([
	['net.connect, options', () => net.connect({ host: ELSEWHERE, port: 9 })],
	['net.connect, arguments', () => net.connect(9, ELSEWHERE)],
	['net.connect, IPv6', () => net.connect({ host: ELSEWHERE_IPV6, port: 9 })],
	['net.connect, IPv4 in IPv6', () => net.connect({ host: `::ffff:${ELSEWHERE}`, port: 9 })],
	['net.connect, look-up', () => net.connect({ host: 'a.test', port: 9, lookup: toElsewhere })],
	['a socket', () => new net.Socket().connect({ host: ELSEWHERE, port: 9 })],
	['tls.connect', () => tls.connect({ host: ELSEWHERE, port: 9 })],
	['tls.connect, look-up', () => tls.connect({ host: 'a.test', port: 9, lookup: toElsewhere })],
	['http.get', () => http.get(`http://${ELSEWHERE}:9/`)],
])('refuses a connection by %s', async (_how, connect) => {
	expect(await failureOf(connect())).toMatchObject(REFUSED);
	expect(takeRefusals()).toHaveLength(1);
});

it('refuses a connection by undici', async () => {
	await expect(request(`http://${ELSEWHERE}:9/`)).rejects.toMatchObject(REFUSED);
	expect(takeRefusals()).toEqual([`${ELSEWHERE}:9`]);
});

it('refuses addresses that a test lets a name have', async () => {
	jest.spyOn(dns, 'lookup').mockImplementation(toElsewhere as never);
	const failure = await failureOf(net.connect({ host: 'a.test', port: 9 }));
	jest.restoreAllMocks();
	expect(failure).toMatchObject(REFUSED);
	expect(takeRefusals()).toEqual([`${ELSEWHERE}:9`]);
});

it('finds no names of elsewhere', async () => {
	const error = { code: 'ENOTFOUND', syscall: 'getaddrinfo' };
	expect(await new Promise((resolve) => dns.lookup('example.com', resolve))).toMatchObject(error);
	await expect(dns.promises.lookup('example.com', { all: true })).rejects.toMatchObject(error);
	expect(await failureOf(net.connect({ host: 'example.com', port: 9 }))).toMatchObject(error);
});

it('refuses to ask name servers, and datagrams', () => {
	expect(() => dns.resolve4('example.com', () => {})).toThrow('A test must not connect to');
	expect(() => void dns.promises.resolve('example.com')).toThrow('A test must not connect to');
	expect(() => new dns.Resolver().reverse(ELSEWHERE, () => {})).toThrow(
		'A test must not connect to',
	);
	const socket = dgram.createSocket('udp4');
	expect(() => socket.send('a', 9, ELSEWHERE)).toThrow('A test must not connect to');
	socket.close();
	expect(takeRefusals()).toHaveLength(4);
});

it.each(['127.0.0.1', 'localhost'])('lets connections to %s through', async (host) => {
	const server = http.createServer((_request, response) => response.end('here'));
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	const { body } = await request(`http://${host}:${port}/`);
	expect(await body.text()).toBe('here');
	const socket = net.connect(port, host);
	await new Promise<void>((resolve) => socket.on('connect', resolve));
	socket.destroy();
	server.close();
});
