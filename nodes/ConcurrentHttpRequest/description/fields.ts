import type { INodeProperties, INodePropertyCollection, INodePropertyOptions } from 'n8n-workflow';

type Property = Omit<INodeProperties, 'type' | 'default' | 'options'>;

interface Group extends Property {
	/** The name of the inner level, and its label; the option's own unless given. */
	inner?: { name: string; displayName: string };
	values: INodeProperties[];
}

/**
 * An option that is a group of fields. Like HTTP Request it stores them two levels deep:
 * `{ retry: { retry: { maxTries: 5 } } }`.
 */
export function group({ inner, values, ...option }: Group): INodeProperties {
	const { name, displayName } = inner ?? option;
	return {
		...option,
		type: 'fixedCollection',
		typeOptions: { multipleValues: false },
		placeholder: `Add ${displayName}`,
		default: { [name]: {} },
		options: [{ displayName, name, values }],
	};
}

/**
 * Hidden where the node is the tool of an agent: each call is then a run of one item.
 * n8n's editor would offer the model to fill such a field in.
 */
export const NOT_IN_TOOLS = { '@tool': [true] };

/**
 * A group of settings that may hold expressions, but not in a tool: beside each field that takes one,
 * n8n's editor offers to let the model fill it in.
 */
export function notForModels(property: INodeProperties): INodeProperties[] {
	return [
		{ ...property, displayOptions: { hide: NOT_IN_TOOLS } },
		{ ...withoutExpressions(property), displayOptions: { show: { '@tool': [true] } } },
	];
}

/**
 * A setting that no item changes. Without the switch to an expression n8n's editor has room for its
 * label, and it offers no model to fill it in.
 */
export function withoutExpressions(property: INodeProperties): INodeProperties {
	const { type, options = [] } = property;
	if (type === 'collection') {
		return { ...property, options: (options as INodeProperties[]).map(withoutExpressions) };
	}
	if (type === 'fixedCollection') {
		return {
			...property,
			options: (options as INodePropertyCollection[]).map((group) => ({
				...group,
				values: group.values.map(withoutExpressions),
			})),
		};
	}
	return { ...property, noDataExpression: true };
}

interface Rows extends Property {
	/** What one row is called, for example "Header". */
	row: string;
	values: INodeProperties[];
}

/**
 * A list of named rows, in the shape that HTTP Request stores: `{ parameters: [{ name, value }] }`,
 * with one empty row to begin with.
 */
export function rows({ row, values, ...property }: Rows): INodeProperties {
	return {
		...property,
		type: 'fixedCollection',
		typeOptions: {
			multipleValues: true,
			fixedCollection: { itemTitle: '={{ $collection.item.value.name }}' },
		},
		placeholder: `Add ${row}`,
		default: { parameters: [{ name: '', value: '' }] },
		options: [{ name: 'parameters', displayName: row, values }],
	};
}

interface KeyValuePairs extends Omit<Rows, 'values'> {
	nameExample: string;
	valueExample: string;
}

/** A list of names and values. */
export function keyValuePairs(list: KeyValuePairs): INodeProperties {
	const { nameExample, valueExample, ...property } = list;
	const text = (displayName: string, name: string, example: string): INodeProperties => ({
		displayName,
		name,
		type: 'string',
		default: '',
		placeholder: `e.g. ${example}`,
	});
	const values = [text('Name', 'name', nameExample), text('Value', 'value', valueExample)];
	return rows({ ...property, values });
}

/** The choice to enter names and values one by one. */
export function usingFields(description: string): INodePropertyOptions {
	return { name: 'Using Fields Below', value: 'keypair', description };
}

/** The choice to enter them as JSON. */
export function usingJson(description: string): INodePropertyOptions {
	return { name: 'Using JSON', value: 'json', description };
}
