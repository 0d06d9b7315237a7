import type { ChainExpression, Expression, MemberExpression } from 'acorn';
import { staticNumbers } from '../methods/globals';
import { isObject, isOrdinaryKey, plain, readProperty } from '../values/plainData';
import { leaveToEngine } from '../values/signals';
import { toText } from '../values/text';
import type { CompileContext, Evaluator } from './context';

/** The value of an optional chain's link that is not reached; the chain's value is `undefined`. */
export const SKIPPED = Symbol('skipped');

/** `object.key` and `object[key]`, also within optional chains. */
export function compileMember(node: MemberExpression, context: CompileContext): Evaluator {
	const global = staticName(node);
	const number = global === undefined ? undefined : staticNumbers.get(global);
	if (number !== undefined) return () => number;
	if (isInputItemJson(node)) return compileInputItemJson(context);
	if (node.object.type === 'Super') return leaveToEngine();
	const object = compileReceiver(node.object, node.optional, context);
	const key = staticKey(node);
	if (key === undefined) return compileComputed(node, object, context);
	if (!isOrdinaryKey(key)) return leaveToEngine();
	return (scope) => {
		const value = object(scope);
		return value === SKIPPED ? SKIPPED : readProperty(value, key);
	};
}

/** The object of a member or a method call; `SKIPPED` where an optional chain ends. */
export function compileReceiver(
	node: Expression,
	optional: boolean,
	context: CompileContext,
): Evaluator {
	const object = context.compile(node, context);
	if (!optional) return object;
	return (scope) => object(scope) ?? SKIPPED;
}

/** The key, where it stands in the code. */
function staticKey({ property, computed }: MemberExpression): string | undefined {
	if (!computed && property.type === 'Identifier') return property.name;
	if (property.type !== 'Literal') return undefined;
	const { value } = property;
	return typeof value === 'string' || typeof value === 'number' ? String(value) : leaveToEngine();
}

/** `Math.floor` and the like: a property of a global object. */
export function staticName({ object, property, computed }: MemberExpression): string | undefined {
	if (computed || object.type !== 'Identifier' || property.type !== 'Identifier') return undefined;
	return `${object.name}.${property.name}`;
}

/** n8n converts a computed key to a string before it uses it (n8n-workflow, `sanitizer`). */
function compileComputed(
	{ property }: MemberExpression,
	object: Evaluator,
	context: CompileContext,
): Evaluator {
	if (property.type === 'PrivateIdentifier') return leaveToEngine();
	const key = context.compile(property, context);
	return (scope) => {
		const value = object(scope);
		const name = toText(key(scope));
		return isOrdinaryKey(name) ? readProperty(value, name) : leaveToEngine();
	};
}

/** `a?.b.c` */
export function compileChain({ expression }: ChainExpression, context: CompileContext): Evaluator {
	const chain = context.compile(expression, context);
	return (scope) => {
		const value = chain(scope);
		return value === SKIPPED ? undefined : value;
	};
}

/** `$input.item.json` */
function isInputItemJson({ object, property, computed }: MemberExpression): boolean {
	if (computed || property.type !== 'Identifier' || property.name !== 'json') return false;
	return object.type === 'MemberExpression' && staticName(object) === '$input.item';
}

function compileInputItemJson({ found }: CompileContext): Evaluator {
	found.dependsOnItem = true;
	return ({ inputItem }) => {
		if (!isObject(inputItem)) return leaveToEngine();
		const json = readProperty(plain(inputItem), 'json');
		return isObject(json) ? json : leaveToEngine();
	};
}
