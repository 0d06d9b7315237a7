import type { Server, TLSSocket } from 'node:tls';

import type { HttpRequest } from '../../../nodes/ConcurrentHttpRequest/transport/HttpRequest.ts';
import { TestProxy } from '../../support/TestProxy.ts';
import { TestServer } from '../../support/TestServer.ts';
import type { TestServerOptions } from '../../support/TestServer.ts';
import tls from 'node:tls';
import { TlsSessions } from '../../../nodes/ConcurrentHttpRequest/transport/TlsSessions.ts';
import { requestTo } from './requestTo.ts';
import { closeTransports, newTransport } from './transports.ts';

const trusted = tls.getCACertificates('default');
let server: TestServer;
let resumed: boolean[];

async function start(options: TestServerOptions = {}): Promise<void> {
	server = await TestServer.start({ tls: true, ...options });
	resumed = [];
	(server.server as unknown as Server).on('secureConnection', (socket: TLSSocket) => {
		resumed.push(socket.isSessionReused());
	});
}

afterEach(async () => {
	tls.setDefaultCACertificates(trusted);
	await end();
});

const CONNECTIONS = 20;

/** Keeps that many connections busy at the same time. */
async function sendOnAll(changes: Partial<HttpRequest> = {}): Promise<void> {
	const transport = newTransport({ connectionsPerOrigin: CONNECTIONS });
	const waiting: Array<() => void> = [];
	server.route('/together', (_request, response) => {
		waiting.push(() => response.end());
		if (waiting.length === CONNECTIONS) for (const answer of waiting.splice(0)) answer();
	});
	await Promise.all(
		Array.from({ length: CONNECTIONS }, async () => {
			await transport.send(requestTo(`${server.origin}/together`, changes));
		}),
	);
}

/** The first connection has no session to resume; the others wait for its session. */
function expectAllButTheFirst(): void {
	expect(resumed).toHaveLength(CONNECTIONS);
	expect(resumed[0]).toBe(false);
	expect(resumed.filter((isResumed) => isResumed)).toHaveLength(CONNECTIONS - 1);
}

const end = async (): Promise<void> => {
	await closeTransports();
	await server.close();
};

/** What jest fakes besides `setTimeout`, and what the sockets of this process need. */
const ALL_BUT_SET_TIMEOUT = [
	...(['Date', 'hrtime', 'nextTick', 'performance', 'queueMicrotask'] as const),
	...(['setImmediate', 'clearImmediate', 'setInterval', 'clearInterval'] as const),
];

describe.each([
	['HTTP/2 allowed', true],
	['HTTP/2 forbidden', false],
])('%s: connections resume the session of the first one', (_what, http2) => {
	// No wait for the first session ends before it comes, however long the machine takes.
	beforeEach(() => jest.useFakeTimers({ doNotFake: ALL_BUT_SET_TIMEOUT }));
	afterEach(() => jest.useRealTimers());

	it('where certificates are checked', async () => {
		await start();
		tls.setDefaultCACertificates([server.ca!]);
		await sendOnAll({ http2 });
		expectAllButTheFirst();
	});

	it('where they are not', async () => {
		await start();
		await sendOnAll({ http2, allowUnauthorizedCerts: true });
		expectAllButTheFirst();
	});

	it('through a proxy', async () => {
		await start();
		const proxy = await TestProxy.start();
		await sendOnAll({ http2, allowUnauthorizedCerts: true, proxy: proxy.url });
		await proxy.close();
		expectAllButTheFirst();
	});
});

it('resumes no session from where certificates are not checked where they are', async () => {
	await start();
	const transport = newTransport();
	const request = requestTo(`${server.origin}/text`, { allowUnauthorizedCerts: true });
	await transport.send(request);
	await expect(transport.send({ ...request, allowUnauthorizedCerts: false })).rejects.toMatchObject(
		{ kind: 'certificate not trusted' },
	);
	expect(server.requests).toHaveLength(1);
});

it('makes a handshake of its own where certificates are checked, even if the server is known', async () => {
	await start();
	tls.setDefaultCACertificates([server.ca!]);
	const transport = newTransport();
	const request = requestTo(`${server.origin}/text`, { allowUnauthorizedCerts: true });
	await transport.send(request);
	await transport.send({ ...request, allowUnauthorizedCerts: false });
	expect(resumed).toEqual([false, false]);
});

it('opens its connections all the same where the server gives no sessions', async () => {
	await start({ tlsSessions: false });
	await sendOnAll({ allowUnauthorizedCerts: true });
	expect(resumed).toEqual(Array.from({ length: CONNECTIONS }, () => false));
});

it('lets the others go where the first cannot connect', async () => {
	await start();
	const { origin } = server;
	await server.close();
	const transport = newTransport({ connectionsPerOrigin: 3 });
	const results = await Promise.allSettled(
		[1, 2, 3].map(async () => await transport.send(requestTo(origin))),
	);
	expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
});

describe('many connections that have waited for the first one', () => {
	type Connector = Parameters<TlsSessions['resuming']>[0];
	type Options = Parameters<Connector>[0];
	const to = { protocol: 'https:', hostname: 'api.example.test', port: '443' } as Options;

	beforeEach(async () => await start());
	afterEach(() => jest.restoreAllMocks());

	it('are begun in several turns of the event loop, in order, though some cannot be', async () => {
		let now = 0;
		jest.spyOn(performance, 'now').mockImplementation(() => now);
		let turn = 0;
		const turns: number[] = [];
		const connect = ((_options, callback) => {
			now += 3;
			turns.push(turn);
			if (turns.length === 5) throw new Error('No such certificate');
			callback(new Error('refused'), null);
		}) as Connector;
		const connector = new TlsSessions().resuming((options, callback) => {
			// The first one ends without a session, a moment after the others have asked.
			if (turns.length > 0) return connect(options, callback);
			turns.push(-1);
			setImmediate(() => callback(new Error('refused'), null));
			return undefined;
		});
		const errors: string[] = [];
		const ended = Promise.all(
			Array.from(
				{ length: 41 },
				() =>
					new Promise<void>((resolve) => {
						connector(to, (...[error]) => {
							errors.push(error?.message ?? '');
							resolve();
						});
					}),
			),
		);
		const count = (): void => {
			turn++;
			if (turns.length < 41) setImmediate(count);
		};
		setImmediate(count);
		await ended;
		const each = Map.groupBy(turns.slice(1), (at) => at);
		expect([...each.values()].map(({ length }) => length)).toEqual(Array<number>(10).fill(4));
		expect(errors.filter((error) => error !== 'refused')).toEqual(['No such certificate']);
	});
});
