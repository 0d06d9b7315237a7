import { isCombinable } from '../language/combinable';
import { isExtended, mentionsExtension } from '../language/extensionSyntax';
import { isKeptByEngine } from '../language/keptByEngine';
import { isRefused } from '../language/names';
import { parseCode, type ParsedCode } from '../language/parseCode';
import { isSingleCode, splitTemplate } from '../language/splitTemplate';
import { isVolatile } from '../language/volatile';

/** A parameter's text whose code can be evaluated by the engine together with that of others. */
export interface EngineText {
	/** In their order: texts as they stand, and JavaScript between `{{` and `}}`. */
	readonly parts: ReadonlyArray<{ readonly text: string } | { readonly code: string }>;
	/** Whether it is one `{{ }}` and nothing else, so that its value keeps its type. */
	readonly isSingle: boolean;
	/** Whether n8n rewrites its code (see `isExtended`). */
	readonly extended: boolean;
	/** Whether its code means the same with and without being rewritten. */
	readonly standsRewriting: boolean;
	/** Whether two evaluations may differ, by the time or by chance. */
	readonly isVolatile: boolean;
}

/**
 * @param raw as it stands in the workflow, with the leading `=` that marks an expression
 * @returns `undefined` where its code has to be evaluated by itself
 */
export function engineTextOf(raw: string): EngineText | undefined {
	const template = raw.slice(1);
	const parts = isRefused(template) ? undefined : splitTemplate(template);
	if (!parts) return undefined;
	const sources = parts.filter(({ type }) => type === 'code').map(({ source }) => source);
	const codes = sources.map(parseCode).filter((code) => code !== undefined);
	if (codes.length === 0 || codes.length < sources.length) return undefined;
	const extended = isExtended(sources);
	// It is hidden in quotes from n8n, and would not be behind other code.
	if (!extended && sources.some(mentionsExtension)) return undefined;
	// n8n takes such a brace for that of a block, before it takes it for that of an object.
	if (extended && sources.some((source) => source.trimStart().startsWith('{'))) return undefined;
	const isIndependent = ({ expression }: ParsedCode): boolean =>
		isCombinable(expression) && isKeptByEngine(expression, false);
	if (!codes.every(isIndependent)) return undefined;
	return {
		parts: parts.map(({ type, source }) => (type === 'code' ? { code: source } : { text: source })),
		isSingle: isSingleCode(parts),
		extended,
		standsRewriting: codes.every(({ expression }) => isKeptByEngine(expression, true)),
		isVolatile: codes.some(({ expression }) => isVolatile(expression)),
	};
}
