import { ChangeListeners } from '../ChangeListeners';
import type { AdmissionRequest, ChangeListener, Limit, Outcome } from '../Limit';
import type { RateBudget } from '../rate/RateBudget';
import type { SharedLimit, Taken, Terms } from './SharedLimit';

/** One run's part in a limit that it shares: to its admission, a limit like any other. */
export class Membership implements Limit<Taken> {
	readonly terms: Terms;
	/** Requests of this run in flight. Counted by the shared limit. */
	inFlight = 0;
	private readonly shared: SharedLimit;
	/** Where in an ask's costs the cost in each unit stands; `undefined` where each costs 1. */
	private readonly positions: ReadonlyMap<string, number | undefined>;
	private readonly listeners = new ChangeListeners();

	constructor(shared: SharedLimit, terms: Terms) {
		this.shared = shared;
		this.terms = terms;
		this.positions = new Map(terms.budgets.map(({ unit, position }) => [unitOf(unit), position]));
	}

	get label(): string | undefined {
		return this.shared.label;
	}

	/** @throws {CostTooHigh} for a budget that this run has brought along or shares as it is */
	check(ask: AdmissionRequest): void {
		for (const budget of this.shared.budgets) {
			if (this.positions.has(budget.unit)) budget.checkCost(this.statedCost(budget, ask));
		}
	}

	availableAt(ask: AdmissionRequest, now: number): number {
		return this.shared.availableAt(this, ask, now);
	}

	take(ask: AdmissionRequest, now: number): Taken {
		return this.shared.take(this, ask, now);
	}

	sent(_ask: AdmissionRequest, now: number, taken: Taken): void {
		this.shared.sent(taken, now);
	}

	release(_ask: AdmissionRequest, outcome: Outcome, now: number, taken: Taken): void {
		this.shared.release(this, taken, outcome, now);
	}

	forgo(): void {
		this.shared.forgo(this);
	}

	onChange(listener: ChangeListener): () => void {
		return this.listeners.add(listener);
	}

	/** It is this run's turn. */
	notify(): void {
		this.listeners.notify();
	}

	/**
	 * What a request of this run costs in a budget, whoever brought that along. A budget that came
	 * after the request was checked may be smaller than its cost: then it takes the whole budget.
	 */
	costIn(budget: RateBudget, ask: AdmissionRequest): number {
		return Math.min(this.statedCost(budget, ask), budget.amount);
	}

	private statedCost({ unit }: RateBudget, { costs }: AdmissionRequest): number {
		if (unit === 'requests') return 1;
		if (!this.positions.has(unit)) return 0;
		const position = this.positions.get(unit);
		return position === undefined ? 1 : (costs?.[position] ?? 1);
	}
}

function unitOf(unit: string | undefined): string {
	return unit ?? 'requests';
}
