import type { Path } from './paths';

/** Paths by their first steps; `true` where a path ends, so that the whole value is wanted. */
type Steps = ReadonlyMap<string, Steps | true>;

type MutableSteps = Map<string, MutableSteps | true>;

/** Which parts of a value are wanted, prepared once for many values. */
export class FieldSelection {
	private readonly steps: Steps;

	/** @param paths none of them empty */
	constructor(paths: readonly Path[]) {
		const steps: MutableSteps = new Map();
		for (const path of paths) add(steps, path);
		this.steps = steps;
	}

	/**
	 * Copies the wanted fields, within the same objects and lists as before. A number behind a list is an
	 * index; any other name is a field of all entries. Entries without a wanted field are left out, unless
	 * they are objects.
	 *
	 * @returns an object without fields where an object has none of them; other values as they are
	 */
	of(value: unknown): unknown {
		return typeof value === 'object' && value !== null ? within(value, this.steps) : value;
	}
}

function add(steps: MutableSteps, [first = '', ...rest]: Path): void {
	const known = steps.get(first);
	if (known === true || rest.length === 0) {
		steps.set(first, true);
		return;
	}
	const deeper = known ?? (new Map() as MutableSteps);
	steps.set(first, deeper);
	add(deeper, rest);
}

function within(value: object, steps: Steps): unknown {
	if (Array.isArray(value)) return withinList(value, steps);
	const fields: Array<[string, unknown]> = [];
	for (const [name, deeper] of steps) {
		if (!Object.hasOwn(value, name)) continue;
		const field: unknown = (value as Record<string, unknown>)[name];
		if (deeper === true) fields.push([name, field]);
		else if (typeof field === 'object' && field !== null)
			fields.push([name, within(field, deeper)]);
	}
	// A field may have any name, `__proto__` included.
	return Object.fromEntries(fields);
}

function withinList(list: readonly unknown[], steps: Steps): unknown[] {
	const ofAll = new Map([...steps].filter(([step]) => !INDEX.test(step)));
	return list.flatMap((entry, index) => {
		const ofThis = steps.get(String(index));
		if (ofThis === true) return [entry];
		const wanted = ofThis ? union(ofThis, ofAll) : ofAll;
		const isLeftOut = wanted.size === 0 || typeof entry !== 'object' || entry === null;
		return isLeftOut ? [] : [within(entry, wanted)];
	});
}

const INDEX = /^\d+$/;

function union(a: Steps, b: Steps): Steps {
	const all = new Map(a);
	for (const [step, further] of b) {
		const known = all.get(step);
		const isWhole = known === true || further === true;
		all.set(step, isWhole || (known ? union(known, further) : further));
	}
	return all;
}
