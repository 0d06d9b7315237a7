import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';

import type { HttpRequest } from '../../../nodes/ConcurrentHttpRequest/transport/HttpRequest.ts';
import { TransportFailure } from '../../../nodes/ConcurrentHttpRequest/transport/TransportFailure.ts';
import { RawServer } from '../../support/RawServer.ts';
import { TestServer } from '../../support/TestServer.ts';
import { requestTo } from './requestTo.ts';
import { closeTransports, newTransport, policy, sendFollowing } from './transports.ts';

let server: TestServer;

beforeEach(async () => {
	server = await TestServer.start();
});

afterEach(async () => {
	await closeTransports();
	await server.close();
});

const to = (path: string, changes?: Partial<HttpRequest>) =>
	requestTo(server.origin + path, changes);

const send = (path: string, changes?: Partial<HttpRequest>) =>
	newTransport().send(to(path, changes));

const follow = (path: string, changes?: Partial<HttpRequest>) =>
	sendFollowing(newTransport(), to(path, changes));

/** Answers every connection with these bytes, and closes it. */
async function serverOf(answer: string): Promise<{ origin: string; close: () => Promise<void> }> {
	const raw = createServer((socket) => {
		socket.on('error', () => {});
		socket.once('data', () => socket.end(answer, 'latin1'));
	});
	await once(raw.listen(0, '127.0.0.1'), 'listening');
	const { port } = raw.address() as AddressInfo;
	const close = async () => {
		const closed = once(raw, 'close');
		raw.close();
		await closed;
	};
	return { origin: `http://127.0.0.1:${port}`, close };
}

async function sendRaw(answer: string) {
	const raw = await serverOf(answer);
	try {
		return await newTransport().send(requestTo(raw.origin));
	} finally {
		await closeTransports();
		await raw.close();
	}
}

describe('a request', () => {
	it('goes on the wire as it is', async () => {
		const headers = {
			'X-Case': 'kept',
			'x-list': ['1', '2'],
			'x-latin': 'Grüße',
			host: 'other.test',
		};
		await send('/echo?a=b%20c&d', { method: 'PATCH', headers, body: 'Grüße 😀' });
		const [received] = server.requests;
		expect(received).toMatchObject({ method: 'PATCH', url: '/echo?a=b%20c&d' });
		expect(received?.body.toString()).toBe('Grüße 😀');
		const { rawHeaders } = received!;
		const lines = rawHeaders.flatMap((name, index) =>
			index % 2 === 0 ? [`${name}: ${rawHeaders[index + 1]}`] : [],
		);
		expect(lines).toEqual(
			expect.arrayContaining([
				'X-Case: kept',
				'x-list: 1',
				'x-list: 2',
				'x-latin: Grüße',
				'host: other.test',
				`content-length: ${Buffer.byteLength('Grüße 😀')}`,
			]),
		);
	});

	it('may have a body of bytes, also with GET', async () => {
		const body = Buffer.from([0, 255, 13, 10]);
		await send('/echo', { body });
		expect(server.requests[0]?.body).toEqual(body);
	});
});

describe('a response', () => {
	it('is complete, whatever its status', async () => {
		expect(await send('/status?code=503&body=busy&header=x-a:1&header=x-a:2')).toMatchObject({
			statusCode: 503,
			statusMessage: 'Service Unavailable',
			headers: { 'x-a': '1, 2' },
			body: Buffer.from('busy'),
		});
		const { body } = await send('/stream?chunks=3&ms=1');
		expect(body.toString()).toBe('chunk 1\nchunk 2\nchunk 3\n');
		expect((await send('/empty')).body).toHaveLength(0);
	});

	it.each(['gzip', 'deflate', 'br', 'zstd'])('is decompressed: %s', async (encoding) => {
		const { headers, body } = await send(`/compressed?encoding=${encoding}&body=text`);
		expect(body.toString()).toBe('text');
		expect(headers).not.toHaveProperty('content-encoding');
	});

	it('keeps a coding that is not known', async () => {
		const { headers, body } = await send('/compressed?encoding=other&body=text');
		expect(body.toString()).toBe('text');
		expect(headers['content-encoding']).toBe('other');
	});

	it('may be announced by others', async () => {
		const response = await sendRaw(
			'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 200 Fine\r\nx: 1\r\ncontent-length: 2\r\n\r\nhi',
		);
		expect(response).toMatchObject({
			statusCode: 200,
			statusMessage: 'Fine',
			headers: { x: '1', 'content-length': '2' },
			body: Buffer.from('hi'),
		});
		expect(response.headers).not.toHaveProperty('link');
	});

	it('may lack a reason, and a length', async () => {
		expect(await sendRaw('HTTP/1.1 200\r\n\r\nuntil the end')).toMatchObject({
			statusCode: 200,
			statusMessage: '',
			body: Buffer.from('until the end'),
		});
	});
});

