import { exponential, heavyTailed, logNormal } from './random.ts';
import {
	boundedQueue,
	cappedConcurrency,
	fixedWindow,
	ok,
	overloaded,
	processorSharing,
	scalability,
	tokenBucket,
	withOutage,
	withTimeout,
	withWorkers,
} from './serverKinds.ts';
import type { ServerModel } from './ServerModel.ts';

/**
 * Servers that no constant of the algorithm was tuned on: other capacities, latencies, queues and noise
 * than in `models.ts`. They judge it, so never tune on them. If one was, replace it.
 */
export const heldOutModels: ServerModel[] = [
	{
		name: 'few',
		title: '5 workers, about 220 ms',
		start: withWorkers({ workers: () => 5, duration: (_, random) => logNormal(220, 0.5, random) }),
	},
	{
		name: 'many',
		title: '70 workers, exponential times of 45 ms',
		start: withWorkers({ workers: () => 70, duration: (_, random) => exponential(45, random) }),
	},
	{
		name: 'sharing',
		title: 'Processor sharing among all, 14 at full speed, exponential times of 55 ms',
		start: processorSharing(14, (random) => exponential(55, random)),
	},
	{
		name: 'cache',
		title: 'Cache: 18 workers, four in five 15 ms, one in five 300 ms',
		start: withWorkers({
			workers: () => 18,
			duration: (_, random) => (random() < 0.8 ? 15 : 300),
		}),
	},
	{
		name: 'unlimited',
		title: 'Never the bottleneck: about 110 ms, whatever is in flight',
		start: withWorkers({
			workers: () => 1e6,
			duration: (_, random) => logNormal(110, 0.6, random),
		}),
	},
	{
		name: 'jitter',
		title: '5 workers of 20 ms, 120 ms of network and half as much jitter',
		start: withWorkers({
			workers: () => 5,
			duration: (_, random) => logNormal(20, 0.4, random),
			network: 120,
			afterwards: (random) => exponential(60, random),
		}),
	},
	{
		name: 'contention',
		title: 'Contention 4 %, coherence 0.1 %: best at about 31, and flat about it',
		start: scalability(0.04, 0.001, (random) => logNormal(120, 0.4, random)),
	},
	{
		name: 'fixedWindow',
		title: 'Quota of 240 in each 6 s, about 60 ms; 429',
		start: fixedWindow(240, 6000, (random) => logNormal(60, 0.3, random)),
	},
	{
		name: 'slowQuota',
		title: 'Token bucket: 9 a second, bursts of 20, about 200 ms; 429',
		start: tokenBucket({
			perSecond: 9,
			burst: 20,
			latency: (random) => logNormal(200, 0.4, random),
		}),
	},
	{
		name: 'mediumQuota',
		title: 'Token bucket: 220 a second, bursts of 100, exponential times of 130 ms; 429',
		start: tokenBucket({
			perSecond: 220,
			burst: 100,
			latency: (random) => exponential(130, random),
		}),
	},
	{
		name: 'smallCap',
		title: 'Concurrency cap: 8 in flight, about 180 ms; 429',
		start: cappedConcurrency(
			() => 8,
			(random) => logNormal(180, 0.5, random),
			30,
		),
	},
	{
		name: 'capFalls',
		title: 'Concurrency cap lowered, 50 to 22, in mid-run, about 45 ms; 429',
		changesAt: 30_000,
		start: cappedConcurrency(
			(now) => (now < 30_000 ? 50 : 22),
			(random) => logNormal(45, 0.3, random),
		),
	},
	{
		name: 'shedding',
		title: '20 workers with a queue of 30, exponential times of 90 ms; 503 when full',
		start: boundedQueue(20, 30, (random) => exponential(90, random)),
	},
	{
		name: 'dip',
		title: '40 workers, of which 8 are left from 20 s to 35 s, about 70 ms',
		changesAt: 35_000,
		start: withWorkers({
			workers: (now) => (now < 20_000 || now >= 35_000 ? 40 : 8),
			duration: (_, random) => logNormal(70, 0.4, random),
		}),
	},
	{
		name: 'wave',
		title: 'Workers from 10 to 26 and back every 25 s, about 50 ms',
		start: withWorkers({
			workers: (now) => Math.round(18 - 8 * Math.cos((2 * Math.PI * now) / 25_000)),
			duration: (_, random) => logNormal(50, 0.4, random),
		}),
	},
	{
		name: 'longOutage',
		title: 'Refuses everything from 25 s to 37 s: 14 workers, about 75 ms',
		changesAt: 37_000,
		start: withOutage(
			withWorkers({ workers: () => 14, duration: (_, random) => logNormal(75, 0.4, random) }),
			25_000,
			37_000,
		),
	},
	{
		name: 'sometimes',
		title: 'One answer in 33 a 503, at random: 16 workers, about 100 ms',
		start: withWorkers({
			workers: () => 16,
			duration: (_, random) => logNormal(100, 0.4, random),
			answer: (_, random) => (random() < 0.03 ? overloaded : ok),
		}),
	},
	{
		name: 'often',
		title: 'Every fifth answer a 503, at random: 30 workers, about 110 ms',
		start: withWorkers({
			workers: () => 30,
			duration: (_, random) => logNormal(110, 0.4, random),
			answer: (_, random) => (random() < 0.2 ? overloaded : ok),
		}),
	},
	{
		name: 'heavyTailMany',
		title: 'Heavy tail: 40 workers, p50 50 ms, p99 6 s, some time out after 30 s',
		start: withTimeout(
			withWorkers({ workers: () => 40, duration: (_, random) => heavyTailed(50, 6000, random) }),
			0.002,
		),
	},
	{
		name: 'heavyTailUnlimited',
		title: 'Heavy tail, never the bottleneck: p50 60 ms, p99 10 s, some time out after 30 s',
		start: withTimeout(
			withWorkers({
				workers: () => 1e6,
				duration: (_, random) => heavyTailed(60, 10_000, random),
			}),
			0.002,
		),
	},
	{
		name: 'heavyTailCap',
		title: 'Heavy tail and a cap of 24 in flight: p50 70 ms, p99 5 s; 429',
		start: withTimeout(
			cappedConcurrency(
				() => 24,
				(random) => heavyTailed(70, 5000, random),
			),
			0.002,
		),
	},
	{
		name: 'heavyTailSharing',
		title: 'Heavy tail and processor sharing, 16 at full speed: p50 30 ms, p99 3 s',
		start: withTimeout(
			processorSharing(16, (random) => heavyTailed(30, 3000, random)),
			0.002,
		),
	},
];
