import fc from 'fast-check';

import { readConcurrency } from '../../../nodes/ConcurrentHttpRequest/request/concurrency.ts';
import { parametersOf } from './parametersOf.ts';

const read = (maxConcurrency: unknown) => readConcurrency(parametersOf({ maxConcurrency }));

it.each([
	[1, 1],
	[1000, 1000],
	['10', 10],
	[' 10 ', 10],
])('%j is %i', (value, expected) => {
	expect(read(value)).toBe(expected);
});

it('is a whole number from 1 to 1000, and nothing else', () => {
	fc.assert(
		fc.property(fc.anything(), (value) => {
			try {
				const concurrency = read(value);
				expect(Number.isInteger(concurrency)).toBe(true);
				expect(concurrency).toBeGreaterThanOrEqual(1);
				expect(concurrency).toBeLessThanOrEqual(1000);
				expect(concurrency).toBe(Number(value));
			} catch (error) {
				expect((error as Error).message).toMatch(/^"Max Concurrency" must be a whole number/);
			}
		}),
		{ numRuns: 500 },
	);
});

it.each([
	[0, '0'],
	[1001, '1001'],
	[2.5, '2.5'],
	['ten', '"ten"'],
	['', '""'],
	[undefined, 'empty'],
	[true, 'true'],
])('says what it is instead: %j', (value, shown) => {
	expect(() => read(value)).toThrow(
		`"Max Concurrency" must be a whole number from 1 to 1000, but it is ${shown}`,
	);
});

it('knows one mode only', () => {
	expect(readConcurrency(parametersOf({ concurrencyMode: 'fixed', maxConcurrency: 5 }))).toBe(5);
	const adaptive = parametersOf({ concurrencyMode: 'adaptive', maxConcurrency: 5 });
	expect(() => readConcurrency(adaptive)).toThrow('"Concurrency Mode" "adaptive" is not supported');
});
