import type { ItemFailure } from '../../../nodes/ConcurrentHttpRequest/errors/ItemFailure.ts';
import { toErrorItem } from '../../../nodes/ConcurrentHttpRequest/errors/toErrorItem.ts';

const bare: ItemFailure = {
	kind: 'invalid input',
	message: 'Item 3: no',
	description: undefined,
	request: undefined,
	response: undefined,
	code: undefined,
	isOutsideRequest: true,
};

const answered: ItemFailure = {
	...bare,
	isOutsideRequest: false,
	description: 'Do it.',
	request: { method: 'GET', url: 'http://x.test/' },
	response: { statusCode: 404, statusMessage: 'Not Found', body: { a: 1 } },
};

const unanswered: ItemFailure = { ...answered, response: undefined, code: 'ECONNRESET' };

it('is a text where it was not the request that failed', () => {
	for (const failure of [bare, { ...answered, isOutsideRequest: true }]) {
		expect(toErrorItem(failure, 3, 4.5)).toEqual({
			json: { error: 'Item 3: no' },
			pairedItem: { item: 3 },
		});
	}
});

it('is an object where it was', () => {
	const error = {
		message: 'Item 3: no',
		name: 'NodeApiError',
		description: 'Do it.',
		status: 404,
		statusText: 'Not Found',
		method: 'GET',
		url: 'http://x.test/',
	};
	expect(toErrorItem(answered, 3, 4.4)).toEqual({ json: { error }, pairedItem: { item: 3 } });
	expect(toErrorItem(answered, 3, 4.5).json).toEqual({
		error,
		details: {
			message: 'Item 3: no',
			description: 'Do it.',
			httpCode: '404',
			body: { a: 1 },
			context: { itemIndex: 3 },
		},
	});
});

it('has the code and no status where there was no answer', () => {
	const { json } = toErrorItem(unanswered, 3, 4.5);
	expect(json.error).toEqual({
		message: 'Item 3: no',
		name: 'NodeApiError',
		description: 'Do it.',
		code: 'ECONNRESET',
		method: 'GET',
		url: 'http://x.test/',
	});
	expect(json.details).toMatchObject({ httpCode: 'ECONNRESET' });
	expect(json.details).not.toHaveProperty('body');
});

// n8n takes an item for an error by exactly these fields.
it.each([4.2, 4.4, 4.5])('has no field beside error and details (version %p)', (version) => {
	for (const failure of [bare, answered, unanswered]) {
		for (const name of Object.keys(toErrorItem(failure, 0, version).json)) {
			expect(['error', 'details']).toContain(name);
		}
	}
});
