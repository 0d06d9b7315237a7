import { exponential, heavyTailed, logNormal } from './random.ts';
import {
	boundedQueue,
	cappedConcurrency,
	failed,
	ok,
	overloaded,
	scalability,
	tokenBucket,
	withOutage,
	withTimeout,
	withWorkers,
} from './serverKinds.ts';
import type { ServerModel } from './ServerModel.ts';

/** Milliseconds; half-way through a simulation, which lasts a minute. */
const CHANGE = 30_000;

export const serverModels: ServerModel[] = [
	{
		name: 'fixed',
		title: 'Fixed capacity: 24 workers, 60 ms each',
		start: withWorkers({ workers: () => 24, duration: () => 60 }),
	},
	{
		name: 'queueing',
		title: 'M/M/c: 16 workers, exponential times of 40 ms',
		start: withWorkers({ workers: () => 16, duration: (_, random) => exponential(40, random) }),
	},
	{
		name: 'distant',
		title: 'One worker, exponential times of 4 ms, 80 ms of network',
		start: withWorkers({
			workers: () => 1,
			duration: (_, random) => exponential(4, random),
			network: 80,
		}),
	},
	{
		name: 'halved',
		title: 'Workers halved in mid-run, 32 to 16, about 50 ms',
		changesAt: CHANGE,
		start: withWorkers({
			workers: (now) => (now < CHANGE ? 32 : 16),
			duration: (_, random) => logNormal(50, 0.3, random),
		}),
	},
	{
		name: 'doubled',
		title: 'Workers doubled in mid-run, 16 to 32, about 50 ms',
		changesAt: CHANGE,
		start: withWorkers({
			workers: (now) => (now < CHANGE ? 16 : 32),
			duration: (_, random) => logNormal(50, 0.3, random),
		}),
	},
	{
		name: 'slower',
		title: '20 workers, twice as slow from mid-run on: 40 ms to 80 ms',
		changesAt: CHANGE,
		start: withWorkers({
			workers: () => 20,
			duration: (now, random) => logNormal(now < CHANGE ? 40 : 80, 0.3, random),
		}),
	},
	{
		name: 'bucket',
		title: 'Token bucket: 50 a second, bursts of 100, 50 ms; 429',
		start: tokenBucket({
			perSecond: 50,
			burst: 100,
			latency: (random) => logNormal(50, 0.3, random),
		}),
	},
	{
		name: 'bucketRetryAfter',
		title: 'Token bucket: 50 a second, bursts of 100, 50 ms; 429 with Retry-After',
		start: tokenBucket({
			perSecond: 50,
			burst: 100,
			latency: (random) => logNormal(50, 0.3, random),
			sendsRetryAfter: true,
		}),
	},
	{
		name: 'fastBucket',
		title: 'Token bucket: 400 a second, bursts of 50, 100 ms; 429',
		start: tokenBucket({
			perSecond: 400,
			burst: 50,
			latency: (random) => logNormal(100, 0.3, random),
		}),
	},
	{
		name: 'capped',
		title: 'Concurrency cap: 20 in flight, exponential times of 60 ms; 429',
		start: cappedConcurrency(
			() => 20,
			(random) => exponential(60, random),
		),
	},
	{
		name: 'capChanges',
		title: 'Concurrency cap doubled, 12 to 24, in mid-run, about 60 ms; 429',
		changesAt: CHANGE,
		start: cappedConcurrency(
			(now) => (now < CHANGE ? 12 : 24),
			(random) => logNormal(60, 0.3, random),
		),
	},
	{
		name: 'noisy',
		title: 'Noisy latency: 24 workers, log-normal times of 60 ms, sigma 1',
		start: withWorkers({ workers: () => 24, duration: (_, random) => logNormal(60, 1, random) }),
	},
	{
		name: 'slowStart',
		title: 'Slow start-up: 2 to 24 workers and 300 to 50 ms within 10 s',
		start: withWorkers({
			workers: (now) => Math.round(2 + 22 * Math.min(1, now / 10_000)),
			duration: (now, random) => logNormal(300 - 250 * Math.min(1, now / 10_000), 0.3, random),
		}),
	},
	{
		name: 'failing',
		title: 'Failing half of the time: 24 workers, 60 ms, every other answer a 500',
		start: withWorkers({
			workers: () => 24,
			duration: (_, random) => logNormal(60, 0.3, random),
			answer: (_, random) => (random() < 0.5 ? failed : ok),
		}),
	},
	{
		name: 'thrashing',
		title: 'Thrashing: the more at once the slower, best at about 20',
		start: scalability(0.02, 0.0025, (random) => logNormal(40, 0.3, random)),
	},
];

/**
 * Servers at which chance, or the server's own will, hides what there is to find: for them less is
 * asked, and the figures are published with the others.
 */
