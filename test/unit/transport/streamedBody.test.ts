import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline, Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import {
	brotliCompressSync,
	deflateRawSync,
	deflateSync,
	gzipSync,
	zstdCompressSync,
} from 'node:zlib';
import fc from 'fast-check';

import type { BodyReceiver } from '../../../nodes/ConcurrentHttpRequest/transport/BodyReceiver.ts';
import type { ResponseHead } from '../../../nodes/ConcurrentHttpRequest/transport/HttpResponse.ts';
import { TransportFailure } from '../../../nodes/ConcurrentHttpRequest/transport/TransportFailure.ts';
import { keepAsUsual, keepFor } from '../../support/keptConnections.ts';
import { TestServer } from '../../support/TestServer.ts';
import { decompressed } from './decompressed.ts';
import { requestTo } from './requestTo.ts';
import { closeTransports, newTransport, sendFollowing } from './transports.ts';

let server: TestServer;

beforeAll(async () => {
	// A test that waits for the end of all connections would wait for those of another.
	keepFor(0);
	server = await TestServer.start();
});

beforeEach(() => server.reset());

afterEach(closeTransports);

afterAll(async () => {
	keepAsUsual();
	await server.close();
});

const nothing = Buffer.alloc(0);

/** Milliseconds for a body to begin, also on a machine that is slow. */
const UNTIL_BEGUN = 1_000;

/** Takes every body, and says what was read. */
function collecting(wants: (head: ResponseHead) => boolean = () => true) {
	const heads: ResponseHead[] = [];
	const receiver: BodyReceiver<string> = {
		wants(head) {
			heads.push(structuredClone({ ...head, url: undefined as never }));
			return wants(head);
		},
		receive: async (_head, body) => ({
			body: nothing,
			stored: Buffer.concat(await body.toArray()).toString(),
		}),
	};
	return { receiver, heads };
}

const send = async <T>(path: string, receiver: BodyReceiver<T>, changes = {}) =>
	await newTransport().send(requestTo(server.origin + path, changes), { receiver });

describe('a receiver', () => {
	it('takes the body in place of the response', async () => {
		const response = await send('/text?body=hello', collecting().receiver);
		expect(response).toMatchObject({ statusCode: 200, body: nothing, stored: 'hello' });
	});

	it('that does not want it leaves the body in memory', async () => {
		const response = await send('/text?body=hello', collecting(() => false).receiver);
		expect(response.body.toString()).toBe('hello');
		expect(response.stored).toBeUndefined();
	});

	it.each(['/empty', '/status?code=204', '/status?code=304'])(
		'gets an empty body: %s',
		async (path) => {
			expect((await send(path, collecting().receiver)).stored).toBe('');
		},
	);

	it('gets an empty body of HEAD', async () => {
		const { stored } = await send('/text?body=hello', collecting().receiver, { method: 'HEAD' });
		expect(stored).toBe('');
	});

	it('is not offered a redirect that is followed', async () => {
		const { receiver, heads } = collecting();
		const response = await sendFollowing(
			newTransport(),
			requestTo(`${server.origin}/redirect?times=2&to=/text?body=end`),
			{ receiver },
		);
		expect(response.stored).toBe('end');
		expect(heads.map(({ statusCode }) => statusCode)).toEqual([200]);
	});

	it('is offered a redirect that is the response', async () => {
		const response = await send('/redirect', collecting().receiver, { maxRedirects: 0 });
		expect(response).toMatchObject({ statusCode: 302, stored: '' });
	});

	it('leaves the connection to the next request', async () => {
		const transport = newTransport({ connectionsPerOrigin: 1 });
		for (const body of ['a', 'b', 'c']) {
			const request = requestTo(`${server.origin}/text?body=${body}`);
			expect((await transport.send(request, { receiver: collecting().receiver })).stored).toBe(
				body,
			);
		}
		expect(server.connections).toBe(1);
	});
});

