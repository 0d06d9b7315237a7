import type { LookupFunction } from 'node:net';

import { TransportFailure } from '../../../nodes/ConcurrentHttpRequest/transport/TransportFailure.ts';
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

const to = (path: string) => requestTo(server.origin + path);
const stop = new TransportFailure('cancelled', 'stopped');

/** A promise that a test settles, and a function that waits for it and says that it does. */
function gate<T = void>() {
	const { promise: opened, resolve: open } = Promise.withResolvers<T>();
	const { promise: reached, resolve: reach } = Promise.withResolvers<void>();
	const pass = async () => {
		reach();
		return await opened;
	};
	return { open, reached, pass };
}

describe('abort', () => {
	it.each(['/hang', '/hang-body', '/hang-body?bytes=100000', '/stream?chunks=1000000&ms=5'])(
		'ends a request in flight and closes its socket: %s',
		async (path) => {
			const transport = newTransport();
			const sent = transport.send(to(path));
			await server.waitFor(({ requests }) => requests.length === 1);
			transport.abort(stop);
			await expect(sent).rejects.toBe(stop);
			await server.waitFor(({ openSockets }) => openSockets === 0);
			expect(server.aborted).toBe(1);
		},
	);

	it('ends all at once: those in flight, and those that wait for a connection', async () => {
		const transport = newTransport({ connectionsPerOrigin: 2 });
		const sent = Array.from({ length: 6 }, async () => await transport.send(to('/hang')));
		const results = Promise.allSettled(sent);
		await server.waitFor(({ requests }) => requests.length === 2);
		transport.abort(stop);
		expect(await results).toEqual(sent.map(() => ({ status: 'rejected', reason: stop })));
		await server.waitFor(({ openSockets }) => openSockets === 0);
		expect(server.requests).toHaveLength(2);
	});

	it('ends a request whose host is still looked up, and nothing of it is sent', async () => {
		const reached = gate();
		let answer: (() => void) | undefined;
		const lookup: LookupFunction = (_hostname, _options, callback) => {
			answer = () => callback(null, [{ address: '127.0.0.1', family: 4 }]);
			void reached.pass();
		};
		const transport = newTransport({ egress: policy({ lookup }) });
		const sent = transport.send(requestTo(server.origin.replace('127.0.0.1', 'api.test')));
		await reached.reached;
		transport.abort(stop);
		await expect(sent).rejects.toBe(stop);
		const closed = transport.close();
		answer?.();
		await closed;
		await server.waitFor(({ openSockets }) => openSockets === 0);
		expect(server.requests).toEqual([]);
	});

	it('ends a request while the policy checks it, and nothing of it is sent', async () => {
		const check = gate();
		const transport = newTransport({ egress: policy({ checkUrl: check.pass }) });
		const sent = transport.send(to('/text'));
		await check.reached;
		transport.abort(stop);
		await expect(sent).rejects.toBe(stop);
		check.open();
		await transport.close();
		expect(server.connections).toBe(0);
	});

	it('ends a request between two hops, and does not follow any more', async () => {
		const other = await TestServer.start();
		const check = gate();
		const checkUrl = async (url: URL) => {
			if (url.origin === other.origin) await check.pass();
		};
		const transport = newTransport({ egress: policy({ checkUrl }) });
		const sent = sendFollowing(transport, to(`/redirect?to=${other.origin}/text`));
		await check.reached;
		transport.abort(stop);
		await expect(sent).rejects.toBe(stop);
		check.open();
		await transport.close();
		expect(other.connections).toBe(0);
		await other.close();
	});

	it('lets nothing be sent any more, for its own reason', async () => {
		const transport = newTransport();
		transport.abort(stop);
		transport.abort(new TransportFailure('cancelled', 'later'));
		await expect(transport.send(to('/text'))).rejects.toBe(stop);
		await transport.close();
		await expect(transport.send(to('/text'))).rejects.toBe(stop);
		expect(server.connections).toBe(0);
	});

	it('changes nothing for a request that is done', async () => {
		const transport = newTransport();
		const { body } = await transport.send(to('/text?body=done'));
		transport.abort(stop);
		expect(body.toString()).toBe('done');
	});
});

describe('close', () => {
	it('leaves no socket, neither idle nor in use', async () => {
		const transport = newTransport();
		await Promise.all(
			['/text', '/text', '/echo'].map(async (path) => await transport.send(to(path))),
		);
		const hanging = transport.send(to('/hang'));
		const ended = expect(hanging).rejects.toMatchObject({ kind: 'cancelled' });
		await server.waitFor(({ inFlight }) => inFlight === 1);
		expect(server.openSockets).toBeGreaterThan(0);
		await transport.close();
		await ended;
		await server.waitFor(({ openSockets }) => openSockets === 0);
	});

	it('leaves none that was about to be opened', async () => {
		let opened = 0;
		const transport = newTransport({ connectionsPerOrigin: 20, onConnection: () => opened++ });
		const sent = Array.from({ length: 20 }, async () => await transport.send(to('/text')));
		const results = Promise.allSettled(sent);
		// The policy has checked the URL by then, and the connections are on their way.
		await new Promise((resolve) => process.nextTick(resolve));
		expect(opened).toBe(0);
		await transport.close();
		for (const { status } of await results) expect(status).toBe('rejected');
		// A connection made in the end would be accepted before this one.
		const late = newTransport();
		await late.send(to('/last'));
		await late.close();
		await server.waitFor(({ openSockets }) => openSockets === 0);
		expect(server.requests.map(({ url }) => url)).toEqual(['/last']);
	});

	it('may come before any request, and twice', async () => {
		const transport = newTransport();
		await transport.close();
		await transport.close();
		await expect(transport.send(to('/text'))).rejects.toMatchObject({ kind: 'cancelled' });
	});
});
