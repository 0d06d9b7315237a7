import type {
	BinaryExpression,
	ConditionalExpression,
	LogicalExpression,
	UnaryExpression,
} from 'acorn';
import { isObject } from '../values/plainData';
import { leaveToEngine } from '../values/signals';
import { toPrimitive } from '../values/text';
import type { CompileContext, Evaluator } from './context';

/** JavaScript's operators on primitives, typed as numbers for TypeScript. */
type Operation = (left: number, right: number) => unknown;

const ON_PRIMITIVES = new Map<string, Operation>([
	['+', (left, right) => left + right],
	['-', (left, right) => left - right],
	['*', (left, right) => left * right],
	['/', (left, right) => left / right],
	['%', (left, right) => left % right],
	['<', (left, right) => left < right],
	['<=', (left, right) => left <= right],
	['>', (left, right) => left > right],
	['>=', (left, right) => left >= right],
	['&', (left, right) => left & right],
	['|', (left, right) => left | right],
	['^', (left, right) => left ^ right],
	['<<', (left, right) => left << right],
	['>>', (left, right) => left >> right],
	['>>>', (left, right) => left >>> right],
]);

const EQUALITY = new Map<string, (left: unknown, right: unknown) => boolean>([
	['===', isIdentical],
	['!==', (left, right) => !isIdentical(left, right)],
	['==', isEqual],
	['!=', (left, right) => !isEqual(left, right)],
]);

/** Leaves two objects to the engine: the default one compares proxies of them. */
function isIdentical(left: unknown, right: unknown): boolean {
	return isObject(left) && isObject(right) ? leaveToEngine() : left === right;
}

function isEqual(left: unknown, right: unknown): boolean {
	if (isObject(left) && isObject(right)) return leaveToEngine();
	if (left === null || left === undefined) return right === null || right === undefined;
	if (right === null || right === undefined) return false;
	const one = toPrimitive(left);
	const other = toPrimitive(right);
	if (typeof one === typeof other) return one === other;
	return isComparedAsNumber(one) && isComparedAsNumber(other)
		? Number(one) === Number(other)
		: leaveToEngine();
}

/** Whether `==` converts it to a number if the other side has another type (ECMA-262, IsLooselyEqual). */
function isComparedAsNumber(value: unknown): boolean {
	return ['string', 'number', 'boolean'].includes(typeof value);
}

/** Arithmetic, comparison, concatenation. `in`, `instanceof` and `**` are not supported. */
export function compileBinary(node: BinaryExpression, context: CompileContext): Evaluator {
	if (node.left.type === 'PrivateIdentifier') return leaveToEngine();
	const left = context.compile(node.left, context);
	const right = context.compile(node.right, context);
	const equality = EQUALITY.get(node.operator);
	if (equality) return (scope) => equality(left(scope), right(scope));
	const operation = ON_PRIMITIVES.get(node.operator) ?? leaveToEngine();
	return (scope) => {
		const first = left(scope);
		const second = right(scope);
		return operation(toPrimitive(first) as number, toPrimitive(second) as number);
	};
}

/** `&&`, `||`, `??`. */
export function compileLogical(node: LogicalExpression, context: CompileContext): Evaluator {
	const left = context.compile(node.left, context);
	const right = context.compile(node.right, context);
	switch (node.operator) {
		case '&&':
			return (scope) => left(scope) && right(scope);
		case '||':
			return (scope) => left(scope) || right(scope);
		case '??':
			return (scope) => left(scope) ?? right(scope);
	}
}

export function compileConditional(
	node: ConditionalExpression,
	context: CompileContext,
): Evaluator {
	const test = context.compile(node.test, context);
	const consequent = context.compile(node.consequent, context);
	const alternate = context.compile(node.alternate, context);
	return (scope) => (test(scope) ? consequent(scope) : alternate(scope));
}

/** `!`, `-`, `+`, `typeof`. */
export function compileUnary(node: UnaryExpression, context: CompileContext): Evaluator {
	const { operator, argument } = node;
	const value = context.compile(argument, context);
	switch (operator) {
		case '!':
			return (scope) => !value(scope);
		case 'typeof':
			return (scope) => typeof value(scope);
		case '-':
		case '+': {
			const sign = operator === '-' ? -1 : 1;
			return (scope) => sign * Number(toPrimitive(value(scope)));
		}
		default:
			return leaveToEngine();
	}
}
