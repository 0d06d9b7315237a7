/** Bodies that are streamed, either way, over HTTP/2. */
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';

import type { BodyReceiver } from '../../../nodes/ConcurrentHttpRequest/transport/BodyReceiver.ts';
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
