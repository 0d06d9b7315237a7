import fc from 'fast-check';

import { readConcurrency } from '../../../nodes/ConcurrentHttpRequest/parameters/concurrency.ts';
import { parametersOf } from './parametersOf.ts';

const read = (maxConcurrency: unknown) => readConcurrency(parametersOf({ maxConcurrency })).max;

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

it.each(['fixed', 'adaptive'])('knows the mode %s', (concurrencyMode) => {
	const parameters = parametersOf({ concurrencyMode, maxConcurrency: 5 });
	expect(readConcurrency(parameters)).toEqual({ mode: concurrencyMode, max: 5 });
});

it('is fixed where nothing is said', () => {
	expect(readConcurrency(parametersOf({ maxConcurrency: 5 }))).toEqual({ mode: 'fixed', max: 5 });
});

it('knows no other mode', () => {
	const parameters = parametersOf({ concurrencyMode: 'magic', maxConcurrency: 5 });
	expect(() => readConcurrency(parameters)).toThrow(
		'"Concurrency Mode" must be "fixed" or "adaptive", but it is "magic"',
	);
});
