import fc from 'fast-check';
import { RawServer } from '../../support/RawServer.ts';
import { Transport } from '../../../nodes/ConcurrentHttpRequest/transport/Transport.ts';
import { requestTo } from './requestTo.ts';
import { policy } from './transports.ts';
import {
	type MemoryUser,
	ResponseMemory,
} from '../../../nodes/ConcurrentHttpRequest/transport/ResponseMemory.ts';

/** A response that the test reads. */
const user = (goOn: () => void = never): MemoryUser => ({ taken: 0, goOn });

const never = () => {
	throw new Error('There was room all the time');
};

it('lets responses read while there is room', () => {
	const memory = new ResponseMemory(100);
	expect(memory.take(user(), 60)).toBe(true);
	expect(memory.take(user(), 40)).toBe(true);
});

it('lets the first response read on, whatever its size', () => {
	const memory = new ResponseMemory(100);
	const first = user();
	expect(memory.take(first, 1_000)).toBe(true);
	expect(memory.take(first, 1_000)).toBe(true);
});

it('stops the others until the first has ended', () => {
	const memory = new ResponseMemory(100);
	const woken: string[] = [];
	const [a, b, c] = [user(), user(() => woken.push('b')), user(() => woken.push('c'))];
	expect(memory.take(a, 101)).toBe(true);
	expect(memory.take(b, 160)).toBe(false);
	expect(memory.take(c, 160)).toBe(false);
	memory.release(a);
	expect(woken).toEqual(['b']);
	memory.release(b);
	expect(woken).toEqual(['b', 'c']);
});

it('does not let a response that has stalled hold up the others', () => {
	const memory = new ResponseMemory(100);
	memory.take(user(), 90);
	expect(memory.take(user(), 20)).toBe(true);
});

it('gives back what a response has taken once', () => {
	const memory = new ResponseMemory(100);
	memory.take(user(), 1);
	const other = user();
	memory.take(other, 99);
	memory.release(other);
	memory.release(other);
	expect(memory.take(user(), 99)).toBe(true);
	expect(memory.take(user(), 1)).toBe(true);
	expect(memory.take(user(), 1)).toBe(false);
});

it('brings every response to its end, however they share the memory', () => {
	const sizes = fc.array(fc.array(fc.integer({ min: 1, max: 80 }), { minLength: 1 }), {
		maxLength: 30,
		size: 'max',
	});
	fc.assert(
		fc.property(sizes, fc.infiniteStream(fc.nat()), (responses, choices) => {
			const most = 100;
			const memory = new ResponseMemory(most);
			let held = 0;
			const readers = responses.map((chunks) => {
				const reader = { chunks, user: user(), next: 0, own: 0, isReading: true };
				reader.user.goOn = () => (reader.isReading = true);
				return reader;
			});
			let left = readers.filter(({ isReading }) => isReading);
			while (left.length > 0) {
				const able = left.filter(({ isReading }) => isReading);
				expect(able.length).toBeGreaterThan(0);
				const reader = able[(choices.next().value as number) % able.length]!;
				const bytes = reader.chunks[reader.next++];
				if (bytes === undefined) {
					left = left.filter((other) => other !== reader);
					held -= reader.own;
					memory.release(reader.user);
					continue;
				}
				held += bytes;
				reader.own += bytes;
				reader.isReading = memory.take(reader.user, bytes);
				// Beside the first, each holds one chunk too much at most.
				const largest = Math.max(...left.map(({ own }) => own));
				expect(held - largest).toBeLessThanOrEqual(most + 80 * left.length);
			}
			expect(held).toBe(0);
		}),
		{ numRuns: 50 },
	);
});

it('is shared by the requests of a transport, of which one has stalled', async () => {
	const server = await RawServer.start(({ socket, url }) => {
		socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n');
		socket.write(Buffer.alloc(url === '/stalled' ? 40_000 : 1_000_000, 'x'));
	});
	const options = { egress: policy(), connectionsPerOrigin: 10, onConnection: () => {} };
	const transport = new Transport(options, new ResponseMemory(50_000));
	try {
		const send = async (path: string) => await transport.send(requestTo(server.origin + path));
		const stalled = send('/stalled').catch((error: unknown) => error);
		const others = await Promise.all(Array.from({ length: 6 }, async () => await send('/whole')));
		for (const { body } of others) expect(body).toHaveLength(1_000_000);
		await transport.close();
		expect(await stalled).toMatchObject({ kind: 'cancelled' });
	} finally {
		await transport.close();
		await server.close();
	}
});
