/** HTTP/2 by ALPN, against Node's own HTTP/2 server. */
import { once } from 'node:events';
import { constants } from 'node:http2';
import type { Http2ServerResponse, Http2Session } from 'node:http2';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import type { ServerResponse } from 'node:http';

import type { HttpRequest } from '../../../nodes/ConcurrentHttpRequest/transport/HttpRequest.ts';
import type { Transport } from '../../../nodes/ConcurrentHttpRequest/transport/Transport.ts';
import { TransportFailure } from '../../../nodes/ConcurrentHttpRequest/transport/TransportFailure.ts';
import { TestProxy } from '../../support/TestProxy.ts';
import { TestServer } from '../../support/TestServer.ts';
import type { ReceivedRequest, TestServerOptions } from '../../support/TestServer.ts';
import { requestTo } from './requestTo.ts';
import { closeTransports, newTransport, policy, sendFollowing } from './transports.ts';

let server: TestServer;

async function start(options: TestServerOptions = {}): Promise<void> {
	server = await TestServer.start({ http2: true, ...options });
}

beforeEach(async () => await start());

afterEach(async () => {
	jest.useRealTimers();
	await closeTransports();
	await server.close();
});

const to = (path: string, changes: Partial<HttpRequest> = {}) =>
	requestTo(server.origin + path, { allowUnauthorizedCerts: true, ...changes });

const versions = () => [...new Set(server.requests.map(({ httpVersion }) => httpVersion))];

async function restart(options: TestServerOptions): Promise<void> {
	await server.close();
	await start(options);
}

/** Sends that many, at most `inFlight` at a time. */
async function sendMany(
	transport: Transport,
	count: number,
	inFlight: number,
	request: (id: number) => HttpRequest,
) {
	const results: Array<PromiseSettledResult<{ body: Buffer }>> = [];
	let next = 0;
	const work = async () => {
		for (let id = next++; id < count; id = next++) {
			[results[id]] = await Promise.allSettled([transport.send(request(id))]);
		}
	};
	await Promise.all(Array.from({ length: inFlight }, work));
	return results;
}

const idOf = (result: PromiseSettledResult<{ body: Buffer }> | undefined) =>
	result?.status === 'fulfilled'
		? Number((JSON.parse(result.value.body.toString()) as { id: string }).id)
		: undefined;

