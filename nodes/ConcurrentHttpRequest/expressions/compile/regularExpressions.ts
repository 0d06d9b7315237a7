import type { AnyNode, CallExpression, MemberExpression, Node } from 'acorn';
import { isObject } from '../values/plainData';
import { failPart, leaveToEngine } from '../values/signals';
import { toText } from '../values/text';
import type { CompileContext, Evaluator } from './context';
import { compileReceiver, SKIPPED } from './members';

/** String methods that take a regular expression and return neither a match nor an iterator. */
const METHODS = ['replace', 'replaceAll', 'split', 'search'];

const QUANTIFIER = /[*+?]|\{\d/g;

/** Groups, look-arounds, references back, Unicode classes. */
const RISKY = /\(|\\[1-9kpP]/;

/**
 * Characters of the longest text to search, by the number of quantifiers in a pattern. The time grows
 * with a power of the length, and n8n's own thread must not be blocked for more than milliseconds; the
 * engine searches in an isolate with a time limit.
 */
const MAX_SEARCHED = [100_000, 5_000, 500];

/**
 * Compiles `text.replace(/x/g, 'y')`, the other methods above, and `/x/.test(text)`: the only places
 * where a regular expression is supported.
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
		if (method !== 'test' || !first || rest.length > 0 || callee.optional) return leaveToEngine();
		return compileTest(tested, context.compile(first, context));
	}
	const search = first && regularExpression(first);
	if (!search) return undefined;
	if (!METHODS.includes(method)) return leaveToEngine();
	if (callee.object.type === 'Super') return leaveToEngine();
	const receiver = compileReceiver(callee.object, callee.optional, context);
	const others = rest.map((argument) => context.compile(argument, context));
	const native = Reflect.get(String.prototype, method) as (...args: unknown[]) => unknown;
	return (scope) => {
		const text = receiver(scope);
		if (text === SKIPPED) return SKIPPED;
		if (text === undefined || text === null) return failPart();
		const values = others.map((other) => other(scope));
		if (typeof text !== 'string' || values.some(isObject)) return leaveToEngine();
		if (text.length > search.longest) return leaveToEngine();
		return Reflect.apply(native, text, [search.make(), ...values]);
	};
}

interface RegularExpression {
	/** Makes a new one for each use, as a literal does: it keeps its position between searches. */
	readonly make: () => RegExp;
	/** Characters of the longest text that may be searched. */
	readonly longest: number;
}

/** A regular expression's node; `undefined` for any other, `leaveToEngine()` where a search could take long. */
function regularExpression(node: Node): RegularExpression | undefined {
	const known = node as AnyNode;
	if (known.type !== 'Literal' || !known.regex) return undefined;
	const { pattern, flags } = known.regex;
	const simplified = pattern.replace(/\\[^1-9kpP]/g, 'x').replace(/\[[^\]]*\]/g, 'x');
	if (RISKY.test(simplified) || !/^[gims]*$/.test(flags)) return leaveToEngine();
	const longest = MAX_SEARCHED[simplified.match(QUANTIFIER)?.length ?? 0] ?? leaveToEngine();
	return { make: () => new RegExp(pattern, flags), longest };
}

function compileTest({ make, longest }: RegularExpression, argument: Evaluator): Evaluator {
	return (scope) => {
		const text = toText(argument(scope));
		return text.length > longest ? leaveToEngine() : make().test(text);
	};
}
