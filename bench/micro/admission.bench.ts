import { Admission } from '../../nodes/ConcurrentHttpRequest/limits/admission/Admission';
import { ConcurrencyLimit } from '../../nodes/ConcurrentHttpRequest/limits/concurrency/ConcurrencyLimit';
import type { Limit } from '../../nodes/ConcurrentHttpRequest/limits/Limit';
import { PerOriginConcurrency } from '../../nodes/ConcurrentHttpRequest/limits/concurrency/PerOriginConcurrency';
import { Permit } from '../../nodes/ConcurrentHttpRequest/limits/admission/Permit';
import { systemClock } from '../../nodes/ConcurrentHttpRequest/common/Clock';
import { RateLimit } from '../../nodes/ConcurrentHttpRequest/limits/rate/RateLimit';
import { runConcurrently } from '../../nodes/ConcurrentHttpRequest/runConcurrently';
import { SharedLimits } from '../../nodes/ConcurrentHttpRequest/limits/shared/SharedLimits';
import type { Subject } from './measure';

const TASKS = 10_000;
const CONCURRENCY = 50;

const inputs = Array.from({ length: TASKS }, (_, index) => index);

/** A task that is over a turn of the microtask queue later: what remains is the admission. */
async function task(): Promise<void> {
	await Promise.resolve();
}

/** The least that a sliding window can do: so many workers that take the next input. */
async function bareWindow(): Promise<void> {
	const rest = inputs.values();
	const work = async () => {
		for (const _input of rest) await task();
	};
	await Promise.all(Array.from({ length: CONCURRENCY }, work));
}

const request = { origin: 'https://api.example.com', costs: [3] };
const outcome = { kind: 'ok', latency: 20 } as const;

/** So large that nothing waits, so short that the log has a steady size: 100 ms of requests. */
const rateLimits = () => [
	{ amount: 1e9, interval: 100 },
	{ amount: 1e9, interval: 100, unit: 'tokens', costIndex: 0 },
];

const typical = (): Limit[] => [
	new ConcurrencyLimit(CONCURRENCY),
	new PerOriginConcurrency(CONCURRENCY),
	...rateLimits().map((options) => new RateLimit(options)),
];

/** Acquires, tells that it has sent, and releases; nothing ever waits. */
function roundTrip(limits: Limit[]): () => unknown {
	const admission = new Admission({ limits, clock: systemClock });
	return () => {
		const permit = admission.acquire(request);
		if (!(permit instanceof Permit)) throw new Error('It waits');
		permit.sent?.();
		permit.release(outcome);
		return permit;
	};
}

/** The same when all wait for one of the places: each release admits the next. */
async function whileOthersWait(): Promise<void> {
	const admission = new Admission({ limits: typical(), clock: systemClock });
	const work = async () => {
		const permit = await admission.acquire(request);
		await task();
		permit.sent?.();
		permit.release(outcome);
	};
	await Promise.all(Array.from({ length: TASKS }, work));
}

export const title = 'admission, for each task';

export const subjects: Subject[] = [
	{ name: 'permit: concurrency', run: roundTrip([new ConcurrencyLimit(CONCURRENCY)]) },
	{ name: 'permit: concurrency, per host, two rate limits', run: roundTrip(typical()) },
	{
		name: 'permit: the same, shared by the process',
		run: roundTrip([
			new PerOriginConcurrency(CONCURRENCY),
			new SharedLimits(systemClock).join({
				key: 'account',
				concurrency: CONCURRENCY,
				rateLimits: rateLimits(),
			}),
		]),
	},
	{
		name: 'permit: not shared, 10,000 waiting for 50 places',
		operations: TASKS,
		run: whileOthersWait,
	},
	{
		name: 'runConcurrently',
		operations: TASKS,
		run: () => runConcurrently({ inputs, concurrency: CONCURRENCY, task }),
	},
	{ name: 'bare window, for comparison', operations: TASKS, run: bareWindow },
];
