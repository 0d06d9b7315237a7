import type { AdmissionRequest, Outcome } from '../Limit';
import { RateBudget, type RateBudgetOptions } from '../rate/RateBudget';
import { Membership } from './Membership';

/** What a run brings along to a limit that it shares. */
export interface Terms {
	/** Requests in flight, of all runs together; any number, if left out. */
	readonly concurrency?: number;
	readonly budgets: readonly RateBudgetOptions[];
}

/** What a request took from a shared limit. */
export interface Taken {
	readonly budgets: readonly RateBudget[];
	/** The entry in each budget's log, by the budget's position. */
	readonly entries: ReadonlyArray<number | undefined>;
}

interface BudgetInUse {
	readonly budget: RateBudget;
	/** How many of the runs that are here have brought it along. */
	users: number;
}

/**
 * The limits of one account, or of whatever else runs share: together they stay within them.
 *
 * **Terms.** The terms of every run that is here hold for all of them: each budget that any of them
 * has brought along, and the lowest concurrency. Where two runs state the same limit differently,
 * the stricter one holds for as long as both are here. A budget counts the requests of a run that
 * did not bring it along as well, unless it counts something (tokens) that the run does not state.
 *
 * **Turns.** Runs that wait take turns, one request each, so that a run of ten requests is done
 * after ten rounds, whatever another one has in store. The run whose turn it is is waited for: a
 * large request would else never find enough of a budget free. A run that has nothing to send when
 * its turn comes, or is held back by a limit of its own, is passed over.
 */
export class SharedLimit {
	/** What last held a run back; see `Limit.label`. */
	label: string | undefined;
	/** The budgets that hold. Replaced, not changed, when runs come and go. */
	budgets: readonly RateBudget[] = [];
	private readonly members = new Set<Membership>();
	/** Every budget whose log may still count something, also if none of the runs here brought it. */
	private readonly known = new Map<string, BudgetInUse>();
	/** Runs that wait for this limit, in the order of their turns. */
	private readonly waiting = new Set<Membership>();
	private concurrency = Infinity;
	private inFlight = 0;
	/** Requests admitted; by it one sees whether something went on. */
	private admitted = 0;
	private isWaking = false;

	/** A run begins. It has to `leave`. */
	join(terms: Terms, now: number): Membership {
		const member = new Membership(this, terms);
		this.members.add(member);
		for (const options of terms.budgets) {
			const id = identify(options);
			const known = this.known.get(id);
			if (known) known.users++;
			else this.known.set(id, { budget: new RateBudget(options), users: 1 });
		}
		this.termsChanged(now);
		return member;
	}

	/** A run has ended; what it still has in flight is not waited for. */
	leave(member: Membership, now: number): void {
		if (!this.members.delete(member)) return;
		this.waiting.delete(member);
		this.inFlight -= member.inFlight;
		for (const options of member.terms.budgets) {
			const known = this.known.get(identify(options));
			if (known) known.users--;
		}
		this.termsChanged(now);
	}

	/** Whether no run is here, and nothing of former ones counts any more. */
	isIdle(now: number): boolean {
		if (this.members.size > 0) return false;
		return [...this.known.values()].every(({ budget }) => budget.emptyAt() <= now);
	}

	availableAt(member: Membership, ask: AdmissionRequest, now: number): number {
		const time = this.timeFor(member, ask, now);
		const [first = member] = this.waiting;
		if (first === member && time <= now) return now;
		this.waiting.add(member);
		// Whoever is not the first is woken when its turn comes, and then asks again.
		return first === member ? time : Infinity;
	}

	take(member: Membership, ask: AdmissionRequest, now: number): Taken {
		const { budgets } = this;
		this.inFlight++;
		member.inFlight++;
		this.admitted++;
		this.forgo(member);
		return {
			budgets,
			entries: budgets.map((budget) => budget.takeCost(member.costIn(budget, ask), now)),
		};
	}

	sent({ budgets, entries }: Taken, now: number): void {
		budgets.forEach((budget, index) => budget.costSent(entries[index], now));
		this.wakeSoon();
	}

	release(member: Membership, { budgets, entries }: Taken, outcome: Outcome, now: number): void {
		budgets.forEach((budget, index) => budget.costArrived(entries[index], outcome, now));
		if (this.members.has(member)) {
			member.inFlight--;
			this.inFlight--;
		}
		this.wakeSoon();
	}

	/** The run does not wait for its turn any more. */
	forgo(member: Membership): void {
		this.waiting.delete(member);
		this.wakeSoon();
	}

	private timeFor(member: Membership, ask: AdmissionRequest, now: number): number {
		if (this.inFlight + 1 > this.concurrency) {
			this.label = 'the concurrency shared with other runs';
			return Infinity;
		}
		for (const budget of this.budgets) {
			const time = budget.costAvailableAt(member.costIn(budget, ask), now);
			if (time > now) {
				this.label = budget.label;
				return time;
			}
		}
		return now;
	}

	private termsChanged(now: number): void {
		for (const [id, { budget, users }] of this.known) {
			if (users === 0 && budget.emptyAt() <= now) this.known.delete(id);
		}
		this.budgets = [...this.known.values()]
			.filter(({ users }) => users > 0)
			.map(({ budget }) => budget);
		this.concurrency = Math.min(
			...[...this.members].map(({ terms }) => terms.concurrency ?? Infinity),
		);
		this.wakeSoon();
	}

	/**
	 * Tells the first in line, in a moment: not in the middle of what a run is just doing, which may
	 * be about to line up again.
	 */
	private wakeSoon(): void {
		if (this.isWaking || this.waiting.size === 0) return;
		this.isWaking = true;
		queueMicrotask(() => {
			try {
				this.wakeInTurn();
			} finally {
				this.isWaking = false;
			}
		});
	}

	/** Each one that is told takes one request, gives up its place, or waits on; then it ends. */
	private wakeInTurn(): void {
		for (;;) {
			const [first] = this.waiting;
			if (!first) return;
			const { admitted } = this;
			first.notify();
			const [next] = this.waiting;
			if (next === first && this.admitted === admitted) return;
		}
	}
}

function identify({ amount, interval, unit, spreadEvenly }: RateBudgetOptions): string {
	return JSON.stringify([amount, interval, unit ?? 'requests', spreadEvenly ?? false]);
}
