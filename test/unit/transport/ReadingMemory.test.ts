import fc from 'fast-check';
import { ReadingMemory } from '../../../nodes/ConcurrentHttpRequest/transport/ReadingMemory.ts';

const never = () => {
	throw new Error('There was room all the time');
};

it('lets responses read while there is room', () => {
	const memory = new ReadingMemory(100);
	expect(memory.claim().add(60, never)).toBe(true);
	expect(memory.claim().add(40, never)).toBe(true);
});

it('lets the first response read on, whatever its size', () => {
	const memory = new ReadingMemory(100);
	const first = memory.claim();
	expect(first.add(1_000, never)).toBe(true);
	expect(first.add(1_000, never)).toBe(true);
});

it('stops the others until the first has ended', () => {
	const memory = new ReadingMemory(100);
	const woken: string[] = [];
	const [a, b, c] = [memory.claim(), memory.claim(), memory.claim()];
	a.add(50, never);
	expect(b.add(60, () => woken.push('b'))).toBe(false);
	expect(c.add(60, () => woken.push('c'))).toBe(false);
	a.release();
	expect(woken).toEqual(['b']);
	b.release();
	expect(woken).toEqual(['b', 'c']);
});

it('gives back what a response has taken once', () => {
	const memory = new ReadingMemory(100);
	memory.claim().add(1, never);
	const other = memory.claim();
	other.add(99, never);
	other.release();
	other.release();
	expect(memory.claim().add(99, never)).toBe(true);
	expect(memory.claim().add(1, () => {})).toBe(false);
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
				...{ chunks, claim: memory.claim(), next: 0, own: 0, isReading: true },
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
				const first = left[0]!;
				expect(held - first.own).toBeLessThanOrEqual(most + 80 * left.length);
			}
			expect(held).toBe(0);
		}),
	);
});
