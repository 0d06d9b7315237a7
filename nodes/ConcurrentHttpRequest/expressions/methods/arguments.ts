import { stepAside } from '../signals';
import { isObject } from '../values/plainData';

/** Arguments for a native method that would call methods of objects: none may be one. */
export function primitives(args: readonly unknown[]): readonly unknown[] {
	return args.some(isObject) ? stepAside() : args;
}
