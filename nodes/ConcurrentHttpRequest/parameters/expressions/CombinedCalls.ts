import {
	CombinedExpression,
	type CompiledParameter,
	isDateTime,
	type ParameterExpression,
	STEP_ASIDE,
} from '../../expressions';
import type { LearnedExpressions } from './LearnedExpressions';

/** What one item has of its combined call, from its first use on. */
export interface ItemCall {
	readonly itemIndex: number;
	combined?: CombinedExpression | undefined;
	/** A list of values; anything else where the call failed. */
	result?: unknown;
}

/** A parameter in the combined call, and how that went. */
interface Member {
	readonly expressions: Set<ParameterExpression>;
	uses: number;
	failures: number;
}

/**
 * Failures that are no reason yet to stop, more than there are successes. A parameter that fails
 * costs a call of its own; up to one item in two, calls are saved all the same.
 */
const FEW = 2;

/**
 * Has n8n's engine evaluate an item's expressions in one call, because a call takes as long as the
 * network for a request, whatever is in it. Which expressions that are is learned: those that items
 * before it needed. So an expression that is never needed, such as that of a body which is not sent,
 * is never evaluated.
 */
export class CombinedCalls {
	private readonly evaluate: (expression: string, itemIndex: number) => unknown;
	private readonly members = new Map<CompiledParameter, Member>();
	private readonly leftOut = new Set<CompiledParameter>();
	/** Of all members; made anew when they have changed. */
	private combined: CombinedExpression | undefined;

	/**
	 * @param evaluate has the engine evaluate `{{ ... }}` for an item; may throw
	 * @param learned what runs before needed, with which this one begins
	 */
	constructor(
		evaluate: (expression: string, itemIndex: number) => unknown,
		learned: LearnedExpressions,
	) {
		this.evaluate = evaluate;
		const { call } = learned;
		if (!call) return;
		this.combined = call;
		for (const parameter of learned.compiled()) {
			const needed = parameter.expressions.filter(
				({ byEngine }) => byEngine !== undefined && call.has(byEngine),
			);
			if (needed.length === 0) continue;
			this.members.set(parameter, { expressions: new Set(needed), uses: 0, failures: 0 });
		}
	}

	/**
	 * Completes a parameter's values from the item's combined call, which is made at its first use.
	 *
	 * @param values of the parameter's expressions; `STEP_ASIDE` for those that are wanted
	 * @returns the completed values; `undefined` where the parameter has to be evaluated by itself,
	 * for this item at least: nobody else needs the engine, it was not known before that somebody
	 * does, or an expression throws
	 */
	complete(
		parameter: CompiledParameter,
		values: readonly unknown[],
		item: ItemCall,
	): unknown[] | undefined {
		const wanted = parameter.expressions.filter((_, index) => values[index] === STEP_ASIDE);
		if (!this.covers(parameter, wanted)) return undefined;
		if (!item.combined && !this.call(item)) return undefined;
		// Another one was wanted for the first time after this item's call.
		if (wanted.some(({ byEngine }) => !byEngine || !item.combined?.has(byEngine))) return undefined;

		const completed = values.map((value, index) =>
			value === STEP_ASIDE ? valueOf(parameter.expressions[index], item) : value,
		);
		const isComplete = !completed.includes(STEP_ASIDE);
		this.count(parameter, isComplete);
		return isComplete ? completed : undefined;
	}

	/** Leaves a parameter out of all calls to come. */
	leaveOut(parameter: CompiledParameter): void {
		this.leftOut.add(parameter);
		if (this.members.delete(parameter)) this.combined = undefined;
	}

	/** Whether the call has these expressions in it; if not, the next item's has. */
	private covers(parameter: CompiledParameter, wanted: readonly ParameterExpression[]): boolean {
		if (this.leftOut.has(parameter)) return false;
		if (wanted.some(({ byEngine }) => !byEngine)) {
			this.leaveOut(parameter);
			return false;
		}
		let member = this.members.get(parameter);
		if (!member) {
			member = { expressions: new Set(), uses: 0, failures: 0 };
			this.members.set(parameter, member);
		}
		const known = member.expressions.size;
		for (const expression of wanted) member.expressions.add(expression);
		if (member.expressions.size === known) return true;
		this.combined = undefined;
		return false;
	}

	private call(item: ItemCall): boolean {
		// n8n evaluates each expression of a parameter by a call of its own.
		const [first, ...others] = this.members.keys();
		if (others.length === 0 && first?.expressions.length === 1) return false;
		this.combined ??= this.combine();
		if (!this.combined) return false;
		item.combined = this.combined;
		try {
			item.result = this.evaluate(item.combined.source, item.itemIndex);
		} catch {
			item.result = undefined;
		}
		return true;
	}

	private combine(): CombinedExpression | undefined {
		const all = [...this.members.values()].flatMap(({ expressions }) => [...expressions]);
		const rewrites = all.some(({ byEngine }) => byEngine?.extended);
		for (const [parameter, { expressions }] of this.members) {
			const stands = [...expressions].every(
				({ byEngine }) => !rewrites || byEngine?.extended || byEngine?.standsRewriting,
			);
			if (!stands) this.leaveOut(parameter);
		}
		const left = [...this.members.values()].flatMap(({ expressions }) => [...expressions]);
		const texts = left.flatMap(({ byEngine }) => byEngine ?? []);
		const combined = CombinedExpression.of(texts);
		if (!combined) for (const parameter of this.members.keys()) this.leaveOut(parameter);
		return combined;
	}

	private count(parameter: CompiledParameter, isSuccess: boolean): void {
		const member = this.members.get(parameter);
		if (!member) return;
		if (isSuccess) member.uses += 1;
		else member.failures += 1;
		if (member.failures > FEW + member.uses) this.leaveOut(parameter);
	}
}

/** The value, changed as n8n changes it where it stands (n8n-core, `cleanupParameterData`). */
function valueOf(expression: ParameterExpression | undefined, item: ItemCall): unknown {
	if (!expression?.byEngine || !item.combined) return STEP_ASIDE;
	const value = item.combined.valueOf(expression.byEngine, item.result);
	if (expression.place === 'top' || !isDateTime(value)) return value;
	return expression.place === 'property' ? value.toString() : STEP_ASIDE;
}
