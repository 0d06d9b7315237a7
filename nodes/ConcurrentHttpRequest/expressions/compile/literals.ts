import type { Literal, TemplateLiteral } from 'acorn';
import { unsupported } from '../signals';
import { toText } from '../values/toText';
import type { CompileContext } from './CompileContext';
import type { Evaluator } from './Evaluator';

/** Texts, numbers, `true`, `false`, `null`. */
export function compileLiteral({ value }: Literal): Evaluator {
	const known = value === null || ['string', 'number', 'boolean'].includes(typeof value);
	return known ? () => value : unsupported();
}

/** Templates: `${...}` between backticks. */
export function compileTemplateLiteral(node: TemplateLiteral, context: CompileContext): Evaluator {
	const [first = '', ...rest] = node.quasis.map(({ value }) => value.cooked ?? unsupported());
	const expressions = node.expressions.map((expression) => context.compile(expression, context));
	return (scope) =>
		expressions.reduce(
			(text, expression, index) => text + toText(expression(scope)) + (rest[index] ?? ''),
			first,
		);
}
