import { setImmediate } from 'node:timers/promises';

import { Flight } from '../../../nodes/ConcurrentHttpRequest/transport/Flight.ts';
import { TransportFailure } from '../../../nodes/ConcurrentHttpRequest/transport/TransportFailure.ts';

const stop = new TransportFailure('cancelled', 'stopped');
let flight: Flight;

beforeEach(() => {
	flight = new Flight(60_000, 60_000);
});

afterEach(() => flight.land());

it('waits for work, and for its error', async () => {
	expect(await flight.waitFor(Promise.resolve(7))).toBe(7);
	await expect(flight.waitFor(Promise.reject(new Error('broken')))).rejects.toThrow('broken');
});

it('ends a wait at once, with the first reason', async () => {
	const waiting = flight.waitFor(new Promise(() => {}));
	flight.abort(stop);
	flight.abort(new TransportFailure('timeout', 'late'));
	await expect(waiting).rejects.toBe(stop);
	expect(flight.failure).toBe(stop);
});

describe('an error that comes after its end is heard', () => {
	const unheard = jest.fn();

	beforeAll(() => process.on('unhandledRejection', unheard));
	afterAll(() => process.off('unhandledRejection', unheard));

	it.each(['before', 'while'])('where it ended %s it waited', async (when) => {
		const work = Promise.withResolvers<void>();
		if (when === 'before') flight.abort(stop);
		const waiting = flight.waitFor(work.promise);
		flight.abort(stop);
		await expect(waiting).rejects.toBe(stop);
		work.reject(new Error('late'));
		await setImmediate();
		expect(unheard).not.toHaveBeenCalled();
	});
});
