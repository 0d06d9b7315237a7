import { toText } from '../common/toText';

/** One row of a "Using Fields Below" list. */
interface KeyValuePair {
	readonly name: string;
	readonly value: unknown;
}

/** The rows of a list parameter. A row that was added but never filled in is left out. */
export function toPairs(rows: unknown): KeyValuePair[] {
	if (!Array.isArray(rows)) return [];
	return rows
		.map((row: { name?: unknown; value?: unknown }) => ({
			name: toText(row.name),
			value: row.value,
		}))
		.filter(({ name, value }) => name !== '' || (value !== '' && value !== undefined));
}

/**
 * Collects rows into an object. As in HTTP Request, a name that occurs in several rows becomes a list
 * from version 4.3 on; before, the last row wins.
 */
export function toRecord(pairs: KeyValuePair[], typeVersion: number): Record<string, unknown> {
	// Entries are defined, not assigned, so that a field named `__proto__` is only a field.
	const values = new Map<string, unknown>();
	for (const { name, value } of pairs) {
		const earlier = values.get(name);
		const isFirst = earlier === undefined || typeVersion < 4.3;
		values.set(name, isFirst ? value : [...[earlier].flat(), value]);
	}
	return Object.fromEntries(values);
}
