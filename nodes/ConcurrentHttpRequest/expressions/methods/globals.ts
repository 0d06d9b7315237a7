import { failPart, leaveToEngine } from '../values/signals';
import { assertPlain, elementsOf, entriesOf, isObject } from '../values/plainData';
import { toPrimitive, toText } from '../values/text';

type GlobalFunction = (args: readonly unknown[]) => unknown;

/** A native function that converts its arguments to primitives before it uses them. */
function ofPrimitives(native: (...args: never[]) => unknown): GlobalFunction {
	return (args) => Reflect.apply(native, undefined, args.map(toPrimitive)) as unknown;
}

/** The same for one that throws for some strings; the engine swallows what it throws. */
function failing(native: (...args: never[]) => unknown): GlobalFunction {
	const call = ofPrimitives(native);
	return (args) => {
		const values = args.map(toPrimitive);
		try {
			return call(values);
		} catch {
			return failPart();
		}
	};
}

/** Without its second argument, which would be a function to call. */
const parseJson = failing(JSON.parse);

/** Global functions by name. */
export const globalFunctions = new Map<string, GlobalFunction>([
	['Boolean', ([value]) => Boolean(value)],
	['String', (args) => (args.length === 0 ? '' : toText(args[0]))],
	['Number', ofPrimitives(Number)],
	['parseInt', ofPrimitives(parseInt)],
	['parseFloat', ofPrimitives(parseFloat)],
	// n8n leaves these two names to JavaScript (@n8n/tournament, `EXEMPT_IDENTIFIER_LIST`).
	['isNaN', ofPrimitives(isNaN)],
	['isFinite', ofPrimitives(isFinite)],
	['encodeURIComponent', failing(encodeURIComponent)],
	['decodeURIComponent', failing(decodeURIComponent)],
	['encodeURI', failing(encodeURI)],
	['decodeURI', failing(decodeURI)],
]);

const mathFunctions = Object.getOwnPropertyNames(Math).filter(
	(name) => name !== 'random' && typeof Reflect.get(Math, name) === 'function',
);

/** Functions of global objects, by `Object.function`. */
export const staticFunctions = new Map<string, GlobalFunction>([
	...mathFunctions.map((name): [string, GlobalFunction] => [
		`Math.${name}`,
		ofPrimitives(Reflect.get(Math, name) as (...args: never[]) => unknown),
	]),
	['JSON.stringify', stringify],
	['JSON.parse', ([text]) => parseJson([text])],
	['Number.isInteger', ([value]) => Number.isInteger(value)],
	['Number.isFinite', ([value]) => Number.isFinite(value)],
	['Number.isNaN', ([value]) => Number.isNaN(value)],
	['Number.isSafeInteger', ([value]) => Number.isSafeInteger(value)],
	['Number.parseFloat', ofPrimitives(parseFloat)],
	['Number.parseInt', ofPrimitives(parseInt)],
	['String.fromCharCode', ofPrimitives(String.fromCharCode)],
	['Array.isArray', ([value]) => Array.isArray(value)],
	['Object.keys', ([value]) => ownEntries(value).map(([key]) => key)],
	['Object.values', ([value]) => ownEntries(value).map(([, element]) => element)],
	['Object.entries', ([value]) => ownEntries(value)],
]);

/** Numbers of global objects, by `Object.name`. */
export const staticNumbers = new Map<string, number>([
	...['PI', 'E', 'LN2', 'LN10', 'SQRT2'].map((name): [string, number] => [
		`Math.${name}`,
		Reflect.get(Math, name) as number,
	]),
	['Number.MAX_SAFE_INTEGER', Number.MAX_SAFE_INTEGER],
	['Number.MIN_SAFE_INTEGER', Number.MIN_SAFE_INTEGER],
	['Number.EPSILON', Number.EPSILON],
]);

/** The only replacer that is supported is `null`. */
function stringify([value, replacer, space]: readonly unknown[]): unknown {
	if ((replacer !== undefined && replacer !== null) || isObject(space)) return leaveToEngine();
	assertPlain(value);
	return JSON.stringify(value, null, space as string | number | undefined);
}

function ownEntries(value: unknown): Array<[string, unknown]> {
	if (value === undefined || value === null) return failPart();
	if (!isObject(value)) return leaveToEngine();
	if (!Array.isArray(value)) return entriesOf(value);
	// Elements that are not enumerable have no entries.
	if (Object.keys(value).length !== value.length) return leaveToEngine();
	return elementsOf(value).map((element, index) => [String(index), element]);
}
