import { types } from 'node:util';
import { parseTemplate } from '../language/template';
import { copyOf, isDateTime, plain } from '../values/plainData';
import { LEFT_TO_ENGINE } from '../values/signals';
import type { Combinable } from './combinable';

/**
 * Evaluates one code as n8n evaluates one `{{ }}`. What JavaScript itself throws makes it `undefined`
 * (n8n-workflow, `setErrorHandler`). Within a text, every falsy value except `0` and `false` becomes an
 * empty string, and the rest what `join` makes of it (@n8n/tournament, `buildFunctionBody`). Returns a
 * list of the one value; `0` where something else was thrown, so that it is thrown again when the
 * engine evaluates the expression alone.
 */
const ATTEMPT = [
	'(evaluate__, isText__, value__) => {',
	'try { value__ = evaluate__(); } catch (error__) {',
	// Errors from outside the isolate are marked; they may be thrown at the first reading only.
	'if (!error__ || error__.__isError) { return 0; }',
	`if (${['TypeError', 'RangeError', 'SyntaxError', 'URIError', 'ReferenceError']
		.map((name) => `error__.name !== "${name}"`)
		.join(' && ')}) { return 0; }`,
	'}',
	// Neither can leave the isolate, and the whole list would not.
	'if (typeof value__ === "function" || typeof value__ === "symbol") { return 0; }',
	'if (!isText__) { return [value__]; }',
	'try { return [[value__ || value__ === 0 || value__ === false ? value__ : ""].join("")]; }',
	'catch (error__) { return 0; }',
	'}',
].join(' ');

const FAILED = 0;

/** Several expressions as one, so that the engine is called once for all of them. */
export class CombinedExpression {
	/** As `evaluateExpression` takes it. */
	readonly source: string;
	/** Where each expression's values begin in the list that the engine returns. */
	private readonly starts = new Map<Combinable, number>();
	private readonly length: number;

	/**
	 * @returns `undefined` where they would not mean the same together: if n8n rewrites one expression, it
	 * rewrites all of them
	 */
	static of(expressions: readonly Combinable[]): CombinedExpression | undefined {
		const combined = new CombinedExpression(expressions);
		const whole = parseTemplate(`=${combined.source}`);
		const isSound = expressions.every(
			({ template, standsRewriting }) =>
				template.extended === whole?.extended || (whole?.extended && standsRewriting),
		);
		return whole?.isSingle && isSound ? combined : undefined;
	}

	private constructor(expressions: readonly Combinable[]) {
		const calls: string[] = [];
		for (const expression of expressions) {
			const { codes, isSingle } = expression.template;
			this.starts.set(expression, calls.length);
			for (const { source } of codes) {
				calls.push(`attempt__(() => { return (${source}); }, ${String(!isSingle)})`);
			}
		}
		this.length = calls.length;
		// n8n does not look into the first string in quotes (`extendSyntax`), so that is no code.
		this.source = `{{ ["", (attempt__ => [${calls.join(', ')}])(${ATTEMPT})][1] }}`;
	}

	has(expression: Combinable): boolean {
		return this.starts.has(expression);
	}

	/**
	 * The value of one of the expressions.
	 *
	 * @param result what the engine returned for `source`
	 * @returns `LEFT_TO_ENGINE` where the engine has to evaluate that expression alone
	 */
	valueOf(expression: Combinable, result: unknown): unknown {
		const start = this.starts.get(expression);
		if (start === undefined || !Array.isArray(result)) return LEFT_TO_ENGINE;
		if (result.length !== this.length) return LEFT_TO_ENGINE;
		const { parts, codes, isSingle } = expression.template;
		const end = start + codes.length;
		// What follows an error may differ from what it would be without one.
		if (result.slice(0, end).includes(FAILED)) return LEFT_TO_ENGINE;
		const values: unknown[] = [];
		for (const list of result.slice(start, end) as unknown[]) {
			if (!Array.isArray(list) || list.length !== 1) return LEFT_TO_ENGINE;
			values.push(list[0]);
		}
		if (isSingle) return engineValue(values[0]);
		if (!values.every((value) => typeof value === 'string')) return LEFT_TO_ENGINE;
		return parts.map((part) => (typeof part === 'string' ? part : values.shift())).join('');
	}
}

/** A value as the engine would return it alone: plain data (as a copy), a date, a luxon date. */
function engineValue(value: unknown): unknown {
	if (types.isProxy(value)) return LEFT_TO_ENGINE;
	if (isDateTime(value)) return value;
	if (types.isDate(value) && Reflect.ownKeys(value).length === 0) return value;
	try {
		return copyOf(plain(value));
	} catch {
		return LEFT_TO_ENGINE;
	}
}
