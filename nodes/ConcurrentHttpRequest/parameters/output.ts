import { FieldSelection } from '../common/FieldSelection';
import { type Path, readPath, readPaths } from '../common/paths';
import { itemsFromFields, putResponseFields, requestDetailsFields } from '../description/output';
import { readFields } from './fields';
import { InvalidParameter } from './InvalidParameter';
import type { ItemParameters } from './ItemParameters';

/** The settings of the group Output. */
export interface OutputOptions {
	/** Where the response goes: to the item itself, or to the input item. */
	readonly place: 'item' | 'field' | 'merge';
	/** The field that receives the response, with `field`. */
	readonly field: string;
	/** Whose value a field has that both have, with `merge`. */
	readonly onEqualNames: 'response' | 'input';
	/** Where the items are; `undefined` for the response as a whole. */
	readonly itemsFrom: ItemsFrom | undefined;
	/** The fields of an item that are kept; `undefined` for all. */
	readonly onlyFields: FieldSelection | undefined;
	/** The field that receives details of the request; `undefined` for none. */
	readonly detailsField: string | undefined;
}

export interface ItemsFrom {
	/** As the user wrote it. */
	readonly text: string;
	readonly path: Path;
	/** Fields of the envelope that each item gets as well. */
	readonly keep: FieldSelection | undefined;
	readonly ifMissing: 'error' | 'nothing';
}

/** @throws {InvalidParameter} */
export function readOutputOptions(parameters: ItemParameters): OutputOptions {
	return parameters.derive(outputOptionsOf);
}

function outputOptionsOf(parameters: ItemParameters): OutputOptions {
	const option = (name: string) => parameters.get(`output.${name}`);
	const place = readPlace(option('putResponse.putResponse'));
	return {
		...place,
		itemsFrom: readItemsFrom(option('itemsFrom.itemsFrom')),
		onlyFields: readOnlyFields(option('onlyFields')),
		detailsField: readDetailsField(option('requestDetails.requestDetails'), place),
	};
}

function readPlace(option: unknown): Pick<OutputOptions, 'place' | 'field' | 'onEqualNames'> {
	if (option === undefined) return { place: 'item', field: '', onEqualNames: 'response' };
	const { text, choice } = readFields(option, putResponseFields);
	return {
		place: choice('in', ['field', 'merge', 'item']),
		field: text('field'),
		onEqualNames: choice('onEqualNames', ['response', 'input']),
	};
}

function readItemsFrom(option: unknown): ItemsFrom | undefined {
	if (option === undefined) return undefined;
	const { value, choice } = readFields(option, itemsFromFields);
	const path = value('path');
	if (typeof path !== 'string') {
		throw new InvalidParameter(
			'Path',
			'of Items From must be text',
			'Write the path itself, for example data.items, and not an expression that gives the list.',
		);
	}
	return {
		text: path.trim(),
		path: readPath(path),
		keep: readSelection(value('keep')),
		ifMissing: choice('ifMissing', ['error', 'nothing']),
	};
}

function readOnlyFields(option: unknown): FieldSelection | undefined {
	const selection = readSelection(option);
	if (selection === undefined && typeof option === 'string') {
		throw new InvalidParameter(
			'Only These Fields',
			'is empty, so it would drop nothing',
			'Enter fields of the response, for example id, address.city, or remove the setting.',
		);
	}
	return selection;
}

/** @returns `undefined` where nothing is entered */
function readSelection(paths: unknown): FieldSelection | undefined {
	const read = readPaths(paths);
	return read.length > 0 ? new FieldSelection(read) : undefined;
}

function readDetailsField(
	option: unknown,
	{ place, field: taken }: Pick<OutputOptions, 'place' | 'field'>,
): string | undefined {
	if (option === undefined) return undefined;
	const field = readFields(option, requestDetailsFields).text('field');
	if (place !== 'field' || field !== taken) return field;
	throw new InvalidParameter(
		'Field Name',
		`of Request Details is "${field}", which is also that of Put Response In`,
		'Enter another name in one of them.',
	);
}
