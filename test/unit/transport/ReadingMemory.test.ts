import fc from 'fast-check';
import { RawServer } from '../../support/RawServer.ts';
import { Transport } from '../../../nodes/ConcurrentHttpRequest/transport/Transport.ts';
import { requestTo } from './requestTo.ts';
import { policy } from './transports.ts';
import { ReadingMemory } from '../../../nodes/ConcurrentHttpRequest/transport/ReadingMemory.ts';

/** Counts what is asked of the owners of claims. */
const owner = { stood: 0, standStill: () => void owner.stood++, goOn: () => void owner.stood-- };

beforeEach(() => {
	owner.stood = 0;
});

const never = () => {
	throw new Error('There was room all the time');
};

it('lets responses read while there is room', () => {
	const memory = new ReadingMemory(100);
	expect(memory.claim(owner).add(60, never)).toBe(true);
	expect(memory.claim(owner).add(40, never)).toBe(true);
});

it('lets the first response read on, whatever its size', () => {
	const memory = new ReadingMemory(100);
	const first = memory.claim(owner);
	expect(first.add(1_000, never)).toBe(true);
	expect(first.add(1_000, never)).toBe(true);
});

it('stops the others until the first has ended, and their time-outs', () => {
	const memory = new ReadingMemory(100);
	const woken: string[] = [];
	const [a, b, c] = [memory.claim(owner), memory.claim(owner), memory.claim(owner)];
	expect(a.add(101, never)).toBe(true);
	expect(b.add(160, () => woken.push('b'))).toBe(false);
	expect(c.add(160, () => woken.push('c'))).toBe(false);
	expect(owner.stood).toBe(2);
	a.release();
	expect(woken).toEqual(['b']);
	expect(owner.stood).toBe(1);
	b.release();
	expect(woken).toEqual(['b', 'c']);
	expect(owner.stood).toBe(0);
});

it('does not let a response that has stalled hold up the others', () => {
	const memory = new ReadingMemory(100);
	memory.claim(owner).add(90, never);
	expect(memory.claim(owner).add(20, never)).toBe(true);
});

it('gives back what a response has taken once', () => {
	const memory = new ReadingMemory(100);
	memory.claim(owner).add(1, never);
	const other = memory.claim(owner);
	other.add(99, never);
	other.release();
	other.release();
	expect(memory.claim(owner).add(99, never)).toBe(true);
	expect(memory.claim(owner).add(1, never)).toBe(true);
	expect(memory.claim(owner).add(1, () => {})).toBe(false);
});

it('brings every response to its end, however they share the memory', () => {
	const sizes = fc.array(fc.array(fc.integer({ min: 1, max: 80 }), { minLength: 1 }), {
		maxLength: 30,
	});
	fc.assert(
		fc.property(sizes, fc.infiniteStream(fc.nat()), (responses, choices) => {
			const most = 100;
			const memory = new ReadingMemory(most);
			let held = 0;
			const readers = responses.map((chunks) => ({
				...{ chunks, claim: memory.claim(owner), next: 0, own: 0, isReading: true },
			}));
			let left = readers.filter(({ isReading }) => isReading);
			while (left.length > 0) {
				const able = left.filter(({ isReading }) => isReading);
				expect(able.length).toBeGreaterThan(0);
				const reader = able[(choices.next().value as number) % able.length]!;
				const bytes = reader.chunks[reader.next++];
				if (bytes === undefined) {
					left = left.filter((other) => other !== reader);
					held -= reader.own;
					reader.claim.release();
					continue;
				}
				held += bytes;
				reader.own += bytes;
				reader.isReading = reader.claim.add(bytes, () => (reader.isReading = true));
				// Beside the first, each holds one chunk too much at most.
				const largest = Math.max(...left.map(({ own }) => own));
				expect(held - largest).toBeLessThanOrEqual(most + 80 * left.length);
			}
			expect(held).toBe(0);
		}),
	);
});

it('is shared by the requests of a transport, of which one has stalled', async () => {
	const server = await RawServer.start(({ socket, url }) => {
		socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n');
		socket.write(Buffer.alloc(url === '/stalled' ? 40_000 : 1_000_000, 'x'));
	});
	const options = { egress: policy(), connectionsPerOrigin: 10, onConnection: () => {} };
	const transport = new Transport(options, new ReadingMemory(50_000));
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
