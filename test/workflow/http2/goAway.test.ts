/** GOAWAY after each number of streams, with each last stream and each code. */
import { EchoServer, type Received } from '../../support/http2/EchoServer.ts';

let echo: EchoServer;

afterEach(async () => {
	await echo.close();
});

const COUNTS = [1, 2, 3, 10, 11, 25];
const ITEMS = 60;

/** Above the number of every stream (RFC 9113 section 6.8). */
const NO_LAST_STREAM = 2 ** 31 - 1;

/**
 * Serves that many streams of each connection, and sends GOAWAY before it serves the last of them. What
 * comes later it does not look at.
 */
const serve =
	(count: number, goAway: (request: Received) => void) =>
	(request: Received): void => {
		const { ordinal } = request;
		if (ordinal === count) goAway(request);
		if (ordinal <= count) echo.succeed(request);
	};

it.each(COUNTS)('after %i streams of each connection, no item is lost', async (count) => {
	echo = await EchoServer.start(
		serve(count, ({ connection, stream }) => connection.goAway(stream)),
	);
	const { failed } = await echo.run(ITEMS);
	expect(failed).toEqual([]);
	expect(echo.raw.connections).toBeGreaterThanOrEqual(Math.floor(ITEMS / count));
});

it.each(COUNTS)(
	'after %i streams without a last one, all that were sent are served, and no more come',
	async (count) => {
		const announced = new Set<unknown>();
		let late = 0;
		echo = await EchoServer.start((request) => {
			const { connection, ordinal } = request;
			if (ordinal === count) {
				connection.goAway(NO_LAST_STREAM);
				setTimeout(() => announced.add(connection), 500);
			}
			if (announced.has(connection)) late++;
			echo.succeed(request);
		});
		const { failed } = await echo.run(ITEMS);
		expect(failed).toEqual([]);
		expect(echo.raw.streams).toBe(ITEMS);
		expect(late).toBe(0);
	},
);

it.each([1, 7, 11, 13])(
	'with code %i: what is above the last stream is sent again, and nothing else',
	async (code) => {
		const respond = serve(5, ({ connection, stream }) => connection.goAway(stream, code));
		const served = new Set<number>();
		echo = await EchoServer.start((request) => {
			if (request.ordinal <= 5) served.add(request.id);
			respond(request);
		});
		const { failed, problems } = await echo.run(ITEMS);
		// Node.js ends the connection at once, so that the last response may not be read.
		expect(failed.filter((id) => !served.has(id))).toEqual([]);
		for (const problem of problems.values()) {
			expect(problem).toMatch(/before its response was complete/);
		}
	},
);

it('for ever, on each connection, ends each item after a bounded number of requests', async () => {
	echo = await EchoServer.start(({ connection }) => connection.goAway(0));
	const { failed } = await echo.run(3);
	expect(failed).toEqual([0, 1, 2]);
	// Eleven attempts, each of which undici repeats once (RFC 9113 section 8.7).
	expect(echo.raw.streams).toBeLessThanOrEqual(3 * 11 * 2);
});

it('twice, the second with a lower last stream, as in a graceful shutdown', async () => {
	// RFC 9113 section 6.8: the first announces the end, the second says what was looked at.
	echo = await EchoServer.start((request) => {
		const { connection, stream, ordinal } = request;
		if (ordinal === 3) {
			connection.goAway(NO_LAST_STREAM);
			setTimeout(() => connection.goAway(stream), 5);
		}
		if (ordinal <= 3) echo.succeed(request);
	});
	// undici does not read the second: the server ends what it has not looked at in time.
	const { failed, problems } = await echo.run(30, { options: { timeout: 500 } });
	for (const problem of problems.values()) expect(problem).toMatch(/No response|before its/);
	expect(failed.length).toBeLessThan(30);
});
