import {
	type ConcurrencyAdvice,
	ConcurrencyUsage,
} from '../../../nodes/ConcurrentHttpRequest/client/ConcurrencyUsage.ts';
import { RunStatistics } from '../../../nodes/ConcurrentHttpRequest/client/RunStatistics.ts';
import type { Outcome } from '../../../nodes/ConcurrentHttpRequest/limits/Limit.ts';
import { logNormal, seededRandom } from '../../support/servers/random.ts';
import {
	cappedConcurrency,
	processorSharing,
	scalability,
	tokenBucket,
	withWorkers,
} from '../../support/servers/serverKinds.ts';
import type { ServerModel } from '../../support/servers/ServerModel.ts';
import { SimulationClock } from '../../support/servers/SimulationClock.ts';
import { VirtualClock } from '../../support/VirtualClock.ts';
import { TestAdmission } from '../limits/server/TestAdmission.ts';
import { requestTo } from '../transport/requestTo.ts';
import { chainOf, responseTo } from './chain.ts';

type Start = ServerModel['start'];

interface RunOptions {
	readonly max: number;
	readonly requests: number;
	readonly seed?: number;
	/** Milliseconds that it takes to open a connection. */
	readonly connecting?: number;
	/** What is not in the outcome that the server gives. */
	readonly outcome?: (number: number) => Partial<Outcome>;
	readonly origin?: (number: number) => string;
	readonly longestWait?: number;
	/** How many requests there is work for at a time, if fewer than allowed. */
	readonly ready?: number;
	readonly busy?: number;
}

interface RunResult {
	/** Milliseconds. */
	readonly duration: number;
	readonly refused: number;
	readonly advice: ConcurrencyAdvice | undefined;
}

/** A run in virtual time, with as many requests in flight as allowed, none of them repeated. */
function run(start: Start, options: RunOptions): RunResult {
	const { max, requests, seed = 1, connecting = 0, outcome, origin } = options;
	const clock = new SimulationClock();
	const server = start({ clock, random: seededRandom(seed) });
	const statistics = new RunStatistics(max);
	const usage = new ConcurrencyUsage(max, clock);
	let sent = 0;
	let refused = 0;
	let duration = 0;
	const sendNext = (): void => {
		if (sent === requests) return;
		const number = sent++;
		const startedAt = clock.now();
		const call: { onSent: (() => void) | undefined } = { onSent: undefined };
		statistics.requestStarted(startedAt, 0);
		const where = origin?.(number) ?? 'https://api.example.com';
		const started = usage.start(where, call);
		// Only the first requests have to open a connection.
		clock.at(startedAt + (number < max ? connecting : 0), () => {
			call.onSent?.();
			server.request(({ kind }) => {
				const now = clock.now();
				const ended = { kind, latency: now - startedAt, ...outcome?.(number) };
				if (kind === 'overloaded') refused++;
				duration = now;
				statistics.requestEnded({ origin: where, outcome: ended, failure: undefined, now });
				usage.end(started, ended);
				sendNext();
			});
		});
	};
	for (let slot = 0; slot < (options.ready ?? max); slot++) clock.at(0, sendNext);
	clock.runUntil(24 * 3_600_000);
	const { longestWait = 0, busy = 0.1 } = options;
	return { duration, refused, advice: usage.advise({ duration, statistics, longestWait, busy }) };
}

/** A server that is never the bottleneck. */
const quick = (latency = 80): Start =>
	withWorkers({ workers: () => 1000, duration: () => latency });

describe('advises twice the concurrency', () => {
	it('after a long run at a quick server, with what it would take and the latency', () => {
		const { duration, advice } = run(quick(), { max: 10, requests: 5000 });
		expect(duration).toBe(40_000);
		expect(advice).toEqual({ concurrency: 20, duration: 20_000, latency: 80 });
	});

	it('of at most 50', () => {
		expect(run(quick(), { max: 30, requests: 5000 }).advice?.concurrency).toBe(50);
	});

	it('also where connections take longer to open than responses to come', () => {
		const { advice } = run(quick(), { max: 10, requests: 1000, connecting: 200 });
		expect(advice?.concurrency).toBe(20);
	});
});

describe('the chain that sends', () => {
	/** 1,000 requests of 80 ms, ten at a time. */
	async function sendThousand(status: (number: number) => number) {
		const clock = new VirtualClock();
		const statistics = new RunStatistics(10);
		const usage = new ConcurrencyUsage(10, clock);
		let number = 0;
		const send = chainOf(
			async (request) => {
				const own = number++;
				await clock.sleep(80);
				return responseTo(request, status(own));
			},
			{ clock, statistics, usage, admission: new TestAdmission(clock, 10, []) },
		);
		await clock.run(
			Promise.all(Array.from({ length: 1000 }, () => send(requestTo('https://api.example.com/')))),
		);
		return usage.advise({ duration: clock.now(), statistics, longestWait: 0, busy: 0 });
	}

	it('tells of every request and how it ended', async () => {
		const advice = await sendThousand(() => 200);
		expect(advice).toEqual({ concurrency: 20, duration: 4000, latency: 80 });
		expect(await sendThousand((number) => (number === 500 ? 500 : 200))).toBeUndefined();
	});
});

