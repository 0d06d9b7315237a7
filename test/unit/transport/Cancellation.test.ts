import { setImmediate } from 'node:timers/promises';

import { Cancellation } from '../../../nodes/ConcurrentHttpRequest/transport/Cancellation.ts';
import { TransportFailure } from '../../../nodes/ConcurrentHttpRequest/transport/TransportFailure.ts';

const stop = new TransportFailure('cancelled', 'stopped');
let cancellation: Cancellation;

beforeEach(() => {
	cancellation = new Cancellation(60_000, 60_000);
});

afterEach(() => cancellation.end());

it('waits for work, and for its error', async () => {
	expect(await cancellation.waitFor(Promise.resolve(7))).toBe(7);
	await expect(cancellation.waitFor(Promise.reject(new Error('broken')))).rejects.toThrow('broken');
});

it('ends a wait at once, with the first reason', async () => {
	const waiting = cancellation.waitFor(new Promise(() => {}));
	cancellation.cancel(stop);
	cancellation.cancel(new TransportFailure('timeout', 'late'));
	await expect(waiting).rejects.toBe(stop);
	expect(cancellation.failure).toBe(stop);
});

describe('an error that comes after its end is heard', () => {
	const unheard = jest.fn();

	beforeAll(() => process.on('unhandledRejection', unheard));
	afterAll(() => process.off('unhandledRejection', unheard));

	it.each(['before', 'while'])('where it ended %s it waited', async (when) => {
		const work = Promise.withResolvers<void>();
		if (when === 'before') cancellation.cancel(stop);
		const waiting = cancellation.waitFor(work.promise);
		cancellation.cancel(stop);
		await expect(waiting).rejects.toBe(stop);
		work.reject(new Error('late'));
		await setImmediate();
		expect(unheard).not.toHaveBeenCalled();
	});
});

it.each([
	['nothing of a request that timed out', 'before', true],
	['perhaps something of a request that timed out', 'after', false],
])('knows that %s was sent, %s its exchange began', async (_what, when, isUnsent) => {
	const brief = new Cancellation(1, 1);
	if (when === 'after') brief.exchange = { abort: () => {} };
	await expect(brief.waitFor(new Promise(() => {}))).rejects.toMatchObject({
		kind: 'timeout',
		isUnsent,
	});
});
