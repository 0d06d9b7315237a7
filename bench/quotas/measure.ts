import {
	AlignedWindows,
	type QuotaServer,
	SlidingWindow,
	TokenBucket,
	WindowsFromFirstRequest,
} from '../../test/unit/limits/server/quotaServers.ts';
import {
	simulate,
	type Simulated,
	type Simulation,
} from '../../test/unit/limits/server/simulate.ts';

export const ITEMS = 1000;

/** So many requests in so many milliseconds. */
type QuotaTerms = readonly [limit: number, window: number];

/** Numbers that nothing was tuned on. */
const ODD: readonly QuotaTerms[] = [
	[7, 7000],
	[37, 7000],
	[130, 7000],
	[37, 45_000],
	[83, 45_000],
	[130, 45_000],
];
/** Numbers as most APIs state them. */
const ROUND: readonly QuotaTerms[] = [
	[10, 1000],
	[60, 60_000],
	[100, 60_000],
	[300, 60_000],
];
const SEEDS = [9001, 9002, 9003];
const CONCURRENCIES = [10, 50];
const LATENCIES = ['even', 'heavy-tailed'] as const;

interface Kind {
	readonly server: (limit: number, window: number) => QuotaServer;
	/** Milliseconds until the last of `ITEMS` requests can be accepted. */
	readonly least: (limit: number, window: number) => number;
}

/** How much of its first period has passed when the run begins. */
const AGE = 0.37;
const periods = (limit: number, window: number) => (Math.ceil(ITEMS / limit) - 1) * window;
const bucket = (share: number): Kind => {
	const size = (limit: number) => Math.max(2, Math.floor(limit * share));
	return {
		server: (limit, window) => new TokenBucket(limit, window, size(limit)),
		least: (limit, window) => ((ITEMS - size(limit)) * window) / limit,
	};
};

const KINDS: Readonly<Record<string, Kind>> = {
	'fixed, from the first request': {
		server: (limit, window) => new WindowsFromFirstRequest(limit, window),
		least: periods,
	},
	'fixed, by the clock': {
		server: (limit, window) => new AlignedWindows(limit, window, AGE * window),
		least: (limit, window) => periods(limit, window) - AGE * window,
	},
	sliding: { server: (limit, window) => new SlidingWindow(limit, window), least: periods },
	'token bucket of the whole quota': bucket(1),
	'token bucket of a fifth of it': bucket(0.2),
};

const WITHOUT_QUOTA: QuotaServer = { answer: () => ({ status: 200, headers: {} }) };

export interface Measured {
	readonly numbers: 'odd' | 'round';
	readonly kind: string;
	readonly limit: number;
	readonly window: number;
	readonly concurrency: number;
	readonly latency: (typeof LATENCIES)[number];
	/**
	 * Time until the last request was accepted, as a multiple of the least that the quota allows, or of
	 * what the run takes against a server without a quota, if that is more.
	 */
	readonly time: number;
	readonly refusals: number;
	/** Those more than a second after the first. */
	readonly laterRefusals: number;
	/** Items that were refused in each of their tries. */
	readonly failed: number;
}

/** Every server and every seed, with `QuotaEstimate` or without it. */
export async function measure(withoutEstimate: boolean): Promise<Measured[]> {
	const measured: Measured[] = [];
	for (const [numbers, quotas] of [
		['odd', ODD],
		['round', ROUND],
	] as const) {
		for (const [kind, { server, least }] of Object.entries(KINDS)) {
			for (const [limit, window] of quotas) {
				for (const concurrency of CONCURRENCIES) {
					for (const latency of LATENCIES) {
						for (const seed of SEEDS) {
							const free = { items: ITEMS, concurrency, latency, seed, server: WITHOUT_QUOTA };
							const fastest = (await simulate(free)).accepted.at(-1) ?? 0;
							const run: Simulation = {
								...{ items: ITEMS, concurrency, latency, seed, withoutEstimate },
								server: server(limit, window),
							};
							const simulated = await simulate(run);
							measured.push({
								...{ numbers, kind, limit, window, concurrency, latency },
								...summaryOf(simulated, Math.max(fastest, least(limit, window))),
							});
						}
					}
				}
			}
		}
	}
	return measured;
}

function summaryOf(run: Simulated, least: number) {
	const { refusals, laterRefusals, succeeded, timedOut } = run;
	return {
		time: (run.accepted.at(-1) ?? 0) / least,
		refusals,
		laterRefusals,
		failed: ITEMS - succeeded - timedOut,
	};
}
