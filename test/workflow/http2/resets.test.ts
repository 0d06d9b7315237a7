/** Streams that the server resets: with each code, at each point of a response. */
import { EchoServer, type Received } from '../../support/http2/EchoServer.ts';
import { SETTING } from '../../support/http2/RawHttp2Server.ts';
import { BinaryStore } from '../../support/workflow/BinaryStore.ts';

let echo: EchoServer;

afterEach(async () => {
	await echo.close();
});

const REFUSED_STREAM = 7;
const HTTP_1_1_REQUIRED = 13;

/** Error codes (RFC 9113 section 7), and one that the RFC does not name. */
const CODES = [...Array(14).keys(), 0xff];

/** How much of a response the server sends before it resets the stream. */
const POINTS: Array<[point: string, send: (request: Received) => void]> = [
	['before the headers', () => {}],
	['after the headers', ({ connection, stream }) => connection.headers(stream)],
	[
		'in the body',
		({ connection, stream }) => {
			connection.headers(stream);
			connection.data(stream, '{"id":');
		},
	],
	[
		'after the whole body, without END_STREAM',
		({ connection, stream, id }) => {
			connection.headers(stream);
			connection.data(stream, JSON.stringify({ id }));
		},
	],
];

describe.each([
	['in the same moment', (reset: () => void) => reset()],
	['a moment later', (reset: () => void) => void setTimeout(reset, 5)],
])('a reset %s', (_, soon) => {
	it.each(POINTS)('%s is an error, and the POST is not sent again', async (point, send) => {
		// These two codes say before a response that the server has not looked at the request.
		const isBeforeHeaders = point === POINTS[0]![0];
		const codes = CODES.filter(
			(code) => !isBeforeHeaders || (code !== REFUSED_STREAM && code !== HTTP_1_1_REQUIRED),
		);
		echo = await EchoServer.start((request) => {
			const { connection, stream, id } = request;
			echo.carryOut(request);
			send(request);
			soon(() => connection.resetStream(stream, codes[id]!));
		});
		const { failed, problems } = await echo.run(codes.length);
		expect(failed).toHaveLength(codes.length);
		expect(echo.raw.streams).toBe(codes.length);
		expect(echo.raw.connections).toBe(1);
		for (const problem of problems.values()) {
			expect(problem).toMatch(/before its response was complete/);
		}
	});

	it('after END_STREAM changes nothing', async () => {
		echo = await EchoServer.start((request) => {
			const { connection, stream, id } = request;
			echo.succeed(request);
			soon(() => connection.resetStream(stream, CODES[id]!));
		});
		const { failed } = await echo.run(CODES.length);
		expect(failed).toEqual([]);
	});
});

describe('a stream that the server refuses', () => {
	it('is opened again, and is no try', async () => {
		echo = await EchoServer.start((request) => {
			const { connection, stream, attempt } = request;
			if (attempt <= 7) connection.resetStream(stream, REFUSED_STREAM);
			else echo.succeed(request);
		});
		const { failed } = await echo.run(40);
		expect(failed).toEqual([]);
		expect(echo.raw.connections).toBe(1);
	});

	it('is opened a bounded number of times', async () => {
		echo = await EchoServer.start(({ connection, stream }) =>
			connection.resetStream(stream, REFUSED_STREAM),
		);
		const { failed } = await echo.run(3);
		expect(failed).toHaveLength(3);
		// Eleven attempts, each of which undici repeats once (RFC 9113 section 8.7).
		expect(echo.raw.streams).toBe(3 * 11 * 2);
	});

	it.each(['at once', 'in the middle of the upload'])(
		'is opened again where a file is uploaded: %s',
		async (when) => {
			const refused = new Set<number>();
			const respond = (request: Received) => {
				if (!refused.has(request.stream)) echo.succeed(request);
			};
			echo = await EchoServer.start(respond, {
				opened: (connection, stream) => {
					// The streams of three files are refused; those that repeat them are not.
					if (refused.size === 3) return;
					refused.add(stream);
					const refuse = () => connection.resetStream(stream, REFUSED_STREAM);
					if (when === 'at once') refuse();
					else setTimeout(refuse, 5);
				},
				// Small windows make an upload last.
				settings: [[SETTING.initialWindowSize, 1000]],
			});
			const store = await BinaryStore.open();
			try {
				const items = [];
				for (let id = 0; id < 3; id++) {
					const text = JSON.stringify({ id }) + ' '.repeat(20_000);
					items.push({ json: { id }, binary: { data: await store.put(Buffer.from(text), {}) } });
				}
				const { failed } = await echo.run(3, {
					parameters: { contentType: 'binaryData', inputDataFieldName: 'data' },
					items,
				});
				expect(failed).toEqual([]);
				expect(refused.size).toBe(3);
			} finally {
				await store.close();
			}
		},
	);
});
