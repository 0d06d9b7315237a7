import { type CompiledParameter, compileParameter } from './compileParameter';

/** A parameter with expressions, and what is known about it. */
export interface KnownParameter {
	/** `undefined` where n8n's engine has to evaluate it. */
	readonly compiled: CompiledParameter | undefined;
	/** Whether n8n has returned the value that the node itself had computed, for one item at least. */
	isProven: boolean;
}

/** Parameters that are kept: as many as the workflows of a busy n8n have in use. */
const MOST = 500;

/** Characters of a parameter that is kept, so that all together take some megabytes at most. */
const LONGEST = 10_000;

/**
 * Keeps compiled parameters for later runs. In a loop of single items, compiling an expression and
 * proving it takes longer than all the rest of a run. The meaning of an expression does not change
 * while n8n runs.
 */
export class CompiledParameters {
	/** By name and text; the oldest is first. */
	private readonly known = new Map<string, KnownParameter>();
	private readonly most: number;

	/** @param most parameters that are kept */
	constructor(most = MOST) {
		this.most = most;
	}

	/**
	 * @param name the parameter's
	 * @param raw its value as it stands in the workflow
	 */
	of(name: string, raw: unknown): KnownParameter {
		const key = JSON.stringify([name, raw]);
		const former = this.known.get(key);
		if (former) return former;
		const known = { compiled: compileParameter(raw), isProven: false };
		if (key.length > LONGEST) return known;
		this.known.set(key, known);
		const [oldest = key] = this.known.keys();
		if (this.known.size > this.most) this.known.delete(oldest);
		return known;
	}
}