describe('a server that offers HTTP/2', () => {
	it('gets all requests as streams of one connection, as many at a time as there may be', async () => {
		let opened = 0;
		const transport = newTransport({ connectionsPerOrigin: 20, onConnection: () => opened++ });
		const results = await sendMany(transport, 200, 20, (id) => to(`/delay?ms=2&id=${id}`));
		expect(results.map(idOf)).toEqual(results.map((_, id) => id));
		expect(versions()).toEqual(['2.0']);
		expect([server.connections, opened]).toEqual([1, 1]);
		expect(server.mostInFlight).toBe(20);
	});

	it('gets further connections where it allows fewer streams, and never more streams', async () => {
		await restart({ http2: { maxConcurrentStreams: 5 } });
		const streams = new Map<number, number>();
		let most = 0;
		server.route('/count', ({ connection, url }, response) => {
			const count = (streams.get(connection) ?? 0) + 1;
			streams.set(connection, count);
			most = Math.max(most, count);
			setTimeout(() => {
				streams.set(connection, streams.get(connection)! - 1);
				response.end(JSON.stringify({ id: url.split('=')[1] }));
			}, 5);
		});
		const transport = newTransport({ connectionsPerOrigin: 20 });
		const results = await sendMany(transport, 200, 20, (id) => to(`/count?id=${id}`));
		expect(results.map(idOf)).toEqual(results.map((_, id) => id));
		expect(server.connections).toBeGreaterThan(1);
		expect(server.connections).toBeLessThanOrEqual(4);
		expect(most).toBe(5);
	});

	it('gets HTTP/1.1 where the request says so, on connections of its own', async () => {
		const transport = newTransport({ connectionsPerOrigin: 3 });
		await sendMany(transport, 9, 3, (id) => to(`/delay?ms=2&id=${id}`, { http2: false }));
		expect(versions()).toEqual(['1.1']);
		expect(server.connections).toBe(3);
	});

	it('gets bodies of every size, and responds with them', async () => {
		const bodies = [0, 1, 16_384, 16_385, 1_000_000].map((size) => 'ä'.repeat(size / 2) || 'x');
		const transport = newTransport({ connectionsPerOrigin: 5 });
		const echoed = await Promise.all(
			bodies.map(async (body) => await transport.send(to('/echo', { method: 'POST', body }))),
		);
		expect(
			echoed.map(({ body }) => (JSON.parse(body.toString()) as { body: string }).body),
		).toEqual(bodies);
		expect(versions()).toEqual(['2.0']);
	});

	it('responds with headers as over HTTP/1.1, and the usual reason phrase', async () => {
		server.route('/headers', (_request, response) => {
			response.setHeader('X-Mixed', 'Case');
			response.setHeader('set-cookie', ['a=1', 'b=2']);
			response.statusCode = 404;
			response.end('none');
		});
		const transport = newTransport();
		const send = async (http2: boolean) => {
			const { statusCode, statusMessage, headers } = await transport.send(
				to('/headers', { http2 }),
			);
			const { date: _, connection: __, 'keep-alive': ___, ...others } = headers;
			return { statusCode, statusMessage, headers: others };
		};
		const answer = await send(true);
		expect(answer).toEqual({
			statusCode: 404,
			statusMessage: 'Not Found',
			headers: { 'x-mixed': 'Case', 'set-cookie': ['a=1', 'b=2'] },
		});
	});

	it.each(['Very Fine', ''])(
		'gives HTTP/1.1’s own reason phrase, even an empty one: %j',
		async (phrase) => {
			server.route('/odd', (_request, response) => {
				response.writeHead(200, phrase).end();
			});
			const { statusMessage } = await newTransport().send(to('/odd', { http2: false }));
			expect(statusMessage).toBe(phrase);
		},
	);

	it('gets a Host header of the user as its authority', async () => {
		const transport = newTransport();
		const send = async (headers: HttpRequest['headers']) => {
			const { body } = await transport.send(to('/echo', { headers }));
			return (JSON.parse(body.toString()) as { headers: Record<string, string> }).headers;
		};
		expect((await send({ host: 'virtual.example' }))[':authority']).toBe('virtual.example');
		expect((await send({}))[':authority']).toBe(new URL(server.origin).host);
	});

	it.each(['TE', 'http2-settings', 'Proxy-Connection'])(
		'gets a request that HTTP/2 cannot carry over HTTP/1.1: %s',
		async (name) => {
			await newTransport().send(to('/text', { headers: { [name]: 'x' } }));
			expect(versions()).toEqual(['1.1']);
			expect(server.requests[0]?.headers[name.toLowerCase()]).toBe('x');
		},
	);

	it('gets a request again over HTTP/1.1 where it asks for that, and later ones at once', async () => {
		const asked: string[] = [];
		server.route('/classic', ({ httpVersion }, response) => {
			asked.push(httpVersion);
			if (httpVersion === '1.1') response.end('over 1.1');
			else streamOf(response).close(constants.NGHTTP2_HTTP_1_1_REQUIRED);
		});
		const transport = newTransport();
		for (let time = 0; time < 2; time++) {
			const { body } = await transport.send(to('/classic', { method: 'POST', body: 'x' }));
			expect(body.toString()).toBe('over 1.1');
		}
		expect(asked).toEqual(['2.0', '1.1', '1.1']);
	});

	it('gets requests through a proxy’s tunnel as well', async () => {
		const proxy = await TestProxy.start();
		const transport = newTransport({ connectionsPerOrigin: 10 });
		const results = await sendMany(transport, 50, 10, (id) =>
			to(`/delay?ms=1&id=${id}`, { proxy: proxy.url }),
		);
		expect(results.map(idOf)).toEqual(results.map((_, id) => id));
		expect(versions()).toEqual(['2.0']);
		expect(proxy.requests.map(({ method }) => method)).toEqual(['CONNECT']);
		await proxy.close();
	});

	it('is refused where its certificate is not trusted', async () => {
		await expect(
			newTransport().send(to('/text', { allowUnauthorizedCerts: false })),
		).rejects.toMatchObject({ kind: 'certificate not trusted' });
		expect(server.requests).toEqual([]);
	});
});

