import { elementsOf, isObject } from '../values/plainData';
import { leaveToEngine } from '../values/signals';
import { joinElements, words } from '../values/text';

/** A method of JavaScript, with the value it is called on and its arguments. */
type Method<Receiver> = (receiver: Receiver, args: readonly unknown[]) => unknown;

/** Leaves objects as arguments to the engine, because a native method would call methods of them. */
function primitives(args: readonly unknown[]): readonly unknown[] {
	return args.some(isObject) ? leaveToEngine() : args;
}

/** The native methods of these names (separated by blanks), for primitive arguments. */
function nativeMethods<Receiver>(prototype: object, names: string): Map<string, Method<Receiver>> {
	return new Map(
		words(names).map((name) => {
			const native = Reflect.get(prototype, name) as (...args: unknown[]) => unknown;
			return [name, (receiver, args) => Reflect.apply(native, receiver, primitives(args))];
		}),
	);
}

/** String methods that depend only on their arguments: not on a locale, not on a regular expression. */
export const stringMethods = nativeMethods<string>(
	String.prototype,
	'at charAt charCodeAt codePointAt concat startsWith endsWith includes indexOf lastIndexOf ' +
		'slice substring substr split trim trimStart trimEnd toLowerCase toUpperCase toString ' +
		'padStart padEnd repeat replace replaceAll',
);

/** Characters that padding and repeating produce at most; the engine has limits of its own. */
const MAX_LENGTH = 100_000;

for (const name of ['padStart', 'padEnd', 'repeat']) {
	const native = stringMethods.get(name);
	if (!native) continue;
	stringMethods.set(name, (text, args) => {
		const [count] = args;
		const factor = name === 'repeat' ? text.length : 1;
		const isSmall = typeof count === 'number' && count * factor <= MAX_LENGTH;
		return isSmall ? native(text, args) : leaveToEngine();
	});
}

/** Number methods that do not depend on a locale. */
export const numberMethods = nativeMethods<number>(
	Number.prototype,
	'toFixed toPrecision toString',
);

export const booleanMethods = nativeMethods<boolean>(Boolean.prototype, 'toString');

/** Array methods that change nothing. The default engine has arrays without holes. */
export const arrayMethods = new Map<string, Method<unknown[]>>([
	['join', (array, args) => joinElements(array, separatorOf(args))],
	['toString', (array) => joinElements(array, ',')],
	['includes', (array, args) => elementsOf(array).includes(...searched(args))],
	['indexOf', (array, args) => elementsOf(array).indexOf(...searched(args))],
	['slice', (array, args) => elementsOf(array).slice(...(primitives(args) as number[]))],
	['at', (array, args) => elementsOf(array).at(primitives(args)[0] as number)],
]);

/** `undefined` stands for a comma, and `null` for the string "null". */
function separatorOf(args: readonly unknown[]): string {
	const [separator] = primitives(args);
	return separator === undefined ? ',' : String(separator);
}

/** Leaves a search for objects to the engine: the default one compares proxies of them. */
function searched(args: readonly unknown[]): [unknown, number?] {
	if (args.length === 0 || args.some(isObject)) return leaveToEngine();
	return args as [unknown, number?];
}

type Callback = (...args: unknown[]) => unknown;
type CallbackMethod = (
	elements: unknown[],
	callback: Callback,
	rest: readonly unknown[],
) => unknown;

/** Array methods that call a function for each element, with the element and its index. */
export const callbackMethods = new Map<string, CallbackMethod>([
	['map', (elements, callback) => elements.map((each, index) => callback(each, index))],
	['filter', (elements, callback) => elements.filter((each, index) => callback(each, index))],
	['find', (elements, callback) => elements.find((each, index) => callback(each, index))],
	['findIndex', (elements, callback) => elements.findIndex((each, at) => callback(each, at))],
	['some', (elements, callback) => elements.some((each, index) => callback(each, index))],
	['every', (elements, callback) => elements.every((each, index) => callback(each, index))],
	['reduce', reduce],
]);

function reduce(elements: unknown[], callback: Callback, rest: readonly unknown[]): unknown {
	if (rest.length !== 1) return leaveToEngine();
	return elements.reduce((sum, each, index) => callback(sum, each, index), rest[0]);
}