export const hardModels: ServerModel[] = [
	{
		name: 'doubledExponential',
		title: 'Workers doubled in mid-run, 16 to 32, exponential times of 50 ms',
		changesAt: CHANGE,
		start: withWorkers({
			workers: (now) => (now < CHANGE ? 16 : 32),
			duration: (_, random) => exponential(50, random),
		}),
	},
	{
		name: 'flaky',
		title: 'A twentieth of the answers a 503, at random: 24 workers, 60 ms',
		start: withWorkers({
			workers: () => 24,
			duration: (_, random) => logNormal(60, 0.3, random),
			answer: (_, random) => (random() < 0.05 ? overloaded : ok),
		}),
	},
	{
		name: 'unavailable',
		title: 'Half of the answers a 503, at random: 24 workers, 60 ms',
		start: withWorkers({
			workers: () => 24,
			duration: (_, random) => logNormal(60, 0.3, random),
			answer: (_, random) => (random() < 0.5 ? overloaded : ok),
		}),
	},
	{
		name: 'heavyTail',
		title: 'Heavy tail: 24 workers, p50 60 ms, p99 10 s, some time out after 30 s',
		start: withTimeout(
			withWorkers({ workers: () => 24, duration: (_, random) => heavyTailed(60, 10_000, random) }),
			0.003,
		),
	},
	{
		name: 'heavyTailElsewhere',
		title: 'Heavy tail elsewhere: 4 workers of 40 ms, then p50 60 ms, p99 10 s',
		start: withTimeout(
			withWorkers({
				workers: () => 4,
				duration: (_, random) => logNormal(40, 0.3, random),
				afterwards: (random) => heavyTailed(60, 10_000, random),
			}),
			0.003,
		),
	},
	{
		name: 'outage',
		title: 'Refuses everything from 20 s to 24 s: 24 workers, 60 ms',
		changesAt: 24_000,
		start: withOutage(
			withWorkers({ workers: () => 24, duration: (_, random) => logNormal(60, 0.3, random) }),
			20_000,
			24_000,
		),
	},
	{
		name: 'smallSlow',
		title: '4 workers, about 350 ms',
		start: withWorkers({ workers: () => 4, duration: (_, random) => logNormal(350, 0.3, random) }),
	},
	{
		name: 'slowBucket',
		title: 'Token bucket: 6 a second, bursts of 12, about 120 ms; 429',
		start: tokenBucket({
			perSecond: 6,
			burst: 12,
			latency: (random) => logNormal(120, 0.3, random),
		}),
	},
	{
		name: 'queueFull',
		title: '12 workers with a queue of 20, about 50 ms; 503 when full',
		start: boundedQueue(12, 20, (random) => logNormal(50, 0.5, random)),
	},
	{
		name: 'capHalved',
		title: 'Concurrency cap lowered, 30 to 12, in mid-run, about 60 ms; 429',
		changesAt: CHANGE,
		start: cappedConcurrency(
			(now) => (now < CHANGE ? 30 : 12),
			(random) => logNormal(60, 0.3, random),
		),
	},
];

/** Small ones, for a real server and a few seconds of real time. */
export const realModels: ServerModel[] = [
	{
		name: 'real workers',
		title: '8 workers, 20 ms each',
		start: withWorkers({ workers: () => 8, duration: () => 20 }),
	},
	{
		name: 'real cap',
		title: 'at most 8 in flight, 20 ms; 429',
		start: cappedConcurrency(
			() => 8,
			(random) => logNormal(20, 0.3, random),
		),
	},
	{
		name: 'real bucket',
		title: 'token bucket of 100 a second, bursts of 20, 20 ms; 429',
		start: tokenBucket({
			perSecond: 100,
			burst: 20,
			latency: (random) => logNormal(20, 0.3, random),
		}),
	},
];

/** For the benchmark on a real server: slow enough that a busy machine does not matter. */
export const slowRealModels: ServerModel[] = [
	{
		name: 'real workers',
		title: 'Fixed capacity: 16 workers, about 120 ms each',
		start: withWorkers({
			workers: () => 16,
			duration: (_, random) => logNormal(120, 0.3, random),
		}),
	},
	{
		name: 'real cap',
		title: 'Concurrency cap: 16 in flight, about 120 ms; 429',
		start: cappedConcurrency(
			() => 16,
			(random) => logNormal(120, 0.3, random),
			40,
		),
	},
	{
		name: 'real bucket',
		title: 'Token bucket: 100 a second, bursts of 50, about 120 ms; 429',
		start: tokenBucket({
			perSecond: 100,
			burst: 50,
			latency: (random) => logNormal(120, 0.3, random),
			refusalTime: 40,
		}),
	},
];
