import type { Method } from './Method';
import { primitives } from './arguments';

/** Methods of a prototype by name, called as they are, for primitive arguments. */
export function nativeMethods<Receiver>(
	prototype: object,
	names: readonly string[],
): Map<string, Method<Receiver>> {
	return new Map(
		names.map((name) => {
			const native = Reflect.get(prototype, name) as (...args: unknown[]) => unknown;
			return [name, (receiver, args) => Reflect.apply(native, receiver, primitives(args))];
		}),
	);
}
