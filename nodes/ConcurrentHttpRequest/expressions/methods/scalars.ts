import { nativeMethods } from './native';

/** Methods of numbers, without those that depend on a locale. */
export const numberMethods = nativeMethods<number>(Number.prototype, [
	...['toFixed', 'toPrecision', 'toString'],
]);

export const booleanMethods = nativeMethods<boolean>(Boolean.prototype, ['toString']);
