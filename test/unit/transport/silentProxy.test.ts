import { RawServer } from '../../support/RawServer.ts';
import { requestTo } from './requestTo.ts';
import { closeTransports, newTransport } from './transports.ts';

/** Above the time that a proxy has, by undici's coarse timers. */
const LONG_ENOUGH = 32_000;

// In a file of its own: undici's timers go with the first clock that they meet.
it('a proxy that opens no tunnel fails what waits for it, and is asked again', async () => {
	jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate', 'performance'] });
	let asked: () => void = () => {};
	const proxy = await RawServer.start(() => asked());
	const transport = newTransport();
	try {
		for (const http2 of [true, true, false, false]) {
			const asking = new Promise<void>((resolve) => (asked = resolve));
			const request = requestTo('https://127.0.0.1:1/', { proxy: proxy.origin, http2 });
			const failing = expect(transport.send(request)).rejects.toMatchObject({
				...{ kind: 'proxy error', isUnsent: true },
				message: 'The proxy did not open a tunnel to the server in time',
			});
			await asking;
			jest.advanceTimersByTime(LONG_ENOUGH);
			await failing;
		}
	} finally {
		jest.useRealTimers();
		await closeTransports();
		await proxy.close();
	}
});
