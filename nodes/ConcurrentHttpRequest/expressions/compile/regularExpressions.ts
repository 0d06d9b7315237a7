import type { AnyNode, CallExpression, MemberExpression, Node } from 'acorn';
import { longestSearched, regularExpressionMethods } from '../methods/regularExpressions';
import { failPart, stepAside, unsupported } from '../signals';
import { isObject } from '../values/plainData';
import { toText } from '../values/toText';
import type { CompileContext } from './CompileContext';
import type { Evaluator } from './Evaluator';
import { compileReceiver, SKIPPED } from './members';

/**
 * `text.replace(/x/g, 'y')`, its likes, and `/x/.test(text)`: the only places where a regular
 * expression may stand.
 *
 * @returns `undefined` for calls without a regular expression
 */
export function compileRegularExpressionCall(
	node: CallExpression,
	callee: MemberExpression,
	method: string,
	context: CompileContext,
): Evaluator | undefined {
	const [first, ...rest] = node.arguments;
	const tested = regularExpression(callee.object);
	if (tested) {
		if (method !== 'test' || !first || rest.length > 0 || callee.optional) return unsupported();
		return compileTest(tested, context.compile(first, context));
	}
	const search = first && regularExpression(first);
	if (!search) return undefined;
	if (!regularExpressionMethods.has(method)) return unsupported();
	if (callee.object.type === 'Super') return unsupported();
	const receiver = compileReceiver(callee.object, callee.optional, context);
	const others = rest.map((argument) => context.compile(argument, context));
	const native = Reflect.get(String.prototype, method) as (...args: unknown[]) => unknown;
	return (scope) => {
		const text = receiver(scope);
		if (text === SKIPPED) return SKIPPED;
		if (text === undefined || text === null) return failPart();
		const values = others.map((other) => other(scope));
		if (typeof text !== 'string' || values.some(isObject)) return stepAside();
		if (text.length > search.longest) return stepAside();
		return Reflect.apply(native, text, [search.make(), ...values]);
	};
}

interface RegularExpression {
	/** A new one for each use, as a literal gives: it keeps its place between searches. */
	readonly make: () => RegExp;
	/** Of the texts that may be searched. */
	readonly longest: number;
}

/** The regular expression that a node is, if it is one; `unsupported()` where it is too complex. */
function regularExpression(node: Node): RegularExpression | undefined {
	const known = node as AnyNode;
	if (known.type !== 'Literal' || !known.regex) return undefined;
	const { pattern, flags } = known.regex;
	const longest = longestSearched(pattern, flags) ?? unsupported();
	return { make: () => new RegExp(pattern, flags), longest };
}

function compileTest({ make, longest }: RegularExpression, argument: Evaluator): Evaluator {
	return (scope) => {
		const text = toText(argument(scope));
		return text.length > longest ? stepAside() : make().test(text);
	};
}
