/**
 * Where two values differ in anything that a node could notice: type, `-0`, order of keys, keys
 * with `undefined`, holes.
 *
 * @returns the path of the first difference, `undefined` where there is none
 */
export function difference(left: unknown, right: unknown, path = 'value'): string | undefined {
	if (!isObject(left) || !isObject(right)) return isSame(left, right) ? undefined : path;
	if (Array.isArray(left) !== Array.isArray(right)) return path;
	const keys = Reflect.ownKeys(left).map(String);
	if (keys.join('\n') !== Reflect.ownKeys(right).map(String).join('\n')) return `keys of ${path}`;
	for (const key of keys) {
		const found = difference(Reflect.get(left, key), Reflect.get(right, key), `${path}.${key}`);
		if (found) return found;
	}
	return kindOf(left) === kindOf(right) ? undefined : `kind of ${path}`;
}

/** Functions and symbols are new ones in each evaluation. */
function isSame(left: unknown, right: unknown): boolean {
	if (Object.is(left, right)) return true;
	const isNew = typeof left === 'function' || typeof left === 'symbol';
	return isNew && typeof left === typeof right && String(left) === String(right);
}

function isObject(value: unknown): value is object {
	return typeof value === 'object' && value !== null;
}

function kindOf(value: object): string {
	return Object.prototype.toString.call(value);
}
