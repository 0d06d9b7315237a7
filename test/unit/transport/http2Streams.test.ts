/** Bodies that are streamed, either way, over HTTP/2. */
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';

import type { BodyReceiver } from '../../../nodes/ConcurrentHttpRequest/transport/BodyReceiver.ts';
import { RawHttp2Server } from '../../support/http2/RawHttp2Server.ts';
import { TestServer } from '../../support/TestServer.ts';
import { requestTo } from './requestTo.ts';
import { closeTransports, newTransport } from './transports.ts';

let server: TestServer;

beforeAll(async () => {
	server = await TestServer.start({ http2: true });
});

afterEach(closeTransports);

afterAll(async () => {
	await server.close();
});

const SIZE = 3_000_000;

it('are read by their receiver at its own pace, complete', async () => {
	server.route('/large', (_request, response) => {
		response.end(Buffer.alloc(SIZE, 7));
	});
	const receiver: BodyReceiver<number> = {
		wants: () => true,
		receive: async (_head, body) => {
			let size = 0;
			let mostHeld = 0;
			for await (const chunk of body as AsyncIterable<Buffer>) {
				size += chunk.length;
				mostHeld = Math.max(mostHeld, body.readableLength);
				for (let turn = 0; turn < 5; turn++) await setImmediate();
			}
			expect(mostHeld).toBeLessThan(SIZE / 4);
			return { body: Buffer.alloc(0), stored: size };
		},
	};
	const request = requestTo(`${server.origin}/large`, { allowUnauthorizedCerts: true });
	const answers = await Promise.all([
		...Array.from({ length: 3 }, async () => await newTransport().send(request, { receiver })),
	]);
	expect(answers.map(({ stored }) => stored)).toEqual([SIZE, SIZE, SIZE]);
	expect(server.requests.at(-1)?.httpVersion).toBe('2.0');
});

it('are complete where trailers arrive before the body is read', async () => {
	const pieces = Array.from({ length: 20 }, (_, index) => Buffer.alloc(10_000, index));
	const raw = await RawHttp2Server.start((connection, stream) => {
		connection.headers(stream);
		for (const piece of pieces) connection.data(stream, piece);
		connection.trailers(stream);
	});
	const transport = newTransport();
	const request = requestTo(raw.origin, { allowUnauthorizedCerts: true });
	const receiver: BodyReceiver<Buffer> = {
		wants: () => true,
		receive: async (_head, body) => {
			// Its response comes on the same connection, after the trailers.
			await transport.send(request);
			return { body: Buffer.alloc(0), stored: Buffer.concat(await body.toArray()) };
		},
	};
	try {
		const { stored } = await transport.send(request, { receiver });
		expect(stored?.length).toBe(200_000);
		expect(stored?.equals(Buffer.concat(pieces))).toBe(true);
		expect(raw.connections).toBe(1);
	} finally {
		await raw.close();
	}
});

it('are sent while they are read, with their length', async () => {
	const body = {
		open: async () =>
			await Promise.resolve({
				length: SIZE,
				stream: Readable.from([Buffer.alloc(SIZE, 7)], { objectMode: false }),
			}),
	};
	await newTransport().send(
		requestTo(`${server.origin}/empty`, { method: 'POST', body, allowUnauthorizedCerts: true }),
	);
	const received = server.requests.at(-1);
	expect(received?.httpVersion).toBe('2.0');
	expect(received?.headers['content-length']).toBe(String(SIZE));
	expect(received?.body.equals(Buffer.alloc(SIZE, 7))).toBe(true);
});
