import type { AdmissionRequest, Outcome } from '../../Limit';
import { CostTooHigh } from '../../rate/CostTooHigh';
import { describeBudget } from '../../rate/describeBudget';
import type { RateBudgetOptions } from '../../rate/RateBudget';
import type { Call } from './exchange';
import type { LocalShare } from './LocalShare';
import * as timing from './timing';
import { type ReportedUse, type Use, UseLog } from './UseLog';

/** A budget, what was granted of it and not used yet, and what was used. */
interface Budget extends RateBudgetOptions {
	readonly id: string;
	readonly label: string;
	readonly uses: UseLog;
	granted: number;
}

/** What a request takes of each budget, by the budget's position. */
export type Costs = readonly number[];

/** What a request took of each budget, by the budget's position. */
export type Taken = ReadonlyArray<Use | undefined>;

/** Uses that were reported, of each budget. */
export type Report = ReadonlyArray<readonly ReportedUse[]>;

/** The shared budgets as one run has them: what it was granted of each, and what it used. */
export class Budgets {
	/** By the budget's id. */
	readonly uses: ReadonlyMap<string, UseLog>;
	private readonly budgets: readonly Budget[];

	constructor(budgets: readonly RateBudgetOptions[]) {
		this.budgets = budgets.map((budget) => {
			const unit = budget.unit ?? 'requests';
			const id = `${budget.interval}-${encodeURIComponent(unit)}`;
			const label = describeBudget(budget.amount, budget.interval, unit);
			return { ...budget, id, label, uses: new UseLog(budget.interval), granted: 0 };
		});
		this.uses = new Map(this.budgets.map(({ id, uses }) => [id, uses]));
	}

	get isEmpty(): boolean {
		return this.budgets.length === 0;
	}

	get ids(): string[] {
		return this.budgets.map(({ id }) => id);
	}

	get label(): string {
		return this.budgets[0]?.label ?? 'a quota';
	}

	costsOf(ask: AdmissionRequest): number[] {
		return this.budgets.map(({ position }) =>
			position === undefined ? 1 : (ask.costs?.[position] ?? 1),
		);
	}

	/** Of a request of which nothing is known. */
	get usualCosts(): number[] {
		return this.budgets.map(({ position }) => (position === undefined ? 1 : 0));
	}

	/** @throws {CostTooHigh} */
	check(ask: AdmissionRequest): void {
		const costs = this.costsOf(ask);
		for (const [index, { amount, label }] of this.budgets.entries()) {
			const cost = costs[index] ?? 0;
			if (cost > amount) throw new CostTooHigh(cost, amount, label);
		}
	}

	/** Whether so much is granted and not used. */
	holds(costs: Costs): boolean {
		return this.budgets.every(({ granted }, index) => granted >= (costs[index] ?? 0));
	}

	get hasGranted(): boolean {
		return this.budgets.some(({ granted }) => granted > 0);
	}

	/** How many requests of the usual cost could start with what is granted; perhaps `Infinity`. */
	get grantedRequests(): number {
		return Math.min(
			...this.budgets.flatMap(({ position, granted }) => (position === undefined ? [granted] : [])),
		);
	}

	grant(requests: number, costs: Costs): void {
		for (const [index, budget] of this.budgets.entries()) {
			budget.granted += requests * (costs[index] ?? 0);
		}
	}

	/** Nothing is granted any more. */
	giveBack(): void {
		for (const budget of this.budgets) budget.granted = 0;
	}

	/** @param isGranted whether it is taken of what was granted */
	take(costs: Costs, isGranted: boolean, now: number): Taken {
		return this.budgets.map((budget, index) => {
			const cost = costs[index] ?? 0;
			if (isGranted) budget.granted -= cost;
			return cost > 0 ? budget.uses.take(cost, now) : undefined;
		});
	}

	sent(taken: Taken, now: number): void {
		for (const [index, { uses }] of this.budgets.entries()) {
			const use = taken[index];
			if (use) uses.sent(use, now);
		}
	}

	ended(taken: Taken, outcome: Outcome, now: number): void {
		for (const [index, { uses }] of this.budgets.entries()) {
			const use = taken[index];
			if (use) uses.ended(use, outcome, now);
		}
	}

	/** What a call says of the budgets; `costs` are those of the request that waits. */
	forCall(costs: Costs, now: number): Call['budgets'] {
		return this.budgets.map(({ id, amount, interval, uses }, index) => ({
			...{ id, limit: amount, interval },
			latestArrival: uses.latestArrival,
			open: uses.open(now),
			cost: costs[index] ?? 0,
			uses: uses.unreported(now),
		}));
	}

	/** Redis has these. */
	acknowledge(report: Report): void {
		for (const [index, { uses }] of this.budgets.entries()) uses.acknowledge(report[index] ?? []);
	}

	/** Redis has nothing any more. */
	forgetReports(): void {
		for (const { uses } of this.budgets) uses.forgetReports();
	}

	/** When this process's share of all budgets admits it. */
	shareAvailableAt(share: LocalShare, costs: Costs, now: number): number {
		return this.budgets.reduce(
			(latest, { id, amount }, index) =>
				Math.max(latest, share.availableAt(id, amount, costs[index] ?? 0, now)),
			now,
		);
	}

	/** When the first of what is open will have arrived; `Infinity` if none is. */
	get nextArrival(): number {
		return Math.min(Infinity, ...this.budgets.map(({ uses }) => uses.nextArrival));
	}

	/** Milliseconds within which uses are to be reported; `Infinity` if there are no budgets. */
	get reportWithin(): number {
		const { longest, shortest, perInterval } = timing.REPORT;
		if (this.isEmpty) return Infinity;
		const interval = Math.min(...this.budgets.map((budget) => budget.interval));
		return Math.max(shortest, Math.min(longest, interval / perInterval));
	}

	/** Milliseconds after which no use of now counts any more. */
	get longestCounted(): number {
		const counted = this.budgets.map(({ interval, uses }) => interval + uses.latestArrival);
		return Math.max(0, ...counted);
	}
}
