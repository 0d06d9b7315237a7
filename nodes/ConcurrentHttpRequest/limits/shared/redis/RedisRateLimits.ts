import type { AdmissionRequest } from '../../Limit';
import { CostTooHigh } from '../../rate/CostTooHigh';
import { costOf, countedFor, describeRateLimit, type RateLimitOptions } from '../../rate/RateLimit';
import type { ExchangeRequest } from './exchange';
import type { LocalShare } from './LocalShare';
import * as timing from './timing';
import { type Usage, UsageLog } from './UsageLog';

interface RedisRateLimit extends RateLimitOptions {
	readonly id: string;
	readonly label: string;
	readonly usage: UsageLog;
	/** Granted and not yet used. */
	granted: number;
}

/**
 * The shared rate limits as one run has them: what was granted of each, and what was used.
 */
export class RedisRateLimits {
	/** By the limit's id in Redis. */
	readonly usage: ReadonlyMap<string, UsageLog>;
	private readonly limits: readonly RedisRateLimit[];

	constructor(limits: readonly RateLimitOptions[]) {
		this.limits = [...strictestById(limits)].map(([id, options]) => {
			const { amount, interval, unit = 'requests' } = options;
			return {
				...options,
				id,
				label: describeRateLimit(amount, interval, unit),
				usage: new UsageLog(interval, countedFor(options)),
				granted: 0,
			};
		});
		this.usage = new Map(this.limits.map(({ id, usage }) => [id, usage]));
	}

	get isEmpty(): boolean {
		return this.limits.length === 0;
	}

	get ids(): string[] {
		return this.limits.map(({ id }) => id);
	}

	/** @param budget the limit's id in Redis */
	labelOf(budget: string | undefined): string {
		return this.limits.find(({ id }) => id === budget)?.label ?? 'a rate limit';
	}

	/** @throws {CostTooHigh} */
	check(request: AdmissionRequest): void {
		for (const { amount, label, costIndex } of this.limits) {
			const cost = costOf(request, costIndex);
			if (cost > amount) throw new CostTooHigh(cost, label);
		}
	}

	/** Whether what the request costs is granted and not used. */
	holds(request: AdmissionRequest): boolean {
		return this.limits.every(({ granted, costIndex }) => granted >= costOf(request, costIndex));
	}

	get hasGranted(): boolean {
		return this.limits.some(({ granted }) => granted > 0);
	}

	/** How many requests of the usual cost could start with what is granted; perhaps `Infinity`. */
	get grantedRequests(): number {
		const granted = this.limits
			.filter(({ costIndex }) => costIndex === undefined)
			.map((limit) => limit.granted);
		return Math.min(...granted);
	}

	/** @param request for which the grants were asked; any, if left out */
	grant(requests: number, request?: AdmissionRequest): void {
		for (const limit of this.limits) limit.granted += requests * likelyCost(limit, request);
	}

	/** Nothing is granted any more. */
	giveBack(): void {
		for (const limit of this.limits) limit.granted = 0;
	}

	/** @param isGranted whether it is taken from what was granted */
	take(request: AdmissionRequest, isGranted: boolean, now: number): Usage[] {
		return this.limits.flatMap((limit) => {
			const cost = costOf(request, limit.costIndex);
			if (isGranted) limit.granted -= cost;
			return cost > 0 ? limit.usage.take(cost, now) : [];
		});
	}

	/** @param request the one that waits, if one does */
	forExchange(request: AdmissionRequest | undefined, now: number): ExchangeRequest['budgets'] {
		return this.limits.map((limit) => {
			const { id, amount, usage } = limit;
			return {
				id,
				limit: amount,
				interval: usage.counted,
				cost: likelyCost(limit, request),
				open: usage.open(now),
				latestArrival: usage.arrivals.latest,
				uses: usage.unreported(now),
			};
		});
	}

	/** Redis has what a call reported. */
	acknowledge(reported: ExchangeRequest['budgets']): void {
		for (const [index, { usage }] of this.limits.entries()) {
			usage.acknowledge(reported[index]?.uses ?? []);
		}
	}

	/** Redis has lost everything. */
	forgetReports(): void {
		for (const { usage } of this.limits) usage.forgetReports();
	}

	/** When this process's share of all limits admits the request. */
	shareAvailableAt(share: LocalShare, request: AdmissionRequest, now: number): number {
		const times = this.limits.map(({ id, amount, costIndex }) =>
			share.availableAt(id, amount, costOf(request, costIndex), now),
		);
		return Math.max(now, ...times);
	}

	/** When the first open usage will have arrived; `Infinity` if none is open. */
	get nextArrival(): number {
		return Math.min(...this.limits.map(({ usage }) => usage.nextArrival));
	}

	/** Milliseconds within which usage is to be reported; `Infinity` without rate limits. */
	get reportWithin(): number {
		if (this.isEmpty) return Infinity;
		const { longest, shortest, perInterval } = timing.REPORT;
		const interval = Math.min(...this.limits.map((limit) => limit.interval));
		return Math.max(shortest, Math.min(longest, interval / perInterval));
	}

	/** Milliseconds after which nothing that is used now still counts. */
	get longestCounted(): number {
		const counted = this.limits.map(({ usage }) => usage.counted + usage.arrivals.latest);
		return Math.max(0, ...counted);
	}
}

/**
 * A node and its credential may both limit the same unit in the same interval. Redis counts these together, so a
 * run states one limit for each id: the lowest amount with the longest margin.
 */
function strictestById(limits: readonly RateLimitOptions[]): Map<string, RateLimitOptions> {
	const strictest = new Map<string, RateLimitOptions>();
	for (const options of limits) {
		const { interval, unit = 'requests', amount, safetyMargin = 0 } = options;
		const id = `${interval}-${encodeURIComponent(unit)}`;
		const former = strictest.get(id) ?? options;
		strictest.set(id, {
			...options,
			amount: Math.min(amount, former.amount),
			safetyMargin: Math.max(safetyMargin, former.safetyMargin ?? 0),
		});
	}
	return strictest;
}

/** The cost of a request. An unknown request counts as one, and costs nothing else. */
function likelyCost({ costIndex }: RateLimitOptions, request?: AdmissionRequest): number {
	if (costIndex === undefined) return 1;
	return request ? costOf(request, costIndex) : 0;
}
