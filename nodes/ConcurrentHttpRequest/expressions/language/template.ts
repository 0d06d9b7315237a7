import { type Expression, parse } from 'acorn';
import { isExtended } from './extensionSyntax';

/** The JavaScript between `{{` and `}}`, parsed. */
export interface ParsedCode {
	/** What `start` and `end` of the nodes refer to. */
	readonly source: string;
	readonly expression: Expression;
}

/** A parameter's text with its expressions, parsed as n8n does (@n8n/tournament, `splitExpression`). */
export interface Template {
	/** Without the leading `=`. */
	readonly source: string;
	/** In order: text as it stands, and code. */
	readonly parts: ReadonlyArray<string | ParsedCode>;
	readonly codes: readonly ParsedCode[];
	/** Whether it is one `{{ }}` and nothing else: only then does the value keep its type. */
	readonly isSingle: boolean;
	/** Whether n8n rewrites its code (see `isExtended`). */
	readonly extended: boolean;
	/** Whether n8n takes a leading brace for that of a block, because it rewrites the code. */
	readonly hasBlock: boolean;
}

/** n8n refuses such a text as a whole (n8n-workflow, `Expression`). */
const REFUSED = /\.\s*constructor/;

/** Characters that n8n's parser (esprima-next) and printer (recast) treat in ways of their own. */
const ODD_LINE_ENDS = /[\r\u2028\u2029]/;

/**
 * @param raw as it stands in the workflow, with the leading `=` that marks an expression
 * @returns `undefined` where only the engine can read it: backslashes escape brackets or each other,
 * brackets are not closed, or code is more than one plain expression
 */
export function parseTemplate(raw: string): Template | undefined {
	const source = raw.slice(1);
	if (!raw.startsWith('=') || REFUSED.test(source)) return undefined;
	const parts: Array<string | ParsedCode> = [];
	const sources: string[] = [];
	let position = 0;
	while (position < source.length) {
		const open = source.indexOf('{{', position);
		if (open === -1) {
			parts.push(source.slice(position));
			break;
		}
		const close = source.indexOf('}}', open + 2);
		const text = source.slice(position, open);
		const code = source.slice(open + 2, close);
		const hasEscapes = text.includes('\\\\') || text.endsWith('\\') || code.endsWith('\\');
		const parsed = close === -1 || hasEscapes ? undefined : parseCode(code);
		if (!parsed) return undefined;
		if (text !== '') parts.push(text);
		parts.push(parsed);
		sources.push(code);
		position = close + 2;
	}
	const codes = parts.filter((part) => typeof part !== 'string');
	const isSingle = parts.length === 1 && codes.length === 1;
	const extended = isExtended(sources);
	const hasBlock = extended && sources.some(opensBrace);
	return { source, parts, codes, isSingle, extended, hasBlock };
}

function opensBrace(code: string): boolean {
	return code.trimStart().startsWith('{');
}

/** Comments, a semicolon and further statements, which n8n drops, are left to it. */
function parseCode(code: string): ParsedCode | undefined {
	if (ODD_LINE_ENDS.test(code) || code.trimEnd().endsWith(';')) return undefined;
	// n8n does the same, or a leading brace would open a block (@n8n/tournament, `maybeWrapExpr`).
	const source = opensBrace(code) ? `(${code})` : code;
	let comments = 0;
	try {
		const { body } = parse(source, {
			ecmaVersion: 2022,
			sourceType: 'module',
			onComment: () => comments++,
		});
		const [statement] = body;
		if (body.length !== 1 || comments > 0) return undefined;
		if (statement?.type !== 'ExpressionStatement') return undefined;
		return { source, expression: statement.expression };
	} catch {
		return undefined;
	}
}