describe('no response', () => {
	it.each([
		['/reset', 'connection reset'],
		['/reset-body', 'connection reset'],
		['/truncate', 'connection reset'],
		['/text?body=no&header=content-encoding:gzip', 'unreadable response'],
	])('comes from %s: %s', async (path, kind) => {
		const sent = send(path);
		await expect(sent).rejects.toBeInstanceOf(TransportFailure);
		await expect(sent).rejects.toMatchObject({ kind });
	});

	it.each([
		['SSH-2.0-OpenSSH_9.2\r\n', 'unreadable response'],
		['HTTP/1.1 200 OK\r\nno header\r\n\r\n', 'unreadable response'],
		['HTTP/1.1 200 OK\r\nx: much too long\r\n\r\n', 'unreadable response'],
		['HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n', 'unreadable response'],
		['HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi', 'connection reset'],
		['', 'connection reset'],
	])('comes from a server that sends %j: %s', async (answer, kind) => {
		await expect(sendRaw(answer.replace('much', 'much '.repeat(5000)))).rejects.toMatchObject({
			kind,
		});
	});

	it('comes from a server that does not run', async () => {
		const { origin } = server;
		await server.close();
		await expect(newTransport().send(requestTo(origin))).rejects.toMatchObject({
			kind: 'connection refused',
			code: 'ECONNREFUSED',
		});
		server = await TestServer.start();
	});

	it('comes for a method that asks for a tunnel', async () => {
		await expect(send('/echo', { method: 'CONNECT', timeout: 2000 })).rejects.not.toMatchObject({
			kind: 'timeout',
		});
	});

	it('to one request leaves the others their own', async () => {
		const transport = newTransport();
		const paths = ['/text?body=a', '/reset', '/text?body=b', '/truncate', '/text?body=c'];
		const results = await Promise.allSettled(
			paths.map(async (path) => (await transport.send(to(path))).body.toString()),
		);
		expect(results.map((result) => ('value' in result ? result.value : 'none'))).toEqual([
			'a',
			'none',
			'b',
			'none',
			'c',
		]);
	});
});