it('does not use HTTP/2 with a server that offers HTTP/1.1 alone', async () => {
	await restart({ http2: false, tls: true });
	const transport = newTransport({ connectionsPerOrigin: 4 });
	await sendMany(transport, 12, 4, (id) => to(`/delay?ms=2&id=${id}`));
	expect(versions()).toEqual(['1.1']);
	expect(server.connections).toBe(4);
});

describe('the rules that hold over HTTP/1.1', () => {
	it('hold for redirects: credentials stay with their origin', async () => {
		const other = await TestServer.start({ http2: true });
		const { body, url } = await sendFollowing(
			newTransport(),
			to(`/redirect?to=${other.origin}/echo`, {
				headers: { authorization: 'Bearer secret', 'x-key': 'secret', 'x-other': 'kept' },
				credential: {
					headerNames: new Set(['x-key']),
					inBody: false,
					inQuery: false,
					allowedDomains: undefined,
				},
			}),
		);
		const { headers } = JSON.parse(body.toString()) as { headers: Record<string, string> };
		expect(url.origin).toBe(other.origin);
		expect([headers.authorization, headers['x-key'], headers['x-other']]).toEqual([
			undefined,
			undefined,
			'kept',
		]);
		await other.close();
	});

	it('hold for a credential’s domains', async () => {
		const credential = {
			headerNames: new Set<string>(),
			inBody: false,
			inQuery: false,
			allowedDomains: 'a.test',
		};
		await expect(newTransport().send(to('/text', { credential }))).rejects.toMatchObject({
			kind: 'blocked by policy',
		});
		expect(server.connections).toBe(0);
	});

	it.each([
		['the check of a URL', { checkUrl: async () => await Promise.reject(refused) }],
		['the check of an address', { connectionHostError: () => refused }],
	])('hold for the egress policy: %s', async (_what, changes) => {
		const transport = newTransport({ egress: policy(changes) });
		await expect(transport.send(to('/text'))).rejects.toEqual(refused);
		expect(server.connections).toBe(0);
	});

	it('hold for the policy’s look-up', async () => {
		const egress = policy({ lookup: (_name, _options, callback) => callback(refused, '') });
		const url = server.origin.replace('127.0.0.1', 'api.test');
		const request = requestTo(url, { allowUnauthorizedCerts: true });
		await expect(newTransport({ egress }).send(request)).rejects.toEqual(refused);
		expect(server.connections).toBe(0);
	});

	it('hold for the time-out, which ends the one stream and leaves the others alone', async () => {
		const transport = newTransport();
		let answer: (() => void) | undefined;
		server.route('/slow', (_request, response) => (answer = () => response.end('at last')));
		const slow = transport.send(to('/slow'));
		// On the connection that there is, the next one arrives before its time is up.
		await server.waitFor(({ requests }) => requests.length === 1);
		await expect(transport.send(to('/hang', { timeout: 300 }))).rejects.toMatchObject({
			kind: 'timeout',
			message: 'No response from the server within 300 ms',
		});
		await server.waitFor(({ aborted }) => aborted === 1);
		answer?.();
		expect((await slow).body.toString()).toBe('at last');
		expect(server.connections).toBe(1);
	});

	it.each(['/hang', '/hang-body', '/hang-body?bytes=100000', '/stream?chunks=1000000&ms=5'])(
		'hold for abort, which leaves no socket: %s',
		async (path) => {
			const stop = new TransportFailure('cancelled', 'stopped');
			const transport = newTransport();
			const sent = transport.send(to(path));
			await server.waitFor(({ requests }) => requests.length === 1);
			transport.abort(stop);
			await expect(sent).rejects.toBe(stop);
			await server.waitFor(({ aborted }) => aborted === 1);
			await transport.close();
			await server.waitFor(({ openSockets }) => openSockets === 0);
		},
	);
});

