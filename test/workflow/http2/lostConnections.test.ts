/** HTTP/2 connections that end: at every byte of a response, and in every way. */
import { EchoServer, type Received } from '../../support/http2/EchoServer.ts';
import {
	FRAME,
	frameOf,
	headerBlock,
	type RawHttp2Connection,
} from '../../support/http2/RawHttp2Server.ts';

let echo: EchoServer;

afterEach(async () => {
	await echo.close();
});

const END_HEADERS = 0x4;
const END_STREAM = 0x1;

/** Everything that makes a response. */
const responseTo = ({ stream, id }: Received) =>
	Buffer.concat([
		frameOf(FRAME.headers, END_HEADERS, stream, headerBlock('application/json')),
		frameOf(FRAME.data, 0, stream, Buffer.from('{"id":')),
		frameOf(FRAME.data, END_STREAM, stream, Buffer.from(`${id}}`)),
	]);

const close = ({ connection }: Received) => void connection.socket.end();

const leave = ({ connection, stream }: Received) => {
	connection.goAway(stream);
	connection.socket.end();
};

/** How a server ends a connection. */
const ENDS: Array<[end: string, end: (request: Received) => void]> = [
	['is closed', close],
	['is closed without the end of TLS', ({ connection }) => void connection.socket.destroy()],
	['is reset', ({ connection }) => connection.reset()],
	['is closed after a GOAWAY', leave],
];

it.each(ENDS)('a connection that %s at any byte of a response is an error', async (_, end) => {
	// One request a connection, which ends after the number of bytes that is the item's.
	let length = 0;
	echo = await EchoServer.start((request) => {
		const response = responseTo(request);
		({ length } = response);
		echo.carryOut(request);
		request.connection.socket.write(response.subarray(0, request.id), () => end(request));
	});
	const { failed } = await echo.run(60, { parameters: { maxConcurrency: 1 } });
	expect(length).toBe(56);
	expect(failed.slice(0, length)).toEqual([...Array(length).keys()]);
	expect(echo.raw.streams).toBeLessThanOrEqual(60);
});

it.each(ENDS.filter(([, end]) => end === close || end === leave))(
	'a response is the result that is complete when its connection %s',
	async (_, end) => {
		echo = await EchoServer.start((request) => {
			echo.carryOut(request);
			request.connection.socket.write(responseTo(request));
			end(request);
		});
		const { failed } = await echo.run(20, { parameters: { maxConcurrency: 1 } });
		expect(failed).toEqual([]);
		expect(echo.raw.connections).toBe(20);
	},
);

it.each(ENDS)('requests whose connection %s are not sent again', async (_, end) => {
	// Every seventh request ends its connection, and the server does not look at what comes later.
	const ended = new Set<unknown>();
	let count = 0;
	echo = await EchoServer.start((request) => {
		const { connection } = request;
		if (ended.has(connection)) return;
		if (++count % 7 > 0) {
			echo.succeed(request);
			return;
		}
		ended.add(connection);
		echo.carryOut(request);
		end(request);
	});
	const { succeeded, failed } = await echo.run(200);
	expect(failed.length).toBeGreaterThanOrEqual(ended.size);
	expect(succeeded.length).toBeGreaterThan(0);
});

it.each<[string, (connection: RawHttp2Connection) => void]>([
	['before its first frame', (connection) => connection.reset()],
	['after its first frame', (connection) => void setImmediate(() => connection.reset())],
	[
		'with HTTP/1.1',
		({ socket }) => void socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'),
	],
	['with a GOAWAY', (connection) => void setImmediate(() => connection.goAway(0))],
])('items that no connection loses are sent on the next: one ends %s', async (_, end) => {
	const isBad = ({ ordinal }: RawHttp2Connection) => ordinal <= 3;
	echo = await EchoServer.start(
		(request) => {
			if (!isBad(request.connection)) echo.succeed(request);
		},
		{
			connected: (connection) => {
				if (isBad(connection)) end(connection);
			},
		},
	);
	const { failed } = await echo.run(100);
	// At most what three connections had in flight.
	expect(failed.length).toBeLessThanOrEqual(30);
	expect(echo.raw.connections).toBeGreaterThanOrEqual(4);
});

it('with requests that may be repeated, nothing is lost', async () => {
	let count = 0;
	echo = await EchoServer.start((request) => {
		const [, end] = ENDS[++count % 40] ?? [];
		if (end && request.attempt < 3) end(request);
		else echo.succeed(request);
	});
	const { failed } = await echo.run(200, { parameters: { method: 'PUT' } });
	expect(failed).toEqual([]);
});
