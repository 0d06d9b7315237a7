import { AdaptiveLimit } from '../../../../nodes/ConcurrentHttpRequest/limits/adaptive/AdaptiveLimit.ts';
import type { Outcome } from '../../../../nodes/ConcurrentHttpRequest/limits/Limit.ts';

const one = { origin: 'https://one.example' };
const other = { origin: 'https://other.example:8443' };

/** Lets so many requests end, 50 ms after their start, and always starts as many as are admitted. */
function send(
	limit: AdaptiveLimit,
	to: { readonly origin: string },
	count: number,
	kind: Outcome['kind'] = 'ok',
	from = 0,
): number {
	let now = from;
	const started: number[] = [];
	for (let ended = 0; ended < count; ended++) {
		for (; limit.availableAt(to, now) <= now; started.push(now)) limit.take(to, now);
		if (started.length === 0) {
			now = limit.availableAt(to, now);
			limit.take(to, now);
			started.push(now);
		}
		now = Math.max(now, started.shift()! + 50);
		limit.release(to, { kind, latency: 50 }, now);
	}
	for (; started.length > 0; started.pop())
		limit.release(to, { kind: 'cancelled', latency: 0 }, now);
	return now;
}

it('admits one request at first, and the next when that has ended', () => {
	const limit = new AdaptiveLimit(100);
	expect(limit.availableAt(one, 10)).toBe(10);
	limit.take(one, 10);
	expect(limit.availableAt(one, 20)).toBe(Infinity);
	limit.release(one, { kind: 'ok', latency: 5 }, 25);
	expect(limit.availableAt(one, 25)).toBe(25);
});

it('finds the limit of each origin separately', () => {
	const limit = new AdaptiveLimit(100);
	send(limit, one, 1000);
	expect(limit.settledAt(one.origin)).toBe(100);
	expect(limit.settledAt(other.origin)).toBe(0);
	limit.take(other, 0);
	expect(limit.availableAt(other, 0)).toBe(Infinity);
	expect(limit.describeSettled()).toBe(
		'Adaptive concurrency settled at 100 at a time (one.example), 1 at a time (other.example:8443)',
	);
});

it('takes a failure that is no refusal for a response', () => {
	const limit = new AdaptiveLimit(64);
	send(limit, one, 1000, 'failed');
	expect(limit.settledAt(one.origin)).toBe(64);
});

it('learns nothing from requests that we cancelled', () => {
	const limit = new AdaptiveLimit(64);
	send(limit, one, 1000, 'cancelled');
	expect(limit.settledAt(one.origin)).toBe(1);
});

it('paces what even a single request in flight is refused for', () => {
	const limit = new AdaptiveLimit(64);
	const now = send(limit, one, 2000, 'overloaded', send(limit, one, 1000));
	limit.take(one, now + 1000);
	limit.release(one, { kind: 'overloaded', latency: 50 }, now + 1050);
	expect(limit.availableAt(one, now + 1050)).toBe(now + 2000);
	expect(limit.describeSettled()).toBe('Adaptive concurrency settled at 1 requests a second');
});

it.each([50, 0])(
	'paces a server that refuses everything from the first request, in %d ms',
	(latency) => {
		const limit = new AdaptiveLimit(64);
		let now = 0;
		for (let ended = 0; ended < 5000; ended++) {
			now = Math.max(now, limit.availableAt(one, now));
			limit.take(one, now);
			now += latency;
			limit.release(one, { kind: 'overloaded', latency }, now);
		}
		expect(limit.availableAt(one, now)).toBe(now - latency + 1000);
		expect(now).toBeGreaterThan(4_000_000);
	},
);

it('says when a request may start earlier than was said', () => {
	const limit = new AdaptiveLimit(100);
	const origins: Array<string | undefined> = [];
	limit.onChange((origin) => void origins.push(origin));
	send(limit, one, 1);
	expect(origins).toEqual([one.origin]);
	send(limit, one, 5, 'cancelled', 100);
	expect(origins).toHaveLength(1);
});

it('puts it in words', () => {
	const limit = new AdaptiveLimit(100);
	expect(limit.describeSettled()).toBeUndefined();
	const atItsMost = new AdaptiveLimit(16);
	send(atItsMost, one, 1000);
	expect(atItsMost.describeSettled()).toBe(
		'Adaptive concurrency went up to its Max Concurrency of 16',
	);
	limit.take(one, 0);
	expect(limit.describeSettled()).toBe('Adaptive concurrency was at 1 at a time and rising');
	for (const host of ['a', 'b', 'c', 'd']) limit.take({ origin: `https://${host}.example` }, 0);
	expect(limit.describeSettled()).toBe(
		'Adaptive concurrency settled at 1 at a time (one.example), 1 at a time (a.example), 1 at a time (b.example), and 2 other hosts',
	);
});
