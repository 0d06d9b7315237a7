/** What a server's settings and windows may do to a run. */
import { EchoServer } from '../../support/http2/EchoServer.ts';
import { SETTING } from '../../support/http2/RawHttp2Server.ts';

let echo: EchoServer;

afterEach(async () => {
	await echo.close();
});

const ITEMS = 60;
const SHORT = { timeout: 400 };
const streams = (count: number) => [[SETTING.maxConcurrentStreams, count] as const];

describe('a server that allows', () => {
	it.each([1, 2, 5])('%i streams a connection gets no more', async (count) => {
		let most = 0;
		const open = new Map<unknown, number>();
		const change = (connection: unknown, by: number) => {
			const now = (open.get(connection) ?? 0) + by;
			open.set(connection, now);
			most = Math.max(most, now);
		};
		echo = await EchoServer.start(
			(request) => {
				setTimeout(() => {
					change(request.connection, -1);
					echo.succeed(request);
				}, 2);
			},
			{ settings: streams(count), opened: (connection) => change(connection, 1) },
		);
		const { failed } = await echo.run(ITEMS);
		expect(failed).toEqual([]);
		expect(most).toBe(count);
		expect(echo.raw.connections).toBeLessThanOrEqual(10);
	});

	it('no streams yet gets its requests when it does', async () => {
		echo = await EchoServer.start((request) => echo.succeed(request), {
			settings: streams(0),
			connected: (connection) => void setTimeout(() => connection.settings(streams(7)), 100),
		});
		const { failed } = await echo.run(ITEMS);
		expect(failed).toEqual([]);
	});

	it('no streams at all gets none, and each item ends at its timeout', async () => {
		echo = await EchoServer.start(() => {}, { settings: streams(0) });
		const { failed, problems } = await echo.run(20, {
			options: SHORT,
			parameters: { retry: {} },
		});
		expect(failed).toHaveLength(20);
		for (const problem of problems.values()) expect(problem).toMatch(/within 400 ms/);
		// The first may come before the settings do.
		expect(echo.raw.streams).toBeLessThanOrEqual(echo.raw.connections);
	});

	it('none from the middle of a run on gets the rest on other connections', async () => {
		echo = await EchoServer.start((request) => {
			const { connection, ordinal } = request;
			if (connection.ordinal === 1 && ordinal === 10) connection.settings(streams(0));
			echo.succeed(request);
		});
		const { failed, problems } = await echo.run(ITEMS, { options: SHORT });
		// Those that undici has assigned to that connection wait there until their time is up.
		expect(failed.length).toBeLessThanOrEqual(10);
		for (const problem of problems.values()) expect(problem).toMatch(/within 400 ms/);
	});

	it('another number after every third request', async () => {
		let count = 0;
		echo = await EchoServer.start((request) => {
			const { connection } = request;
			if (++count % 3 === 0) connection.settings(streams(count % 12));
			setTimeout(() => connection.settings(streams(5)), 5);
			setTimeout(() => echo.succeed(request), count % 4);
		});
		const { failed } = await echo.run(200);
		expect(failed).toEqual([]);
	});
});

describe('flow control that is stuck', () => {
	it('for uploads: each item ends at its timeout', async () => {
		echo = await EchoServer.start(() => {}, {
			settings: [[SETTING.initialWindowSize, 0]],
			// It does not give back the window of the first request, which may come before the settings.
			opensWindows: false,
		});
		const { failed } = await echo.run(20, { options: SHORT, parameters: { retry: {} } });
		expect(failed).toHaveLength(20);
		// The client takes back the streams that it gives up; the last ten end with the connection.
		expect(echo.raw.resets.size).toBeGreaterThanOrEqual(10);
	});

	it('for downloads: those items end at their timeout, and the others are served', async () => {
		echo = await EchoServer.start((request) => {
			const { connection, stream, id } = request;
			if (id % 5 > 0) {
				echo.succeed(request);
				return;
			}
			echo.carryOut(request);
			connection.headers(stream);
			connection.data(stream, '{"id":');
		});
		const { failed, problems } = await echo.run(ITEMS, { options: SHORT });
		expect(failed).toEqual([...Array(ITEMS).keys()].filter((id) => id % 5 === 0));
		expect(problems.get(0)).toMatch(/6 bytes of its body had arrived/);
		expect(echo.raw.connections).toBe(1);
	});

	it('ends at once when Stop is pressed', async () => {
		const stop = new AbortController();
		echo = await EchoServer.start((request) => {
			if (request.id === 30) stop.abort();
			if (request.id % 10 > 0) echo.succeed(request);
		});
		await echo.run(ITEMS, { signal: stop.signal });
		expect(echo.raw.streams).toBeLessThan(ITEMS);
	});
});