describe('compressed bodies', () => {
	const codings: Record<string, (body: Buffer) => Buffer> = {
		gzip: gzipSync,
		'x-gzip': gzipSync,
		deflate: deflateSync,
		br: brotliCompressSync,
		zstd: zstdCompressSync,
	};

	/** In as many pieces as there are numbers, each a share of what is left. */
	function cut(body: Buffer, shares: number[]): Buffer[] {
		const pieces: Buffer[] = [];
		let rest = body;
		for (const share of shares) {
			const length = Math.ceil(rest.length * share);
			pieces.push(rest.subarray(0, length));
			rest = rest.subarray(length);
		}
		return [...pieces, rest];
	}

	const bodies = fc.uint8Array({ maxLength: 5000, size: 'max' }).map((bytes) => Buffer.from(bytes));
	const share = fc.double({ min: 0, max: 1, noNaN: true });
	const cuts = fc.array(share, { maxLength: 5 });

	it('are decoded as they are when they arrive in one piece, however they are cut', async () => {
		const names = fc.array(fc.constantFrom(...Object.keys(codings), 'identity', 'unknown'), {
			maxLength: 3,
		});
		await fc.assert(
			fc.asyncProperty(bodies, names, cuts, async (body, applied, shares) => {
				const encoding = applied.join(', ');
				const wire = applied.reduce<Buffer>((coded, name) => codings[name]?.(coded) ?? coded, body);
				const expected = await decompressed(wire, encoding);
				const actual = await decompressed(cut(wire, shares), encoding);
				expect(actual.complete).toBe(expected.complete);
				expect(actual.body.equals(expected.body)).toBe(true);
				if (expected.complete) expect(expected.body.equals(body)).toBe(true);
			}),
		);
	});

	it('may be deflate without its zlib header', async () => {
		await fc.assert(
			fc.asyncProperty(bodies, cuts, async (body, shares) => {
				const wire = deflateRawSync(body);
				const decoded = (await decompressed(cut(wire, shares), 'deflate')).body;
				expect(decoded.equals(body)).toBe(true);
			}),
		);
	});

	it.each(['gzip', 'deflate'])('may lack their end: %s', async (coding) => {
		const wire = codings[coding]!(Buffer.from('hello hello hello')).subarray(0, -4);
		expect((await decompressed([wire], coding)).body.toString()).toBe('hello hello hello');
	});

	it.each(Object.keys(codings))('that are not what they say fail: %s', async (coding) => {
		await expect(
			decompressed([Buffer.from('not compressed at all')], coding),
		).rejects.toMatchObject({
			kind: 'unreadable response',
			message: expect.stringContaining(coding) as string,
		});
	});

	it.each(['gzip', 'deflate', 'br', 'zstd'])('arrive decoded: %s', async (coding) => {
		const { receiver, heads } = collecting();
		const response = await send(`/compressed?encoding=${coding}&body=hello`, receiver);
		expect(response.stored).toBe('hello');
		expect(heads[0]?.headers).toHaveProperty('content-encoding', coding);
		expect(response.headers).not.toHaveProperty('content-encoding');
	});

	it('that cannot be decoded fail the request', async () => {
		const path = '/text?body=hello&header=content-encoding:gzip';
		await expect(send(path, collecting().receiver)).rejects.toMatchObject({
			kind: 'unreadable response',
		});
	});
});

describe('a body that breaks off', () => {
	it.each([
		['/truncate', 'connection reset'],
		['/reset-body', 'connection reset'],
	])('fails for the receiver and the request: %s', async (path, kind) => {
		let seen: unknown;
		const receiver: BodyReceiver<never> = {
			wants: () => true,
			receive: async (_head, body) => {
				await body.toArray().catch((error: unknown) => {
					seen = error;
					throw error;
				});
				return { body: nothing };
			},
		};
		await expect(send(path, receiver)).rejects.toMatchObject({ kind });
		expect(seen).toMatchObject({ kind });
	});

	it.each(['cancelled', 'timeout'] as const)('because it is %s', async (kind) => {
		const transport = newTransport();
		let begun!: () => void;
		const beginning = new Promise<void>((resolve) => (begun = resolve));
		let seen: unknown;
		const receiver: BodyReceiver<never> = {
			wants: () => true,
			receive: async (_head, body) => {
				begun();
				await body.toArray().catch((error: unknown) => (seen = error));
				return { body: nothing };
			},
		};
		const timeout = kind === 'timeout' ? UNTIL_BEGUN : 60_000;
		const sending = transport.send(requestTo(`${server.origin}/hang-body?bytes=50`, { timeout }), {
			receiver,
		});
		const failing = expect(sending).rejects.toMatchObject({ kind });
		await beginning;
		if (kind === 'cancelled') transport.abort(new TransportFailure(kind, 'Stopped'));
		await failing;
		await setImmediate();
		expect(seen).toMatchObject({ kind });
		await server.waitFor(({ openSockets }) => openSockets === 0);
	});
});