const refused = new TransportFailure('blocked by policy', 'refused');

const streamOf = (response: ServerResponse) => (response as unknown as Http2ServerResponse).stream;

describe('a server that ends streams or connections', () => {
	const POSTS = 300;
	const post = (path: string) => (id: number) =>
		to(`${path}?id=${id}`, { method: 'POST', body: String(id).repeat(50) });

	/** How often each request was processed: responded to, or reset after it had been read. */
	const processed = new Map<string, number>();
	const process = ({ url }: ReceivedRequest) => {
		const id = url.split('=')[1]!;
		processed.set(id, (processed.get(id) ?? 0) + 1);
		return { id, answer: JSON.stringify({ id }) };
	};

	beforeEach(() => processed.clear());

	const expectNothingLostOrDoubled = (results: Array<PromiseSettledResult<{ body: Buffer }>>) => {
		expect(results).toHaveLength(POSTS);
		for (const [id, result] of results.entries()) {
			if (result.status === 'fulfilled') {
				expect(idOf(result)).toBe(id);
				expect(processed.get(String(id))).toBe(1);
			} else {
				expect(result.reason).toMatchObject({ kind: 'connection reset' });
				expect(processed.get(String(id)) ?? 0).toBeLessThanOrEqual(1);
			}
		}
		return results.filter(({ status }) => status === 'rejected').length;
	};

	it('by resetting a stream: that one fails, and is not sent again', async () => {
		server.route('/some', (request, response) => {
			const { id, answer } = process(request);
			if (Number(id) % 10 === 0) streamOf(response).close(constants.NGHTTP2_INTERNAL_ERROR);
			else if (Number(id) % 10 === 1) streamOf(response).close(constants.NGHTTP2_CANCEL);
			else response.end(answer);
		});
		const results = await sendMany(
			newTransport({ connectionsPerOrigin: 20 }),
			POSTS,
			20,
			post('/some'),
		);
		expect(expectNothingLostOrDoubled(results)).toBe(POSTS / 5);
		expect(server.connections).toBe(1);
	});

	it('by resetting a stream in the middle of a response', async () => {
		await expect(newTransport().send(to('/reset-body'))).rejects.toMatchObject({
			kind: 'connection reset',
		});
	});

	it('by refusing a stream that it has not looked at: that one is sent again, once', async () => {
		const refusals = new Map<string, number>();
		server.route('/busy', (request, response) => {
			const id = Number(request.url.split('=')[1]);
			const times = (refusals.get(request.url) ?? 0) + 1;
			refusals.set(request.url, times);
			// One in ten is refused once, and of those one in ten again.
			if (id % 10 === 0 && (times === 1 || id % 100 === 0)) {
				streamOf(response).close(constants.NGHTTP2_REFUSED_STREAM);
			} else {
				response.end(process(request).answer);
			}
		});
		const results = await sendMany(
			newTransport({ connectionsPerOrigin: 20 }),
			POSTS,
			20,
			post('/busy'),
		);
		expect(expectNothingLostOrDoubled(results)).toBe(POSTS / 100);
		expect(Math.max(...refusals.values())).toBe(2);
	});

	it('by GOAWAY: what it has not looked at goes to a new connection', async () => {
		const last = new WeakMap<Http2Session, number>();
		const counts = new WeakMap<Http2Session, number>();
		server.route('/goaway', (request, response) => {
			const { session, id: streamId } = streamOf(response);
			if (!session) return;
			// It announces which stream is its last, and ignores what is on its way meanwhile.
			if ((last.get(session) ?? Infinity) < streamId!) return;
			const count = (counts.get(session) ?? 0) + 1;
			counts.set(session, count);
			if (count === 50) {
				last.set(session, streamId!);
				session.goaway(constants.NGHTTP2_NO_ERROR, streamId);
			}
			response.end(process(request).answer);
		});
		const results = await sendMany(
			newTransport({ connectionsPerOrigin: 20 }),
			POSTS,
			20,
			post('/goaway'),
		);
		expect(expectNothingLostOrDoubled(results)).toBe(0);
		expect(server.connections).toBeGreaterThanOrEqual(POSTS / 50);
	});

	it('by closing connections in the middle of everything', async () => {
		server.route('/dies', (request, response) => {
			const { id, answer } = process(request);
			const { session } = streamOf(response);
			if (Number(id) % 50 === 49) session?.destroy();
			else setTimeout(() => response.end(answer), 1);
		});
		const results = await sendMany(
			newTransport({ connectionsPerOrigin: 20 }),
			POSTS,
			20,
			post('/dies'),
		);
		const failed = expectNothingLostOrDoubled(results);
		expect(failed).toBeGreaterThanOrEqual(POSTS / 50);
		expect(failed).toBeLessThan(POSTS);
	});
});

