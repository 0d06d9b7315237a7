import type { ServerResponse } from 'node:http';
import type { LookupFunction } from 'node:net';

import type { HttpRequest } from '../../../nodes/ConcurrentHttpRequest/transport/HttpRequest.ts';
import type { Transport } from '../../../nodes/ConcurrentHttpRequest/transport/Transport.ts';
import { keepAsUsual, keepFor } from '../../support/keptConnections.ts';
import { TestServer } from '../../support/TestServer.ts';
import { requestTo } from './requestTo.ts';
import { closeTransports, newTransport, policy } from './transports.ts';

/** Only timers are the test's own; sockets and everything else go on as ever. */
const REAL = [
	...['Date', 'hrtime', 'nextTick', 'performance', 'queueMicrotask'],
	...['setImmediate', 'clearImmediate', 'setInterval', 'clearInterval'],
] as Parameters<typeof jest.useFakeTimers>[0] extends { doNotFake?: infer T } | undefined
	? NonNullable<T>
	: never;

let server: TestServer;
let transport: Transport;

beforeAll(() => keepFor(0));

afterAll(keepAsUsual);

beforeEach(async () => {
	jest.useFakeTimers({ doNotFake: REAL });
	server = await TestServer.start();
	transport = newTransport();
});

afterEach(async () => {
	jest.useRealTimers();
	await closeTransports();
	await server.close();
});

const TIMEOUT = 5000;

const to = (path: string, changes: Partial<HttpRequest> = {}) =>
	requestTo(server.origin + path, { timeout: TIMEOUT, ...changes });

/** Sends, and notes when it has failed. */
function watched(
	request: HttpRequest,
	by = transport,
	options: Parameters<Transport['send']>[1] = {},
) {
	const state = { failure: undefined as unknown };
	const failed = by.send(request, options).catch((error: unknown) => {
		state.failure = error;
	});
	return { state, failed };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

async function expectTimeoutAtItsTime(
	{ state, failed }: ReturnType<typeof watched>,
	message = /^No (complete )?response .*within 5000 ms/,
	timeLeft = TIMEOUT,
) {
	jest.advanceTimersByTime(timeLeft - 1);
	await turn();
	expect(state.failure).toBeUndefined();
	jest.advanceTimersByTime(1);
	await failed;
	expect(state.failure).toMatchObject({
		kind: 'timeout',
		message: expect.stringMatching(message) as string,
	});
}

it.each(['/hang', '/hang-body', '/hang-body?bytes=1000'])(
	'ends a request whose response does not come in full, and closes its socket: %s',
	async (path) => {
		const sent = watched(to(path));
		await server.waitFor(({ requests }) => requests.length === 1);
		await expectTimeoutAtItsTime(sent);
		await server.waitFor(({ openSockets }) => openSockets === 0);
	},
);

it('ends one whose host is still looked up', async () => {
	let reached: () => void = () => {};
	const asked = new Promise<void>((resolve) => (reached = resolve));
	const lookup: LookupFunction = () => reached();
	const waiting = newTransport({ egress: policy({ lookup }) });
	const sent = watched(requestTo('http://api.test/', { timeout: TIMEOUT }), waiting);
	await asked;
	await expectTimeoutAtItsTime(sent, /^No connection to the server within 5000 ms$/);
});

it('ends one while the policy checks it, and nothing of it is sent', async () => {
	const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
	const waiting = newTransport({ egress: policy({ checkUrl: async () => await answered }) });
	await expectTimeoutAtItsTime(
		watched(to('/late'), waiting),
		/^The request could not be sent within 5000 ms/,
	);
	answer();
	await waiting.send(to('/last'));
	expect(server.requests.map(({ url }) => url)).toEqual(['/last']);
});

it('leaves a request what its attempt has left', async () => {
	const state = { failure: undefined as unknown };
	const failed = transport.send(to('/hang'), { timeLeft: TIMEOUT / 2 }).catch((error: unknown) => {
		state.failure = error;
	});
	jest.advanceTimersByTime(TIMEOUT / 2);
	await failed;
	expect(state.failure).toMatchObject({
		kind: 'timeout',
		message: expect.stringMatching(`within ${TIMEOUT} ms`) as string,
	});
});

it('runs on while a response trickles in', async () => {
	let trickling: ServerResponse | undefined;
	server.route('/trickle', (_request, response) => {
		trickling = response;
		response.write('x');
	});
	let received = 0;
	const { state, failed } = watched(to('/trickle'), transport, {
		receiver: {
			wants: () => true,
			receive: async (_head, body) => {
				for await (const chunk of body) received += (chunk as Buffer).length;
				return { body: Buffer.alloc(0) };
			},
		},
	});
	for (let bytes = 1; bytes <= 4; bytes++) {
		while (received < bytes && !state.failure) await turn();
		jest.advanceTimersByTime(TIMEOUT / 5);
		trickling?.write('x');
	}
	while (received < 5 && !state.failure) await turn();
	await expectTimeoutAtItsTime(
		{ state, failed },
		/^No complete response .*within 5000 ms/,
		TIMEOUT / 5,
	);
});

it('ends that request only', async () => {
	const short = watched(to('/hang'));
	const long = watched(to('/hang', { timeout: TIMEOUT + 1 }));
	await server.waitFor(({ requests }) => requests.length === 2);
	await expectTimeoutAtItsTime(short);
	await server.waitFor(({ openSockets }) => openSockets === 1);
	expect(long.state.failure).toBeUndefined();
	expect((await transport.send(to('/text?body=hi'))).body.toString()).toBe('hi');
	jest.advanceTimersByTime(1);
	await long.failed;
	expect(long.state.failure).toMatchObject({ kind: 'timeout' });
});

it('is over with the response, and leaves no timer', async () => {
	const before = jest.getTimerCount();
	const requests = ['/text', '/status?code=500', '/redirect?to=/text', '/reset'].map((path) =>
		watched(to(path)),
	);
	await Promise.all(requests.map(async ({ failed }) => await failed));
	await transport.close();
	// undici ticks once more for its own timers, which are coarse.
	jest.advanceTimersByTime(2000);
	expect(jest.getTimerCount()).toBe(before);
});

it('leaves no timer of what was aborted either', async () => {
	const sent = watched(to('/hang'));
	await server.waitFor(({ requests }) => requests.length === 1);
	await transport.close();
	await sent.failed;
	expect(sent.state.failure).toMatchObject({ kind: 'cancelled' });
	jest.advanceTimersByTime(2000);
	expect(jest.getTimerCount()).toBe(0);
});