describe('connections', () => {
	it.each([1, 3, 7])('are shared, at most %i to an origin, and each is counted', async (limit) => {
		let opened = 0;
		const transport = newTransport({
			connectionsPerOrigin: limit,
			onConnection: () => opened++,
		});
		const ids = Array.from({ length: 40 }, (_, id) => id);
		const answers = await Promise.all(
			ids.map(async (id) => {
				const { body } = await transport.send(to(`/delay?ms=50&id=${id}`));
				return (JSON.parse(body.toString()) as { id: string }).id;
			}),
		);
		expect(answers).toEqual(ids.map(String));
		expect(server.mostInFlight).toBe(limit);
		expect(server.connections).toBe(limit);
		expect(opened).toBe(limit);
	});

	it.each(['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS'])('are kept after %s', async (method) => {
		const transport = newTransport({ connectionsPerOrigin: 1 });
		for (let time = 0; time < 4; time++) await transport.send(to('/text?body=hi', { method }));
		expect(server.requests.map(({ connection }) => connection)).toEqual([1, 1, 1, 1]);
		expect(server.openSockets).toBe(1);
	});

	// A server may send a body with the one, and leave the other's body unread.
	it.each([
		['HEAD', undefined],
		['GET', 'body'],
		['DELETE', 'body'],
	])('are not used again after %s with the body %p', async (method, body) => {
		const transport = newTransport({ connectionsPerOrigin: 1 });
		for (let time = 0; time < 2; time++) await transport.send(to('/text', { method, body }));
		expect(server.requests.map(({ connection }) => connection)).toEqual([1, 2]);
	});

	it.each([204, 304, 404, 500])('are kept after the status %i', async (code) => {
		const transport = newTransport({ connectionsPerOrigin: 1 });
		await transport.send(to(`/status?code=${code}`));
		await transport.send(to('/text'));
		expect(server.connections).toBe(1);
	});

	it('are made anew where the server closed one', async () => {
		const transport = newTransport();
		server.route('/bye', (_request, response) => {
			response.writeHead(200, { connection: 'close' }).end();
		});
		await transport.send(to('/bye'));
		await transport.send(to('/text'));
		expect(server.requests.map(({ connection }) => connection)).toEqual([1, 2]);
	});

	it.each(['GET', 'POST'])(
		'are made anew where the server resets an idle one: %s',
		async (method) => {
			const raw = await RawServer.start(
				({ socket }) => void socket.write('HTTP/1.1 204 No Content\r\n\r\n'),
			);
			try {
				const transport = newTransport({ connectionsPerOrigin: 1 });
				const request = requestTo(raw.origin, { method });
				for (let time = 0; time < 2; time++) await transport.send(request);
				await setImmediate();
				// The reset is read after the next request has been given to the connection.
				raw.requests[0]?.socket.resetAndDestroy();
				expect(await transport.send(request)).toMatchObject({ statusCode: 204 });
				expect(raw.requests.map(({ connection }) => connection)).toEqual([1, 1, 2]);
			} finally {
				await raw.close();
			}
		},
	);

	it('are not shared between requests that check certificates and those that do not', async () => {
		const transport = newTransport({ connectionsPerOrigin: 1 });
		await transport.send(to('/text'));
		await transport.send(to('/text', { allowUnauthorizedCerts: true }));
		await transport.send(to('/text'));
		expect(server.requests.map(({ connection }) => connection)).toEqual([1, 2, 1]);
	});
});

describe('redirects', () => {
	it('are followed as often as allowed', async () => {
		const path = '/redirect?times=3&to=/text%3Fbody%3Dthere';
		const { statusCode, body } = await follow(path, { maxRedirects: 3 });
		expect([statusCode, body.toString()]).toEqual([200, 'there']);
		expect(server.requests).toHaveLength(4);
		await expect(follow(path, { maxRedirects: 2 })).rejects.toMatchObject({
			kind: 'redirect not followed',
			message: 'The server redirected more than twice',
		});
		expect(server.requests).toHaveLength(4 + 3);
	});

	it('are the response where none is to be followed', async () => {
		const { statusCode, headers } = await send('/redirect?to=/text', { maxRedirects: 0 });
		expect([statusCode, headers.location]).toEqual([302, '/text']);
	});

	it('to nowhere are not followed', async () => {
		await expect(follow('/redirect?to=ftp://x.test')).rejects.toMatchObject({
			kind: 'redirect not followed',
		});
		expect(server.requests).toHaveLength(1);
	});
});

