/** Faults of each kind at random, many at a time, on the same connections. */
import { EchoServer, type Received } from '../../support/http2/EchoServer.ts';
import { FRAME, type RawHttp2Connection, SETTING } from '../../support/http2/RawHttp2Server.ts';
import { seededRandom } from '../../support/servers/random.ts';

let echo: EchoServer;

afterEach(async () => {
	await echo.close();
});

const ITEMS = 400;
const REFUSED_STREAM = 7;

/** The last stream that the server will have looked at, of connections with a GOAWAY. */
const lastStreams = new Map<RawHttp2Connection, number>();
const latest = new Map<RawHttp2Connection, number>();

const half = ({ connection, stream }: Received) => {
	connection.headers(stream);
	connection.data(stream, '{"id":');
};

/** What may become of a request that the server has carried out. */
const AFTERWARDS: Array<(request: Received, random: () => number) => void> = [
	({ connection, stream }, random) => connection.resetStream(stream, Math.floor(random() * 7)),
	(request, random) => {
		half(request);
		request.connection.resetStream(request.stream, Math.floor(random() * 14));
	},
	(request) => {
		half(request);
		request.connection.socket.end();
	},
	({ connection }) => connection.socket.destroy(),
	({ connection }) => connection.reset(),
	// A response that does not come to its end, until the item's time is up.
	half,
	() => {},
	({ connection }) => connection.data(0, 'not allowed'),
	({ connection }) => connection.headers(0),
	({ connection, stream }) => connection.windowUpdate(stream, 2 ** 31 - 1),
	({ connection, stream }) => connection.frame(FRAME.continuation, 0, stream, Buffer.alloc(9)),
];

/** What may happen beside a response that is complete. */
const BESIDE: Array<(request: Received, random: () => number) => void> = [
	({ connection }, random) => {
		const count = Math.floor(random() * 12);
		connection.settings([[SETTING.maxConcurrentStreams, count]]);
		// A limit of 0 would hold what waits for the connection.
		connection.settings([[SETTING.maxConcurrentStreams, count + 1]]);
	},
	({ connection }) => connection.frame(FRAME.ping, 0, 0, Buffer.alloc(8)),
	({ connection }) => {
		const last = latest.get(connection) ?? 0;
		if (!lastStreams.has(connection)) lastStreams.set(connection, last);
		connection.goAway(last);
	},
];

const pick = <T>(list: readonly T[], random: () => number): T =>
	list[Math.floor(random() * list.length)]!;

/** @param faults of 100 requests; each item has at most that many */
async function startFaulty(seed: number, faults: number, mostForItem: number): Promise<void> {
	const random = seededRandom(seed);
	lastStreams.clear();
	latest.clear();
	echo = await EchoServer.start(
		(request) => {
			const { connection, stream, attempt } = request;
			if (stream > (lastStreams.get(connection) ?? Infinity)) return;
			const isFaulty = random() * 100 < faults && attempt <= mostForItem;
			if (!isFaulty) {
				if (random() < 0.1) pick(BESIDE, random)(request, random);
				echo.succeed(request);
			} else if (random() < 0.2) {
				connection.resetStream(stream, REFUSED_STREAM);
			} else {
				echo.carryOut(request);
				pick(AFTERWARDS, random)(request, random);
			}
		},
		{ opened: (connection, stream) => void latest.set(connection, stream) },
	);
}

it.each([1, 2])('no POST is carried out twice, and each item ends once: seed %i', async (seed) => {
	await startFaulty(seed, 5, Infinity);
	const { succeeded, failed } = await echo.run(ITEMS, { options: { timeout: 1000 } });
	expect(succeeded.length).toBeGreaterThan(0);
	expect(failed.length).toBeGreaterThan(0);
});

it.each([3, 4])('with PUT, which may be repeated, no item is lost: seed %i', async (seed) => {
	await startFaulty(seed, 3, 2);
	const { failed } = await echo.run(ITEMS, {
		options: { timeout: 1000 },
		parameters: {
			method: 'PUT',
			retry: {
				retry: {
					maxTries: 50,
					settings: { firstWait: 0.001, longestWait: 0.001, retriesPer100: 100 },
				},
			},
		},
	});
	expect(failed).toEqual([]);
});
