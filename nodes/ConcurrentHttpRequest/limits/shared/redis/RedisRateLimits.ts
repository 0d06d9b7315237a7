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
 * The shared rate limits as one run has them: what was granted of each, and what was used. Costs
 * are arrays with an element for each limit.
 */
export class RedisRateLimits {
	/** By the limit's id in Redis. */
	readonly usage: ReadonlyMap<string, UsageLog>;
	private readonly limits: readonly RedisRateLimit[];

	constructor(limits: readonly RateLimitOptions[]) {
		this.limits = limits.map((options) => {
			const { amount, interval, unit = 'requests' } = options;
			return {
				...options,
				id: `${interval}-${encodeURIComponent(unit)}`,
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

	costsOf(request: AdmissionRequest): number[] {
		return this.limits.map(({ costIndex }) => costOf(request, costIndex));
	}

	/** Costs of a request about which nothing is known. */
	get usualCosts(): number[] {
		return this.limits.map(({ costIndex }) => (costIndex === undefined ? 1 : 0));
	}

	/** @throws {CostTooHigh} */
	check(request: AdmissionRequest): void {
		for (const { amount, label, costIndex } of this.limits) {
			const cost = costOf(request, costIndex);
			if (cost > amount) throw new CostTooHigh(cost, label);
		}
	}

	/** Whether so much is granted and not used. */
	holds(costs: readonly number[]): boolean {
		return this.limits.every(({ granted }, index) => granted >= (costs[index] ?? 0));
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

	grant(requests: number, costs: readonly number[]): void {
		for (const [index, limit] of this.limits.entries()) {
			limit.granted += requests * (costs[index] ?? 0);
		}
	}

	/** Nothing is granted any more. */
	giveBack(): void {
		for (const limit of this.limits) limit.granted = 0;
	}

	/** @param isGranted whether it is taken from what was granted */
	take(costs: readonly number[], isGranted: boolean, now: number): Usage[] {
		return this.limits.flatMap((limit, index) => {
			const cost = costs[index] ?? 0;
			if (isGranted) limit.granted -= cost;
			return cost > 0 ? limit.usage.take(cost, now) : [];
		});
	}

	/** @param costs those of the request that waits */
	forExchange(costs: readonly number[], now: number): ExchangeRequest['budgets'] {
		return this.limits.map(({ id, amount, usage }, index) => ({
			id,
			limit: amount,
			interval: usage.counted,
			cost: costs[index] ?? 0,
			open: usage.open(now),
			latestArrival: usage.arrivals.latest,
			uses: usage.unreported(now),
		}));
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

	/** When this process's share of all limits admits a request with these costs. */
	shareAvailableAt(share: LocalShare, costs: readonly number[], now: number): number {
		const times = this.limits.map(({ id, amount }, index) =>
			share.availableAt(id, amount, costs[index] ?? 0, now),
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
