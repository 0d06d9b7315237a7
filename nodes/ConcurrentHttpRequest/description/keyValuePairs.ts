import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

interface KeyValuePairs {
	displayName: string;
	name: string;
	displayOptions: IDisplayOptions;
	/** What one pair is called, for example "Header". */
	pair: string;
	nameExample: string;
	valueExample: string;
	description: string;
}

/**
 * A list of names and values, in the shape HTTP Request stores them:
 * `{ parameters: [{ name, value }] }`, with one empty pair to begin with.
 */
export function keyValuePairs(list: KeyValuePairs): INodeProperties {
	return {
		displayName: list.displayName,
		name: list.name,
		type: 'fixedCollection',
		displayOptions: list.displayOptions,
		typeOptions: {
			multipleValues: true,
			fixedCollection: { itemTitle: '={{ $collection.item.value.name }}' },
		},
		placeholder: `Add ${list.pair}`,
		default: { parameters: [{ name: '', value: '' }] },
		description: list.description,
		options: [
			{
				name: 'parameters',
				displayName: list.pair,
				values: [
					{
						displayName: 'Name',
						name: 'name',
						type: 'string',
						default: '',
						placeholder: `e.g. ${list.nameExample}`,
					},
					{
						displayName: 'Value',
						name: 'value',
						type: 'string',
						default: '',
						placeholder: `e.g. ${list.valueExample}`,
					},
				],
			},
		],
	};
}
