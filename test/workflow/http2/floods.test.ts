/** Frames that a server sends too many of, or should not send at all. */
import { EchoServer, type Received } from '../../support/http2/EchoServer.ts';
import { FRAME, SETTING } from '../../support/http2/RawHttp2Server.ts';

let echo: EchoServer;

afterEach(async () => {
	await echo.close();
});

const ITEMS = 40;
const STREAMS = [SETTING.maxConcurrentStreams, 100] as const;
const END_HEADERS = 0x4;

/** `:status: 200` (RFC 7541). */
const OK = Buffer.from([0x88]);

/** A header field of that many bytes, whose name is `a` (RFC 7541 section 6.2.2). */
const field = (bytes: number) =>
	Buffer.concat([Buffer.from([0, 1, 0x61, bytes]), Buffer.alloc(bytes, 'x')]);

const times = (count: number, action: () => void) => {
	for (let index = 0; index < count; index++) action();
};

const FLOODS: Array<[flood: string, send: (request: Received) => void]> = [
	['1,000 SETTINGS', ({ connection }) => times(1000, () => connection.settings([STREAMS]))],
	['10,000 SETTINGS', ({ connection }) => times(1e4, () => connection.settings([STREAMS]))],
	[
		'a SETTINGS frame of 1,000 settings',
		({ connection }) => connection.settings(Array<typeof STREAMS>(1000).fill(STREAMS)),
	],
	[
		'10,000 pings',
		({ connection }) => times(1e4, () => connection.frame(FRAME.ping, 0, 0, Buffer.alloc(8))),
	],
	['10,000 WINDOW_UPDATE', ({ connection }) => times(1e4, () => connection.windowUpdate(0, 1))],
	[
		'1,000 empty CONTINUATION',
		({ connection, stream }) => {
			connection.frame(FRAME.headers, 0, stream, OK);
			times(1000, () => connection.frame(FRAME.continuation, 0, stream, Buffer.alloc(0)));
		},
	],
	[
		'1 MB of header fields in CONTINUATION',
		({ connection, stream }) => {
			connection.frame(FRAME.headers, 0, stream, OK);
			times(1e4, () => connection.frame(FRAME.continuation, 0, stream, field(100)));
		},
	],
	[
		'a response of 300 header fields',
		({ connection, stream }) => {
			const block = Buffer.concat([OK, ...Array<Buffer>(300).fill(field(10))]);
			connection.frame(FRAME.headers, END_HEADERS, stream, block);
		},
	],
	[
		'10,000 empty DATA',
		({ connection, stream }) => {
			connection.headers(stream);
			times(1e4, () => connection.data(stream, ''));
		},
	],
	[
		'more DATA than the window allows',
		({ connection, stream }) => {
			connection.headers(stream);
			times(100, () => connection.data(stream, Buffer.alloc(16_000)));
		},
	],
	[
		'a window that overflows',
		({ connection, stream }) => connection.windowUpdate(stream, 2 ** 31 - 1),
	],
	[
		'a push that was switched off',
		({ connection, stream }) => {
			const promised = Buffer.from([0, 0, 0, 2, 0x82, 0x84, 0x87]);
			connection.frame(FRAME.pushPromise, END_HEADERS, stream, promised);
		},
	],
	['DATA before HEADERS', ({ connection, stream }) => connection.data(stream, 'x')],
	['DATA on a stream that nobody opened', ({ connection }) => connection.data(999, 'x')],
	['HEADERS on stream 0', ({ connection }) => connection.headers(0)],
	['a frame without its end', ({ connection }) => connection.socket.write('\0\0\x10\0')],
	[
		'a header block that is not HPACK',
		({ connection, stream }) =>
			connection.frame(FRAME.headers, END_HEADERS, stream, Buffer.alloc(20, 0xff)),
	],
];

it.each(FLOODS)('%s: every item ends, and the run goes on', async (_, send) => {
	// One request in 20 gets the flood for a response, and is not served.
	const flooded = new Set<number>();
	echo = await EchoServer.start((request) => {
		if (request.id % 20 === 5) {
			flooded.add(request.id);
			send(request);
		} else {
			echo.succeed(request);
		}
	});
	const { succeeded, failed } = await echo.run(ITEMS, { options: { timeout: 3000 } });
	for (const id of flooded) expect(failed).toContain(id);
	expect(succeeded.length).toBeGreaterThan(0);
});

it('frames of an unknown type are ignored', async () => {
	// RFC 9113 section 5.5.
	echo = await EchoServer.start((request) => {
		request.connection.frame(0x42, 0xff, request.stream, Buffer.alloc(100));
		echo.succeed(request);
	});
	const { failed } = await echo.run(ITEMS);
	expect(failed).toEqual([]);
});
