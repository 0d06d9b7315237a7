import fc from 'fast-check';

import { BodyPieces } from '../../../nodes/ConcurrentHttpRequest/transport/PiecewiseResponse.ts';
import { RawServer } from '../../support/RawServer.ts';
import { requestTo } from './requestTo.ts';
import { closeTransports, newTransport } from './transports.ts';

afterEach(closeTransports);

function joined(sizes: readonly number[]): { pieces: BodyPieces; whole: Buffer } {
	const pieces = new BodyPieces();
	const all = sizes.map((size, index) => Buffer.alloc(size, index % 251));
	for (const piece of all) pieces.push(piece);
	return { pieces, whole: Buffer.concat(all) };
}

it('keeps all bytes in their order', () => {
	const size = fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1000, max: 1050 }));
	const run = fc.tuple(size, fc.integer({ min: 1, max: 1500 }));
	fc.assert(
		fc.property(fc.array(run, { maxLength: 6 }), (runs) => {
			const { pieces, whole } = joined(
				runs.flatMap(([of, times]) => Array<number>(times).fill(of)),
			);
			expect(Buffer.concat(pieces.list).equals(whole)).toBe(true);
		}),
		{ numRuns: 50 },
	);
});

it('makes few pieces of many small ones', () => {
	expect(joined(Array<number>(1_000_000).fill(1)).pieces.list.length).toBeLessThan(2_001);
});

it('makes few pieces of small ones that come between large ones', () => {
	const row = [...Array<number>(1023).fill(1), 1024];
	expect(joined(Array(200).fill(row).flat() as number[]).pieces.list).toHaveLength(400);
});

it('leaves pieces as they are where there are few of them, or large ones', () => {
	for (const sizes of [[1, 2, 3], Array<number>(3000).fill(1024)]) {
		expect(joined(sizes).pieces.list.map(({ length }) => length)).toEqual(sizes);
	}
});

// RFC 9112 section 7.1 sets no lower bound for a chunk.
it('keeps a body that comes in chunks of one byte', async () => {
	const bytes = 200_000;
	const server = await RawServer.start(({ socket }) => {
		socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
		socket.write('1\r\nx\r\n'.repeat(bytes));
		socket.write('0\r\n\r\n');
	});
	try {
		const { body, pieces } = await newTransport().send(requestTo(server.origin));
		expect(body.toString()).toBe('x'.repeat(bytes));
		expect(pieces!.length).toBeLessThan(1_300);
	} finally {
		await server.close();
	}
});
