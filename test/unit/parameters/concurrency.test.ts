import fc from 'fast-check';

import { readRunSettings } from '../../../nodes/ConcurrentHttpRequest/parameters/runSettings.ts';
import { parametersOf } from './parametersOf.ts';

const concurrency = (parameters: Record<string, unknown>) =>
	readRunSettings(parametersOf(parameters)).concurrency;
const read = (maxConcurrency: unknown) => concurrency({ maxConcurrency }).max;

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
				const max = read(value);
				expect(Number.isInteger(max)).toBe(true);
				expect(max).toBeGreaterThanOrEqual(1);
				expect(max).toBeLessThanOrEqual(1000);
				expect(max).toBe(Number(value));
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
	['', 'empty'],
	[undefined, 'empty'],
	[true, 'true'],
])('is refused with the value that it has: %j', (value, shown) => {
	expect(() => read(value)).toThrow(
		`"Max Concurrency" must be a whole number from 1 to 1000, but it is ${shown}`,
	);
});

it.each(['fixed', 'adaptive'])('knows the mode %s', (concurrencyMode) => {
	const parameters = { concurrencyMode, maxConcurrency: 5, adaptiveMaxConcurrency: 50 };
	expect(concurrency(parameters)).toEqual({
		mode: concurrencyMode,
		max: concurrencyMode === 'fixed' ? 5 : 50,
	});
});

it('has a ceiling of its own where it is adaptive, with the same bounds', () => {
	const adaptive = { concurrencyMode: 'adaptive', maxConcurrency: 5 };
	expect(() => concurrency({ ...adaptive, adaptiveMaxConcurrency: 0 })).toThrow(
		'"Max Concurrency" must be a whole number from 1 to 1000, but it is 0',
	);
});

it('is fixed unless a mode is chosen', () => {
	expect(concurrency({ maxConcurrency: 5 })).toEqual({ mode: 'fixed', max: 5 });
});

it('knows no other mode', () => {
	expect(() => concurrency({ concurrencyMode: 'magic', maxConcurrency: 5 })).toThrow(
		expect.objectContaining({
			message: '"Concurrency Mode" cannot be "magic"',
			hint: 'Use fixed or adaptive.',
		}) as Error,
	);
});
