import type { IDataObject } from 'n8n-workflow';

import { readOutputOptions } from '../../../nodes/ConcurrentHttpRequest/parameters/output.ts';
import { parametersOf } from './parametersOf.ts';

const read = (output?: IDataObject) =>
	readOutputOptions(parametersOf({ ...(output && { output }) }));

it.each<[string, IDataObject | undefined]>([
	['nothing', undefined],
	['no setting', {}],
	['fields that an expression leaves out', { onlyFields: null }],
	['the item', { putResponse: { putResponse: { in: 'item' } } }],
])('is as in HTTP Request with %s', (_, output) => {
	expect(read(output)).toMatchObject({
		place: 'item',
		itemsFrom: undefined,
		onlyFields: undefined,
		detailsField: undefined,
	});
});

it('has the defaults of the panel where a group was only added', () => {
	const output = { putResponse: { putResponse: {} }, itemsFrom: { itemsFrom: {} } };
	expect(read({ ...output, requestDetails: { requestDetails: {} } })).toMatchObject({
		place: 'field',
		field: 'response',
		onEqualNames: 'response',
		itemsFrom: { path: ['data'], keep: undefined, ifMissing: 'error' },
		onlyFields: undefined,
		detailsField: 'request',
	});
});

it('reads all that is set', () => {
	expect(
		read({
			putResponse: { putResponse: { in: 'merge', onEqualNames: 'input' } },
			itemsFrom: {
				itemsFrom: { path: ' data["my items"]', keep: 'total', ifMissing: 'nothing' },
			},
			onlyFields: 'id, name',
			requestDetails: { requestDetails: { field: 'http' } },
		}),
	).toMatchObject({
		place: 'merge',
		onEqualNames: 'input',
		itemsFrom: { path: ['data', 'my items'], text: 'data["my items"]', ifMissing: 'nothing' },
		detailsField: 'http',
	});
});

it('takes no list in place of the path to it, which an expression may give', () => {
	expect(() => read({ itemsFrom: { itemsFrom: { path: [1, 2] } } })).toThrow(
		'"Path" of Items From must be text',
	);
});

it.each(['', ' , '])('refuses fields that were added and not entered: %j', (onlyFields) => {
	expect(() => read({ onlyFields })).toThrow('"Only These Fields" is empty');
});

it.each([
	[{ putResponse: { putResponse: { in: 'nowhere' } } }, '"Place" cannot be "nowhere"'],
	[{ itemsFrom: { itemsFrom: { ifMissing: 'x' } } }, '"If It Is Missing" cannot be "x"'],
])('refuses a choice that there is not: %j', (output, message) => {
	expect(() => read(output)).toThrow(message);
});
