import { STEP_ASIDE } from '../CompiledExpression';
import { isExtended } from '../language/extensionSyntax';
import { parseCode } from '../language/parseCode';
import { isSingleCode, splitTemplate } from '../language/splitTemplate';
import { engineValue } from '../values/engineValue';
import type { EngineText } from './EngineText';

/**
 * Evaluates one code as n8n evaluates one `{{ }}`: what JavaScript itself throws makes it
 * `undefined` (n8n-workflow, `setErrorHandler`); within a text, every falsy value but `0` and
 * `false` becomes an empty text, and the rest a text as `join` makes it (@n8n/tournament,
 * `buildFunctionBody`). Gives a list of the one value, or `0` where something else was thrown, which
 * has to be thrown anew by an evaluation of the expression alone.
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
	// Neither can leave the isolate, so that nothing else would.
	'if (typeof value__ === "function" || typeof value__ === "symbol") { return 0; }',
	'if (!isText__) { return [value__]; }',
	'try { return [[value__ || value__ === 0 || value__ === false ? value__ : ""].join("")]; }',
	'catch (error__) { return 0; }',
	'}',
].join(' ');

const FAILED = 0;

/** Several parameters' texts as one expression, so that the engine is called once for all. */
export class CombinedExpression {
	/** As `evaluateExpression` takes it. */
	readonly source: string;
	/** Where each text's values begin in the list that the engine gives. */
	private readonly starts = new Map<EngineText, number>();
	private readonly length: number;

	/**
	 * @returns `undefined` where they would not mean the same together: among them must be none that
	 * does not stand to be rewritten, if one is rewritten
	 */
	static of(texts: Iterable<EngineText>): CombinedExpression | undefined {
		const combined = new CombinedExpression(texts);
		return combined.isSound() ? combined : undefined;
	}

	private constructor(texts: Iterable<EngineText>) {
		const calls: string[] = [];
		for (const text of texts) {
			this.starts.set(text, calls.length);
			for (const part of text.parts) {
				if (!('code' in part)) continue;
				calls.push(`attempt__(() => { return (${part.code}); }, ${String(!text.isSingle)})`);
			}
		}
		this.length = calls.length;
		// The first text in quotes hides what is in it from n8n (`extendSyntax`), so that is no code.
		this.source = `{{ ["", (attempt__ => [${calls.join(', ')}])(${ATTEMPT})][1] }}`;
	}

	has(text: EngineText): boolean {
		return this.starts.has(text);
	}

	/**
	 * The value of one of the texts.
	 *
	 * @param result what the engine gave for `source`
	 * @returns `STEP_ASIDE` where that text has to be evaluated by itself
	 */
	valueOf(text: EngineText, result: unknown): unknown {
		const start = this.starts.get(text);
		if (start === undefined || !Array.isArray(result)) return STEP_ASIDE;
		if (result.length !== this.length) return STEP_ASIDE;
		const failed = result.indexOf(FAILED);
		let at = start;
		let joined = '';
		for (const part of text.parts) {
			if ('text' in part) {
				joined += part.text;
				continue;
			}
			// What comes after an error may not be what it is without one.
			if (failed !== -1 && failed <= at) return STEP_ASIDE;
			const [value, isKnown] = contentOf(result[at++]);
			if (!isKnown) return STEP_ASIDE;
			if (text.isSingle) return engineValue(value);
			if (typeof value !== 'string') return STEP_ASIDE;
			joined += value;
		}
		return joined;
	}

	private isSound(): boolean {
		const texts = [...this.starts.keys()];
		const parts = splitTemplate(this.source);
		const [, code] = parts ?? [];
		if (!parts || !isSingleCode(parts) || !code || !parseCode(code.source)) return false;
		const extended = isExtended([code.source]);
		return texts.every((text) => text.extended === extended || (extended && text.standsRewriting));
	}
}

/** Of a list of one value: that, and that there is one. */
function contentOf(list: unknown): [unknown, boolean] {
	return Array.isArray(list) && list.length === 1 ? [list[0], true] : [undefined, false];
}
