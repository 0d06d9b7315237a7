import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';

import type { RepeatableBody } from '../../../nodes/ConcurrentHttpRequest/transport/RepeatableBody.ts';
import { TransportFailure } from '../../../nodes/ConcurrentHttpRequest/transport/TransportFailure.ts';
import { requestTo } from './requestTo.ts';
import { closeTransports, newTransport } from './transports.ts';

afterEach(closeTransports);

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A server that may respond as soon as the headers are there. */
async function withServer(handler: Handler, action: (origin: string) => Promise<void>) {
	const server = createServer(handler).listen(0, '127.0.0.1');
	await once(server, 'listening');
	try {
		await action(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
	} finally {
		server.closeAllConnections();
		server.close();
	}
}

const readAll: Handler = (request, response) => {
	void request.toArray().then(
		(chunks: Buffer[]) => response.end(Buffer.concat(chunks)),
		() => {},
	);
};

const pieces = (count: number) => Array.from({ length: count }, () => Buffer.alloc(64 * 1024, 1));

/** A body that counts its sources. */
function bodyOf(source: () => Iterable<Buffer> | AsyncIterable<Buffer>, length?: number) {
	const counts = { opened: 0, open: 0 };
	const closed: Array<Promise<unknown>> = [];
	const body: RepeatableBody = {
		async open() {
			counts.opened++;
			counts.open++;
			const stream = Readable.from(source(), { objectMode: false });
			stream.once('close', () => counts.open--);
			closed.push(new Promise((resolve) => stream.once('close', resolve)));
			return await Promise.resolve({ length, stream });
		},
	};
	return { body, counts, allClosed: async () => await Promise.all(closed) };
}

it('is sent with its length where that is known, else in chunks', async () => {
	const seen: unknown[] = [];
	const handler: Handler = (request, response) => {
		seen.push([request.headers['content-length'], request.headers['transfer-encoding']]);
		readAll(request, response);
	};
	await withServer(handler, async (url) => {
		const transport = newTransport();
		for (const length of [131_072, undefined]) {
			const { body, allClosed } = bodyOf(() => pieces(2), length);
			const { body: received } = await transport.send(requestTo(url, { method: 'POST', body }));
			expect(received).toEqual(Buffer.concat(pieces(2)));
			await allClosed();
		}
		expect(seen).toEqual([
			['131072', undefined],
			[undefined, 'chunked'],
		]);
	});
});

it('is opened anew each time that it is sent', async () => {
	await withServer(readAll, async (url) => {
		const transport = newTransport();
		const { body, counts, allClosed } = bodyOf(() => pieces(1), 65_536);
		const request = requestTo(url, { method: 'PUT', body });
		const answers = await Promise.all([transport.send(request), transport.send(request)]);
		for (const answer of answers) expect(answer.body).toHaveLength(65_536);
		await allClosed();
		expect(counts).toEqual({ opened: 2, open: 0 });
	});
});

it('is closed when the server responds before it has it all', async () => {
	const refuse: Handler = (_request, response) => response.writeHead(413).end('too large');
	await withServer(refuse, async (url) => {
		const { body, counts, allClosed } = bodyOf(() => pieces(1000), 65_536_000);
		const request = requestTo(url, { method: 'POST', body });
		const outcome = await newTransport()
			.send(request)
			.catch((error: unknown) => error);
		// The response, or the reset that follows it: whichever the system hands over first.
		if (outcome instanceof TransportFailure) expect(outcome.kind).toBe('connection reset');
		else expect(outcome).toMatchObject({ statusCode: 413 });
		await allClosed();
		expect(counts).toEqual({ opened: 1, open: 0 });
	});
});

it('is not sent where it was opened after the time-out, and is let go of', async () => {
	const opening = Promise.withResolvers<void>();
	const { body, counts, allClosed } = bodyOf(() => pieces(1));
	const late: RepeatableBody = {
		open: async () => {
			await opening.promise;
			return await body.open();
		},
	};
	let asked = 0;
	const handler: Handler = (request, response) => {
		asked++;
		readAll(request, response);
	};
	await withServer(handler, async (url) => {
		const transport = newTransport({ connectionsPerOrigin: 1 });
		const request = requestTo(url, { method: 'POST', body: late, timeout: 1 });
		await expect(transport.send(request)).rejects.toMatchObject({ kind: 'timeout' });
		opening.resolve();
		await setImmediate();
		// On the same connection, behind it, had it been sent.
		await transport.send(requestTo(url));
		await allClosed();
		expect([asked, counts]).toEqual([1, { opened: 1, open: 0 }]);
	});
});

it('is let go of when the run is stopped', async () => {
	let arrived!: () => void;
	const arrival = new Promise<void>((resolve) => (arrived = resolve));
	await withServer(
		() => arrived(),
		async (url) => {
			const transport = newTransport();
			const { body, allClosed } = bodyOf(() => pieces(1000), 65_536_000);
			const sending = transport.send(requestTo(url, { method: 'POST', body }));
			const failing = expect(sending).rejects.toMatchObject({ kind: 'cancelled' });
			await arrival;
			transport.abort(new TransportFailure('cancelled', 'Stopped'));
			await failing;
			await allClosed();
		},
	);
});

describe('a source that fails', () => {
	const broken = new Error('EIO: no such disk');

	it('before it is read is told apart from the network', async () => {
		await withServer(readAll, async (url) => {
			const body: RepeatableBody = { open: async () => await Promise.reject(broken) };
			await expect(
				newTransport().send(requestTo(url, { method: 'POST', body })),
			).rejects.toMatchObject({ kind: 'file not readable', cause: broken });
		});
	});

	it('while the request waits for its connection fails it, and nothing else', async () => {
		await withServer(readAll, async (url) => {
			const stream = new Readable({ read() {} });
			const body: RepeatableBody = {
				async open() {
					stream.destroy(broken);
					return await Promise.resolve({ length: 2, stream });
				},
			};
			await expect(
				newTransport().send(requestTo(url, { method: 'POST', body })),
			).rejects.toMatchObject({ kind: 'file not readable', cause: broken });
		});
	});

	it('in the middle fails the request, and later ones still work', async () => {
		await withServer(readAll, async (url) => {
			const transport = newTransport();
			const { body } = bodyOf(function* () {
				yield* pieces(3);
				throw broken;
			}, 1_000_000);
			await expect(transport.send(requestTo(url, { method: 'POST', body }))).rejects.toMatchObject({
				kind: 'file not readable',
				cause: broken,
			});
			const after = await transport.send(requestTo(url, { method: 'POST', body: 'x' }));
			expect(after.body.toString()).toBe('x');
		});
	});

	it.each([
		['shorter', 1],
		['longer', 3],
	])('and that is %s than it says does not pass for complete', async (_what, count) => {
		await withServer(readAll, async (url) => {
			const { body, allClosed } = bodyOf(() => pieces(count), 131_072);
			await expect(
				newTransport().send(requestTo(url, { method: 'POST', body })),
			).rejects.toMatchObject({ kind: 'file not readable' });
			await allClosed();
		});
	});
});
