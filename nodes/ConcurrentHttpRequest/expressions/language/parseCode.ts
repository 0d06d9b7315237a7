import { parse } from 'acorn';
import type { Expression } from 'acorn';

/** The JavaScript between one pair of brackets. */
export interface ParsedCode {
	/** What `start` and `end` of the nodes refer to. */
	readonly source: string;
	readonly expression: Expression;
}

/**
 * Characters that n8n's parser (esprima-next) and printer (recast) count or rewrite in ways of
 * their own.
 */
const ODD_LINE_ENDS = /[\r\u2028\u2029]/;

/**
 * Parses one expression. n8n evaluates the first statement only, and drops comments and a
 * semicolon; those are left to it.
 *
 * @returns `undefined` for anything but one plain expression
 */
export function parseCode(code: string): ParsedCode | undefined {
	if (ODD_LINE_ENDS.test(code) || code.trimEnd().endsWith(';')) return undefined;
	// n8n does so too, or a leading brace would open a block (@n8n/tournament, `maybeWrapExpr`).
	const source = code.trimStart().startsWith('{') ? `(${code})` : code;
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
