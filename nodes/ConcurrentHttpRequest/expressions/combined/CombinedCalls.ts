import type { CompiledParameter, ParameterExpression } from '../compileParameter';
import { isDateTime } from '../values/plainData';
import { LEFT_TO_ENGINE } from '../values/signals';
import type { Combinable } from './combinable';
import { CombinedExpression } from './CombinedExpression';

/** An item's combined call, from its first use on. */
export interface ItemCall {
	readonly itemIndex: number;
	combined?: CombinedExpression | undefined;
	/** A list of values; anything else where the call failed. */
	result?: unknown;
}

/** Those of a parameter's expressions that need the engine, and how combining them has gone. */
interface Member {
	readonly needed: Set<Combinable>;
	/** Failures less successes. */
	failures: number;
}

/**
 * Failures more than successes after which a parameter is left out. One that fails costs a call of its
 * own; as long as that is at most every second item, combining saves calls.
 */
const MAX_FAILURES = 2;

/**
 * Has n8n's engine evaluate an item's expressions in one call, because a call takes as long as the
 * network for a request, whatever is in it. The call has in it what earlier items needed. So an
 * expression that is never needed, such as that of a body which is not sent, is never evaluated.
 */
export class CombinedCalls {
	private readonly evaluate: (expression: string, itemIndex: number) => unknown;
	private readonly members = new Map<CompiledParameter, Member>();
	private readonly leftOut = new Set<CompiledParameter>();
	/** Of all members; made anew when they have changed. */
	private combined: CombinedExpression | undefined;

	/** @param evaluate has the engine evaluate `{{ ... }}` for an item; may throw */
	constructor(evaluate: (expression: string, itemIndex: number) => unknown) {
		this.evaluate = evaluate;
	}

	/**
	 * Completes a parameter's values from the item's combined call, which is made at its first use.
	 *
	 * @param values of the parameter's expressions; `LEFT_TO_ENGINE` for those that are missing
	 * @returns the completed values; `undefined` where the engine has to evaluate the parameter alone,
	 * for this item at least: no other needs the engine, it was not known that one does, or one throws
	 */
	complete(
		parameter: CompiledParameter,
		values: readonly unknown[],
		item: ItemCall,
	): unknown[] | undefined {
		const missing = parameter.expressions.filter((_, index) => values[index] === LEFT_TO_ENGINE);
		const member = this.memberOf(parameter, missing);
		if (!member || (!item.combined && !this.call(item))) return undefined;
		const { combined, result } = item;
		// The item's call was made before another one was needed for the first time.
		if (missing.some(({ combinable }) => !combinable || !combined?.has(combinable)))
			return undefined;

		const completed = parameter.expressions.map(({ combinable, path }, index) => {
			if (values[index] !== LEFT_TO_ENGINE) return values[index];
			return combinable && cleanedUp(combined?.valueOf(combinable, result), path);
		});
		const isComplete = !completed.includes(LEFT_TO_ENGINE);
		member.failures += isComplete ? -1 : 1;
		if (member.failures > MAX_FAILURES) this.leaveOut(parameter);
		return isComplete ? completed : undefined;
	}

	/** Leaves a parameter out of all calls to come. */
	leaveOut(parameter: CompiledParameter): undefined {
		this.leftOut.add(parameter);
		if (this.members.delete(parameter)) this.combined = undefined;
	}

	/** @returns `undefined` where the call has not got all of these; the next item's has, if it can */
	private memberOf(
		parameter: CompiledParameter,
		missing: readonly ParameterExpression[],
	): Member | undefined {
		if (this.leftOut.has(parameter)) return undefined;
		const member = this.members.get(parameter) ?? { needed: new Set(), failures: 0 };
		this.members.set(parameter, member);
		const known = member.needed.size;
		for (const { combinable } of missing) {
			if (!combinable) return this.leaveOut(parameter);
			member.needed.add(combinable);
		}
		if (member.needed.size === known) return member;
		this.combined = undefined;
		return undefined;
	}

	private call(item: ItemCall): boolean {
		// n8n evaluates each expression of a parameter in a call of its own.
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
		const all = [...this.members.values()].flatMap(({ needed }) => [...needed]);
		const rewrites = all.some(({ template }) => template.extended);
		const stands = ({ template, standsRewriting }: Combinable) =>
			!rewrites || template.extended || standsRewriting;
		for (const [parameter, { needed }] of this.members) {
			if (![...needed].every(stands)) this.leaveOut(parameter);
		}
		const left = [...this.members.values()].flatMap(({ needed }) => [...needed]);
		const combined = CombinedExpression.of(left);
		if (!combined) for (const parameter of this.members.keys()) this.leaveOut(parameter);
		return combined;
	}
}

/** A value as n8n changes it where it stands (n8n-core, `cleanupParameterData`). */
function cleanedUp(value: unknown, path: ParameterExpression['path']): unknown {
	const key = path.at(-1);
	if (key === undefined || !isDateTime(value)) return value;
	return typeof key === 'string' ? value.toString() : LEFT_TO_ENGINE;
}