describe('the policy', () => {
	it('checks an origin once, before anything is sent to it', async () => {
		const asked: string[] = [];
		const checkUrl = async (url: URL) => {
			asked.push(`${url.origin} after ${server.requests.length}`);
			await Promise.resolve();
		};
		const transport = newTransport({ egress: policy({ checkUrl }) });
		await Promise.all(['/a', '/b', '/c'].map(async (path) => await transport.send(to(path))));
		await transport.send(to('/d'));
		expect(asked).toEqual([`${server.origin} after 0`]);
	});

	it('checks an origin again where it refused', async () => {
		const answers = [new TransportFailure('blocked by policy', 'not now'), undefined];
		const checkUrl = async () => {
			const refusal = answers.shift();
			if (refusal) throw refusal;
			await Promise.resolve();
		};
		const transport = newTransport({ egress: policy({ checkUrl }) });
		await expect(transport.send(to('/a'))).rejects.toMatchObject({ message: 'not now' });
		expect(server.connections).toBe(0);
		await transport.send(to('/a'));
		expect(server.requests).toHaveLength(1);
	});

	const refusal = new TransportFailure('blocked by policy', 'no');
	const refuse = () => {
		throw refusal;
	};

	it.each([
		['the URL', { checkUrl: async () => await Promise.reject(refusal) }],
		['the domain of the credential', { checkCredentialDomain: refuse }],
		['the address', { connectionHostError: () => refusal }],
	])('keeps everything from being sent where it refuses %s', async (_what, changes) => {
		const transport = newTransport({ egress: policy(changes) });
		await expect(transport.send(to('/text'))).rejects.toEqual(refusal);
		await transport.close();
		expect(server.connections).toBe(0);
	});

	it('keeps everything from being sent where it refuses what a name stands for', async () => {
		const lookup = jest.fn((_host: string, _options: object, callback: (error: Error) => void) =>
			callback(refusal),
		);
		const transport = newTransport({ egress: policy({ lookup } as object) });
		const url = server.origin.replace('127.0.0.1', 'api.test');
		await expect(transport.send(requestTo(url))).rejects.toEqual(refusal);
		expect(lookup.mock.calls.map(([host]) => host)).toEqual(['api.test']);
	});

	it('checks the address without brackets', async () => {
		const asked: string[] = [];
		const connectionHostError = (host: string) => {
			asked.push(host);
			return refusal;
		};
		const transport = newTransport({ egress: policy({ connectionHostError }) });
		for (const host of ['[::1]', '127.1', '[::ffff:7f00:1]']) {
			await expect(transport.send(requestTo(`http://${host}:9`))).rejects.toEqual(refusal);
		}
		await expect(
			transport.send(requestTo('http://x.test/', { proxy: 'http://[::1]:9' })),
		).rejects.toEqual(refusal);
		expect(asked).toEqual(['::1', '127.0.0.1', '::ffff:7f00:1', '::1']);
	});

	it('checks the URL of each redirect, its origin and the domain of the credential', async () => {
		const other = await TestServer.start();
		const asked: string[] = [];
		const egress = policy({
			checkUrl: async (url) => {
				asked.push(`origin ${url.origin}`);
				await Promise.resolve();
			},
			checkRedirect: (url) => asked.push(`redirect ${url.href}`),
			checkCredentialDomain: (url, domains) => asked.push(`${domains} ${url.href}`),
		});
		const credential = {
			headerNames: new Set<string>(),
			inBody: false,
			inQuery: false,
			allowedDomains: 'x',
		};
		const path = `/redirect?to=${encodeURIComponent(`${other.origin}/text`)}`;
		await sendFollowing(newTransport({ egress }), to(path, { credential }), { egress });
		await other.close();
		expect(asked).toEqual([
			`x ${server.origin}${path}`,
			`origin ${server.origin}`,
			`redirect ${other.origin}/text`,
			`x ${other.origin}/text`,
			`origin ${other.origin}`,
		]);
	});

	it.each([
		['its URL', { checkRedirect: refuse }],
		[
			'its origin',
			{
				checkUrl: async ({ origin }: URL) => {
					if (origin !== server.origin) throw refusal;
					await Promise.resolve();
				},
			},
		],
		[
			'the domain of the credential',
			{
				checkCredentialDomain: ({ origin }: URL) => {
					if (origin !== server.origin) throw refusal;
				},
			},
		],
	])('keeps a redirect from being followed where it refuses %s', async (_what, changes) => {
		const other = await TestServer.start();
		const egress = policy(changes);
		const path = `/redirect?to=${encodeURIComponent(`${other.origin}/text`)}`;
		const sent = sendFollowing(newTransport({ egress }), to(path), { egress });
		await expect(sent).rejects.toEqual(refusal);
		expect(other.connections).toBe(0);
		await other.close();
	});
});