describe('a connection that has died silently', () => {
	/** Forwards to the server until it is silenced; then it keeps the connection and says nothing. */
	async function startRelay() {
		const sockets = new Set<Socket>();
		const state = { silent: false };
		const relay = createServer((client) => {
			const upstream = connect(Number(new URL(server.origin).port), '127.0.0.1');
			const forward = (from: Socket, into: Socket) => {
				sockets.add(from);
				from.on('error', () => {});
				from.on('data', (chunk) => state.silent || into.write(chunk));
				from.once('close', () => into.destroy());
			};
			forward(client, upstream);
			forward(upstream, client);
		}).listen(0, '127.0.0.1');
		await once(relay, 'listening');
		const { port } = relay.address() as AddressInfo;
		const close = () => {
			for (const socket of sockets) socket.destroy();
			relay.close();
		};
		return { origin: `https://127.0.0.1:${port}`, state, close };
	}

	const turns = async () => {
		for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
	};

	/** Lets that much time pass, with the event loop turning in between. */
	async function pass(seconds: number) {
		for (let second = 0; second < seconds; second++) {
			jest.advanceTimersByTime(1000);
			await turns();
		}
	}

	beforeEach(() => {
		jest.useFakeTimers({
			doNotFake: ['Date', 'hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate'],
		});
	});

	it('is ended within a minute, and the next request goes to a new one', async () => {
		const relay = await startRelay();
		const transport = newTransport();
		const request = (path: string) =>
			requestTo(relay.origin + path, { allowUnauthorizedCerts: true });
		await transport.send(request('/text'));
		relay.state.silent = true;
		const sent = transport.send(request('/text')).catch((error: unknown) => error);
		await pass(60);
		expect(await sent).toMatchObject({ kind: 'connection reset' });
		relay.state.silent = false;
		expect((await transport.send(request('/text'))).statusCode).toBe(200);
		relay.close();
	});

	it('is not taken for dead where the server only takes its time', async () => {
		let answer: (() => void) | undefined;
		server.route('/slow', (_request, response) => (answer = () => response.end('at last')));
		const sent = newTransport().send(to('/slow'));
		await server.waitFor(({ requests }) => requests.length === 1);
		await pass(200);
		answer?.();
		expect((await sent).body.toString()).toBe('at last');
		expect(server.connections).toBe(1);
	});
});