describe('a receiver that is cut off', () => {
	const upload = () => ({
		method: 'POST',
		body: { open: async () => await Promise.resolve({ length: 2, stream: Readable.from(['hi']) }) },
	});

	it.each([
		['breaks off', 'download', {}],
		['cancelled', 'download', {}],
		['timeout', 'download', {}],
		['cancelled', 'upload', upload()],
		['timeout', 'upload', upload()],
	])('undoes what it has begun before the request ends: %s, %s', async (why, _what, changes) => {
		const transport = newTransport();
		let cutOff!: () => void;
		const isCutOff = new Promise<void>((resolve) => (cutOff = resolve));
		let undone = false;
		const receiver: BodyReceiver<never> = {
			wants: () => true,
			receive: async (_head, body) => {
				try {
					await body.forEach(() => {
						if (why === 'cancelled') transport.abort(new TransportFailure(why, 'Stopped'));
					});
					return { body: nothing };
				} finally {
					cutOff();
					for (let turn = 0; turn < 20; turn++) await setImmediate();
					undone = true;
				}
			},
		};
		const url = `${server.origin}/${why === 'breaks off' ? 'truncate' : 'hang-body?bytes=50'}`;
		const timeout = why === 'timeout' ? UNTIL_BEGUN : 60_000;
		const request = requestTo(url, { ...changes, timeout });
		const sending = transport.send(request, { receiver });
		const wasUndone = sending.then(
			() => 'no failure',
			() => undone,
		);
		await isCutOff;
		expect(await wasUndone).toBe(true);
	});

	it('after the last byte does not hold up the end of the request', async () => {
		const receiver: BodyReceiver<never> = {
			wants: () => true,
			receive: async (_head, body) => {
				await body.toArray();
				return await new Promise<never>(() => {});
			},
		};
		const sending = send('/text?body=hello', receiver, { timeout: 200 });
		await expect(sending).rejects.toMatchObject({ kind: 'timeout' });
	});
});

describe('a receiver that does not read to the end', () => {
	it('fails the request with its own reason', async () => {
		const receiver: BodyReceiver<never> = {
			wants: () => true,
			receive: async () => await Promise.reject(new Error('ENOSPC: no space left')),
		};
		await expect(send('/hang-body?bytes=50', receiver)).rejects.toMatchObject({
			kind: 'file not stored',
			message: 'The file could not be stored: ENOSPC: no space left',
		});
		await server.waitFor(({ openSockets }) => openSockets === 0);
	});

	it('has the response as far as it wanted it, and the rest is not fetched', async () => {
		const receiver: BodyReceiver<string> = {
			wants: () => true,
			receive: async (_head, body) => {
				const [first] = (await body.take(1).toArray()) as Buffer[];
				return { body: first ?? nothing };
			},
		};
		const { body } = await send('/hang-body?bytes=50', receiver);
		expect(body.toString()).toBe('x'.repeat(50));
		await server.waitFor(({ openSockets }) => openSockets === 0);
	});
});

/** A server without end, that counts what the system has taken off it. */
async function withEndlessServer(action: (url: string, sent: () => number) => Promise<void>) {
	let sent = 0;
	const pieces = function* () {
		for (;;) {
			sent += 64 * 1024;
			yield Buffer.alloc(64 * 1024);
		}
	};
	const answer: RequestListener = (_request, response) =>
		pipeline(Readable.from(pieces(), { objectMode: false }), response, () => {});
	const endless = createServer(answer).listen(0, '127.0.0.1');
	await once(endless, 'listening');
	try {
		await action(`http://127.0.0.1:${(endless.address() as AddressInfo).port}/`, () => sent);
	} finally {
		endless.closeAllConnections();
		endless.close();
	}
}

it('is fetched no faster than its receiver reads', async () => {
	await withEndlessServer(async (url, sent) => {
		let release!: () => void;
		const released = new Promise<void>((resolve) => (release = resolve));
		let readable: Readable | undefined;
		const receiver: BodyReceiver<never> = {
			wants: () => true,
			receive: async (_head, body) => {
				readable = body;
				await released;
				return { body: nothing };
			},
		};
		const sending = newTransport().send(requestTo(url), { receiver });
		// Until the server has been made to wait: nothing more goes out for many turns of the loop.
		let before = -1;
		let quiet = 0;
		while (quiet < 200) {
			await setImmediate();
			quiet = readable && sent() === before ? quiet + 1 : 0;
			before = sent();
		}
		// What is held on this side; the rest is in the system's buffers.
		expect(readable?.readableLength).toBeLessThan(1024 * 1024);
		release();
		await sending;
	});
});
