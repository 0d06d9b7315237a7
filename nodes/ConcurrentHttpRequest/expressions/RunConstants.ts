import { leaveToEngine } from './values/signals';

/**
 * Values that are the same for every item of a run. The engine evaluates each at its first use. One
 * that is never used is never evaluated, because it might throw where the whole expression would not.
 */
export class RunConstants {
	private readonly evaluate: (expression: string) => unknown;
	/** `undefined` where the engine throws. */
	private readonly values = new Map<string, { value: unknown } | undefined>();

	/** @param evaluate has n8n's engine evaluate `{{ ... }}`, for any item; may throw */
	constructor(evaluate: (expression: string) => unknown) {
		this.evaluate = evaluate;
	}

	/** The value. Left to the engine where that throws, so that each item gets its own error. */
	get(expression: string): unknown {
		if (!this.values.has(expression)) {
			try {
				this.values.set(expression, { value: this.evaluate(expression) });
			} catch {
				this.values.set(expression, undefined);
			}
		}
		const known = this.values.get(expression);
		return known ? known.value : leaveToEngine();
	}
}