describe('is silent', () => {
	const long: RunOptions = { max: 10, requests: 5000 };

	it.each<[why: string, start: Start, options: RunOptions]>([
		['after a short run', quick(), { ...long, requests: 300 }],
		['with few requests for each in flight', quick(900), { ...long, requests: 90 }],
		['where one at a time is wanted', quick(), { ...long, max: 1 }],
		['where there is little more to advise', quick(), { ...long, max: 40, requests: 20_000 }],
		['at a slow server', quick(1500), long],
		['where another limit held requests back', quick(), { ...long, longestWait: 2000 }],
		['where n8n is busy', quick(), { ...long, busy: 0.5 }],
		[
			'after a single refusal',
			quick(),
			{ ...long, outcome: (n) => (n === 2500 ? { kind: 'overloaded' } : {}) },
		],
		[
			'after a single failure',
			quick(),
			{ ...long, outcome: (n) => (n === 2500 ? { kind: 'failed' } : {}) },
		],
		[
			'where the server states a quota',
			quick(),
			{ ...long, outcome: (n) => (n === 9 ? { rateLimit: { remaining: 5000 } } : {}) },
		],
		['with several servers', quick(), { ...long, origin: (n) => `https://${n % 2}.example.com` }],
		['where n8n was too slow to send more', quick(), { ...long, ready: 8 }],
		[
			'where the server was slow at first',
			withWorkers({ workers: () => 100, duration: (now) => (now < 500 ? 160 : 80) }),
			long,
		],
		[
			'where requests queue for workers',
			withWorkers({ workers: () => 5, duration: () => 80 }),
			long,
		],
		[
			'where requests share a processor',
			processorSharing(1, (random) => logNormal(8, 0.3, random)),
			long,
		],
		[
			'where the server got slower',
			withWorkers({ workers: () => 100, duration: (now) => (now < 20_000 ? 80 : 160) }),
			long,
		],
	])('%s', (_why, start, options) => {
		const { duration, advice } = run(start, options);
		expect(duration).toBeGreaterThan(options.requests > 300 ? 8000 : 0);
		expect(advice).toBeUndefined();
	});
});

/** A server of any kind, capacity, speed and noise. */
function randomServer(random: () => number): Start {
	const between = (low: number, high: number) => low * (high / low) ** random();
	const latency = between(20, 500);
	const noise = between(0.05, 0.6);
	const capacity = Math.round(between(2, 200));
	const duration = (draw: () => number) => logNormal(latency, noise, draw);
	const network = random() < 0.5 ? 0 : between(5, 150);
	const kinds: Start[] = [
		withWorkers({ workers: () => capacity, duration: (_, draw) => duration(draw), network }),
		withWorkers({ workers: () => 1000, duration: (_, draw) => duration(draw), network }),
		processorSharing(capacity, duration),
		scalability(between(0.002, 0.05), between(1e-5, 1e-3), duration),
		cappedConcurrency(() => capacity, duration),
		tokenBucket({ perSecond: between(5, 500), burst: between(5, 100), latency: duration }),
	];
	return kinds[Math.floor(random() * kinds.length)] as Start;
}

it('helps where it is followed, at servers that it was not tuned on', () => {
	const random = seededRandom(20_261);
	const followed = Array.from({ length: 400 }, (_, number) => {
		const start = randomServer(random);
		const max = Math.round(3 * 10 ** random());
		const requests = 100 * max;
		const before = run(start, { max, requests, seed: 1000 + number });
		if (!before.advice) return undefined;
		const { concurrency: more, duration: promised } = before.advice;
		const after = run(start, { max: more, requests, seed: 5000 + number });
		const time = after.duration / before.duration;
		return {
			isFaster: time < 0.9 && after.refused === 0,
			isAsPromised: after.duration < 1.2 * promised,
			isWorse: time > 1.05 || after.refused > 0.01 * requests,
		};
	}).filter((each) => each !== undefined);
	const share = (what: 'isFaster' | 'isAsPromised' | 'isWorse') =>
		followed.filter((each) => each[what]).length / followed.length;
	expect(followed.length).toBeGreaterThan(100);
	expect(share('isFaster')).toBeGreaterThan(0.85);
	expect(share('isAsPromised')).toBeGreaterThan(0.85);
	// Nothing shows before where a cap or a quota lies that the server does not state.
	expect(share('isWorse')).toBeLessThan(0.1);
});
