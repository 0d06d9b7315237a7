import {
	describeProgress,
	type RunState,
} from '../../../nodes/ConcurrentHttpRequest/progress/describeProgress.ts';

const STATE: RunState = {
	items: 1000,
	succeeded: 409,
	failed: 3,
	requestsEnded: 412,
	inFlight: 10,
	waits: [],
};
const NOW = 5000;
const PER_SECOND = 1 / 1000;

const describeState = (changes: Partial<RunState> = {}, items = 98, requests = items): string =>
	describeProgress(
		{ ...STATE, ...changes },
		{ items: items * PER_SECOND, requests: requests * PER_SECOND },
		NOW,
	);

it('says what is done, failed, in flight, how fast, and what is left', () => {
	expect(describeState()).toBe(
		'412 of 1,000 items done, 3 failed, 10 requests in flight, 98 requests a second, about 6 s left',
	);
});

it.each<[string, Partial<RunState>, number, string]>([
	['no failures', { failed: 0 }, 98, '409 of 1,000 items done, 10 requests in flight, 98'],
	['one of each', { items: 1, inFlight: 1 }, 98, 'of 1 item done, 3 failed, 1 request in flight'],
	['nothing yet', { succeeded: 0, failed: 0 }, 0, '0 of 1,000 items done, 10 requests in flight'],
	['a slow pace', {}, 0.5, 'in flight, 30 requests a minute, about 19 min 36 s left'],
	['a fast pace', {}, 12_345.6, 'in flight, 12,346 requests a second, about 48 ms left'],
	['one request a second', {}, 1.04, 'in flight, 1 request a second, about'],
	['one request a minute', {}, 1 / 61, 'in flight, 1 request a minute, about'],
	['a pace below ten', {}, 1.25, 'in flight, 1.3 requests a second, about 7 min 50 s left'],
])('describes %s', (_name, changes, rate, expected) => {
	expect(describeState(changes, rate)).toContain(expected);
});

it('does not reckon before an item has ended, or when none is left', () => {
	expect(describeState({}, 0, 5)).toMatch(/5 requests a second$/);
	expect(describeState({ succeeded: 997 })).toMatch(/98 requests a second$/);
});

it('says what is waited for, and how long it takes still', () => {
	const quota = { label: 'the quota of 100 requests a minute' };
	const server = { label: 'the server (Retry-After)', origin: 'https://a.example.com' };
	const waitsOf = (...waits: RunState['waits']) => describeState({ waits }).split(' left, ')[1];
	expect(waitsOf({ ...quota, until: NOW + 41_000 })).toBe(
		'waiting 41 s more for the quota of 100 requests a minute',
	);
	expect(waitsOf({ ...quota, until: NOW + 600 })).toBe(
		'waiting for the quota of 100 requests a minute',
	);
	expect(waitsOf({ ...quota, until: Infinity }, { ...server, until: NOW + 2000 })).toBe(
		'waiting for the quota of 100 requests a minute, waiting 2 s more for the server (Retry-After) at https://a.example.com',
	);
	expect(
		waitsOf(
			{ ...server, until: NOW + 9000 },
			{ ...server, until: NOW + 3000 },
			{ ...server, origin: 'https://b.example.com', until: NOW + 5000 },
		),
	).toBe('waiting 3 s more for the server (Retry-After) at 2 hosts');
});
