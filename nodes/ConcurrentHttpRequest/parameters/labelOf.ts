import type { INodeProperties } from 'n8n-workflow';

import { properties } from '../description';

type Entry = NonNullable<INodeProperties['options']>[number];

/**
 * A field's name as the panel shows it: `Headers > Value (row 2)`, `Options > Timeout`.
 *
 * @param path names and indices, from the top-level parameter
 */
export function labelOf(path: ReadonlyArray<string | number>): string {
	const labels: string[] = [];
	let row = '';
	let fields: readonly Entry[] = properties;
	for (const part of path) {
		if (typeof part === 'number') {
			row = ` (row ${part + 1})`;
			continue;
		}
		const found = fields.filter(({ name }) => name === part);
		const [field] = found;
		if (!field) {
			labels.push(part);
			continue;
		}
		// The group within a fixed collection repeats its name.
		if (!('values' in field) && 'displayName' in field) labels.push(field.displayName);
		fields = found.flatMap(fieldsWithin);
	}
	return labels.join(' > ') + row;
}

function fieldsWithin(entry: Entry): readonly Entry[] {
	if ('values' in entry) return entry.values;
	return 'options' in entry ? (entry.options ?? []) : [];
}
