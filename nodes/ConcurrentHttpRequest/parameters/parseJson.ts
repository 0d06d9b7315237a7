import { type ParseError, parse, printParseErrorCode } from 'jsonc-parser';

import { InvalidParameter } from './InvalidParameter';

/**
 * Reads a parameter that holds JSON text. An expression may also give the value itself.
 *
 * @param field the field's name as the panel shows it
 * @throws {InvalidParameter} when the text is not JSON (RFC 8259), with the line and column at
 * which the wrong part begins
 */
export function parseJson(value: unknown, field: string): unknown {
	if (typeof value !== 'string') return value;
	try {
		return JSON.parse(value) as unknown;
	} catch {
		const { line, column, problem } = firstError(value);
		throw new InvalidParameter(
			field,
			`is not valid JSON: ${problem} at line ${line}, column ${column}`,
			'If an expression stands in it, wrap it with JSON.stringify so that texts are quoted.',
		);
	}
}

/** The same, for a parameter that must hold a JSON object. */
export function parseJsonObject(value: unknown, field: string): Record<string, unknown> {
	const parsed = parseJson(value, field);
	if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
		throw new InvalidParameter(field, 'must be a JSON object, like {"name": "value"}');
	}
	return parsed as Record<string, unknown>;
}

/** JSON.parse names a position only for some mistakes, and quotes the text, secrets included. */
function firstError(text: string): { line: number; column: number; problem: string } {
	const errors: ParseError[] = [];
	parse(text, errors, { disallowComments: true, allowTrailingComma: false });
	const error = errors[0];
	const offset = error?.offset ?? text.length;
	const linesBefore = text.slice(0, offset).split('\n');
	return {
		line: linesBefore.length,
		column: (linesBefore.at(-1) ?? '').length + 1,
		problem: error ? inWords(printParseErrorCode(error.error)) : 'unexpected character',
	};
}

/** `CommaExpected` → `comma expected`. */
function inWords(code: string): string {
	return code.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
}
