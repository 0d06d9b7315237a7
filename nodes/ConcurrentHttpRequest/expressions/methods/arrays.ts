import { stepAside } from '../signals';
import { elementsOf, isObject } from '../values/plainData';
import { joinElements } from '../values/toText';
import { primitives } from './arguments';
import type { Method } from './Method';

/** Methods of arrays that change nothing. The default engine sees arrays without holes. */
export const arrayMethods = new Map<string, Method<unknown[]>>([
	['join', (array, args) => joinElements(array, separatorOf(args))],
	['toString', (array) => joinElements(array, ',')],
	['includes', (array, args) => elementsOf(array).includes(...search(args))],
	['indexOf', (array, args) => elementsOf(array).indexOf(...search(args))],
	['slice', (array, args) => elementsOf(array).slice(...(primitives(args) as number[]))],
	['at', (array, args) => elementsOf(array).at(primitives(args)[0] as number)],
]);

/** A separator given as `undefined` is a comma, and `null` is the text "null". */
function separatorOf(args: readonly unknown[]): string {
	const [separator] = primitives(args);
	return separator === undefined ? ',' : String(separator);
}

/** The same object is another one in the default engine: objects cannot be looked for here. */
function search(args: readonly unknown[]): [unknown, number?] {
	if (args.length === 0 || args.some(isObject)) return stepAside();
	return args as [unknown, number?];
}

type Callback = (...args: unknown[]) => unknown;

/** Methods that call a function for each element. */
export const callbackMethods = new Map<
	string,
	(array: unknown[], callback: Callback, rest: readonly unknown[]) => unknown
>([
	['map', (array, callback) => elementsOf(array).map((element, at) => callback(element, at))],
	['filter', (array, callback) => elementsOf(array).filter((element, at) => callback(element, at))],
	['find', (array, callback) => elementsOf(array).find((element, at) => callback(element, at))],
	[
		'findIndex',
		(array, callback) => elementsOf(array).findIndex((element, at) => callback(element, at)),
	],
	['some', (array, callback) => elementsOf(array).some((element, at) => callback(element, at))],
	['every', (array, callback) => elementsOf(array).every((element, at) => callback(element, at))],
	[
		'reduce',
		(array, callback, rest) => {
			if (rest.length !== 1) return stepAside();
			return elementsOf(array).reduce((sum, element, at) => callback(sum, element, at), rest[0]);
		},
	],
]);
