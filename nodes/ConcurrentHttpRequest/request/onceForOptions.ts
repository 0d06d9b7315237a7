import type { ItemParameters } from './ItemParameters';

/** Stands for options that a node does not have. */
const NO_OPTIONS = {};

/**
 * Makes a reader of the node's options remember what it read. Options without expressions are the
 * same object for all items of a run, so they are then read once a run instead of once an item.
 *
 * @param read what it gives may depend on nothing but `options`
 */
export function onceForOptions<T>(
	read: (parameters: ItemParameters) => T,
): (parameters: ItemParameters) => T {
	const known = new WeakMap<object, { readonly value: T }>();
	return (parameters) => {
		const options = parameters.get('options') ?? NO_OPTIONS;
		if (typeof options !== 'object') return read(parameters);
		let found = known.get(options);
		if (!found) known.set(options, (found = { value: read(parameters) }));
		return found.value;
	};
}
