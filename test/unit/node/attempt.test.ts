import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

import { attempt } from '../../../nodes/ConcurrentHttpRequest/attempt.ts';
import { TransportFailure } from '../../../nodes/ConcurrentHttpRequest/transport/TransportFailure.ts';
import { requestTo } from '../transport/requestTo.ts';
import { closeTransports, newTransport, policy } from '../transport/transports.ts';

const at = () => ({ now: 1000, wallClock: Date.UTC(2026, 0, 31) });
let server: Server | undefined;

afterEach(async () => {
	await closeTransports();
	if (server) await new Promise((resolve) => server?.close(resolve));
	server = undefined;
});

/** A server that does as told with each request: the text to answer, or how to close. */
async function serve(answer: (ordinal: number, socket: Socket) => string | undefined) {
	let ordinal = 0;
	const listening = createServer((socket) => {
		socket.on('error', () => {});
		socket.on('data', () => {
			const text = answer(++ordinal, socket);
			if (text !== undefined) socket.write(text);
		});
	});
	server = listening;
	await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
	return `http://127.0.0.1:${(listening.address() as AddressInfo).port}/`;
}

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

async function attemptOf(url: string, transport = newTransport({ connectionsPerOrigin: 1 })) {
	const { value, result } = await attempt(transport.send(requestTo(url, { timeout: 10_000 })), at);
	return { value, result };
}

it('reads what an answer says about waiting', async () => {
	const url = await serve(
		() => 'HTTP/1.1 429 Too Many Requests\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n',
	);
	const { value, result } = await attemptOf(url);
	expect(result).toEqual({ kind: 'answered', status: 429, word: { retryAt: 8000 } });
	expect(value.response?.statusCode).toBe(429);
});

it('knows what cannot have been sent', async () => {
	const url = await serve(() => undefined);
	await new Promise((resolve) => server?.close(resolve));
	server = undefined;
	const { value, result } = await attemptOf(url);
	expect(result).toMatchObject({ cause: 'connection refused', isUnsent: true, isTimeout: false });
	expect(value.error).toBeInstanceOf(TransportFailure);
});

describe.each<[string, (socket: Socket) => void]>([
	['closes', (socket) => socket.end()],
	['resets', (socket) => socket.resetAndDestroy()],
])('a server that %s the connection', (_, close) => {
	it('before its answer, on a connection that had served: it is stale', async () => {
		const url = await serve((ordinal, socket) => (ordinal === 1 ? OK : void close(socket)));
		const transport = newTransport({ connectionsPerOrigin: 1 });
		expect((await attemptOf(url, transport)).result).toMatchObject({ status: 200 });
		expect((await attemptOf(url, transport)).result).toEqual({
			kind: 'unanswered',
			cause: 'connection reset',
			isTimeout: false,
			isUnsent: false,
			isStaleConnection: true,
			isUnprocessed: false,
		});
	});

	it('before its answer, on a new connection: the request may be why', async () => {
		const url = await serve((_ordinal, socket) => void close(socket));
		expect((await attemptOf(url)).result).toMatchObject({
			cause: 'connection reset',
			isUnsent: false,
			isStaleConnection: false,
		});
	});

	it('in the middle of its answer', async () => {
		const url = await serve((ordinal, socket) => {
			if (ordinal === 1) return OK;
			socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf', () =>
				setImmediate(() => close(socket)),
			);
			return undefined;
		});
		const transport = newTransport({ connectionsPerOrigin: 1 });
		await attemptOf(url, transport);
		expect((await attemptOf(url, transport)).result).toMatchObject({
			kind: 'unanswered',
			isStaleConnection: false,
		});
	});
});

it('does not take a request for unsent whose redirect could not be followed', async () => {
	const gone = await serve(() => undefined);
	await new Promise((resolve) => server?.close(resolve));
	const url = await serve(
		() => `HTTP/1.1 303 See Other\r\nLocation: ${gone}\r\nContent-Length: 0\r\n\r\n`,
	);
	expect((await attemptOf(url)).result).toMatchObject({
		cause: 'connection refused',
		isUnsent: false,
	});
});

it('nor one whose redirect leads to a host that the policy cannot look up', async () => {
	const url = await serve(
		() => 'HTTP/1.1 307 X\r\nLocation: http://gone.test/\r\nContent-Length: 0\r\n\r\n',
	);
	const checkUrl = async ({ hostname }: URL) => {
		if (hostname === 'gone.test') throw new TransportFailure('host not found', 'gone');
		await Promise.resolve();
	};
	const transport = newTransport({ egress: policy({ checkUrl }) });
	const { result } = await attemptOf(url, transport);
	expect(result).toMatchObject({ cause: 'host not found', isUnsent: false });
});

it('but one that was not redirected there, and waits for the same answer of the policy', async () => {
	const url = await serve(
		() => 'HTTP/1.1 307 X\r\nLocation: http://gone.test/\r\nContent-Length: 0\r\n\r\n',
	);
	const asked = Promise.withResolvers<void>();
	const answered = Promise.withResolvers<void>();
	const checkUrl = async ({ hostname }: URL) => {
		if (hostname !== 'gone.test') return;
		asked.resolve();
		await answered.promise;
		throw new TransportFailure('host not found', 'gone');
	};
	const transport = newTransport({ egress: policy({ checkUrl }) });
	const redirected = attemptOf(url, transport);
	await asked.promise;
	const direct = attemptOf('http://gone.test/', transport);
	answered.resolve();
	expect((await redirected).result).toMatchObject({ isUnsent: false });
	expect((await direct).result).toMatchObject({ isUnsent: true });
});

it.each([
	['certificate not trusted', false],
	['blocked by policy', false],
	['unreadable answer', false],
	['cancelled', true],
] as const)('does not repeat: %s', async (kind, isCancelled) => {
	const sending = Promise.reject(new TransportFailure(kind, 'message'));
	const { result } = await attempt(sending, at);
	expect(result).toEqual({ kind: 'unrepeatable', isCancelled });
});

it('knows a timeout, and a connection that was not made in time', async () => {
	const failing = (failure: TransportFailure) => attempt(Promise.reject(failure), at);
	const timeout = await failing(new TransportFailure('timeout', 'message'));
	expect(timeout.result).toMatchObject({ cause: 'timeout', isTimeout: true, isUnsent: false });
	const code = Object.assign(new Error('x'), { code: 'UND_ERR_CONNECT_TIMEOUT' });
	const connecting = await failing(new TransportFailure('timeout', 'message', code));
	expect(connecting.result).toMatchObject({ isTimeout: true, isUnsent: true });
});
