import type { ItemFailure } from '../../../nodes/ConcurrentHttpRequest/errors/ItemFailure.ts';
import { toErrorItem } from '../../../nodes/ConcurrentHttpRequest/errors/toErrorItem.ts';

const bare: ItemFailure = {
	kind: 'invalid input',
	problem: 'no',
	message: 'no [item 3, the 4th of 20]',
	description: undefined,
	request: undefined,
	response: undefined,
	code: undefined,
	isOutsideRequest: true,
};

const withResponse: ItemFailure = {
	...bare,
	isOutsideRequest: false,
	description: 'Do it.',
	request: { method: 'GET', url: 'http://x.test/' },
	response: {
		statusCode: 404,
		statusMessage: 'Not Found',
		headers: { 'x-id': '7' },
		body: { a: 1 },
	},
};

const withoutResponse: ItemFailure = { ...withResponse, response: undefined, code: 'ECONNRESET' };

it('is a text if the request itself did not fail', () => {
	for (const failure of [bare, { ...withResponse, isOutsideRequest: true }]) {
		expect(toErrorItem(failure, 3, 4.5)).toEqual({
			json: { error: 'no [item 3, the 4th of 20]' },
			pairedItem: { item: 3 },
		});
	}
});

it('is an object if the request failed', () => {
	const error = {
		message: 'no [item 3, the 4th of 20]',
		name: 'NodeApiError',
		description: 'Do it.',
		status: 404,
		statusText: 'Not Found',
		headers: { 'x-id': '7' },
		body: { a: 1 },
		method: 'GET',
		url: 'http://x.test/',
	};
	expect(toErrorItem(withResponse, 3, 4.4)).toEqual({ json: { error }, pairedItem: { item: 3 } });
	expect(toErrorItem(withResponse, 3, 4.5).json).toEqual({
		error,
		details: {
			message: 'no [item 3, the 4th of 20]',
			description: 'Do it.',
			httpCode: '404',
			body: { a: 1 },
			context: { itemIndex: 3 },
		},
	});
});

it('has the code and no status without a response', () => {
	const { json } = toErrorItem(withoutResponse, 3, 4.5);
	expect(json.error).toEqual({
		message: 'no [item 3, the 4th of 20]',
		name: 'NodeApiError',
		description: 'Do it.',
		code: 'ECONNRESET',
		method: 'GET',
		url: 'http://x.test/',
	});
	expect(json.details).toMatchObject({ httpCode: 'ECONNRESET' });
	expect(json.details).not.toHaveProperty('body');
});

describe('what is added', () => {
	const details = { tries: 3 };

	it('is within the error, so that n8n takes the item for one', () => {
		const added = { tries: 3, detailsField: 'request', details };
		const { json } = toErrorItem(withoutResponse, 0, 4.4, added);
		expect(Object.keys(json)).toEqual(['error']);
		expect(json.error).toMatchObject({
			message: 'no [item 3, the 4th of 20]',
			tries: 3,
			request: details,
		});
	});

	it('does not take the place of what the error has', () => {
		const { json } = toErrorItem(withResponse, 0, 4.5, { detailsField: 'message', details });
		expect(json.error).toMatchObject({ message: 'no [item 3, the 4th of 20]' });
	});

	it('makes an object of an error that would be a text', () => {
		const { json } = toErrorItem(bare, 0, 4.5, { tries: 1, detailsField: 'request', details });
		expect(json.error).toMatchObject({ message: 'no [item 3, the 4th of 20]', request: details });
		expect(toErrorItem(bare, 0, 4.5, { tries: 1 }).json).toEqual({
			error: 'no [item 3, the 4th of 20]',
		});
	});
});

/** The fields of an item that n8n-core takes for an error, `error` among them. */
const KNOWN_AT_FIRST = [['error'], ['error', 'message']];
const KNOWN_LATER = [...KNOWN_AT_FIRST, ['details', 'error'], ['details', 'error', 'message']];

describe.each([
	['2.30.4', KNOWN_AT_FIRST],
	['2.31.0', KNOWN_AT_FIRST],
	['2.34.2', KNOWN_AT_FIRST],
	['2.34.4', KNOWN_LATER],
	['2.35.1', KNOWN_AT_FIRST],
	['2.35.2', KNOWN_LATER],
	['2.36.0', KNOWN_LATER],
	['2.41.1', KNOWN_LATER],
	['', KNOWN_AT_FIRST],
])('with n8n-core %s', (coreVersion, known) => {
	it.each([4, 4.1, 4.2, 4.3, 4.4, 4.5])('is taken for an error (node version %p)', (version) => {
		for (const failure of [bare, withResponse, withoutResponse]) {
			const { json } = toErrorItem(failure, 0, version, {}, coreVersion);
			expect(json.error).toBeTruthy();
			expect(known).toContainEqual(Object.keys(json).sort());
		}
	});
});

describe('details', () => {
	const hasDetails = (typeVersion: number, coreVersion?: string) =>
		'details' in toErrorItem(withResponse, 0, typeVersion, {}, coreVersion).json;

	it.each(['2.34.4', '2.34.10', '2.35.2', '2.36.0', '2.41.1', '2.100.0', '3.0.0', '3.0.0-rc.1'])(
		'are given in n8n-core %s from node version 4.5 on',
		(coreVersion) => {
			expect(hasDetails(4.5, coreVersion)).toBe(true);
			expect(hasDetails(4.4, coreVersion)).toBe(false);
		},
	);

	it.each([
		'2.30.4',
		'2.31.0',
		'2.33.9',
		'2.34.0',
		'2.34.2',
		'2.35.0',
		'2.35.1',
		'1.123.4',
		'x',
		'',
	])('are not given in n8n-core %j, which would take the item for a success', (coreVersion) => {
		expect(hasDetails(4.5, coreVersion)).toBe(false);
	});

	it('depend on the n8n-core that is installed', () => {
		expect(hasDetails(4.5)).toBe(true);
	});
});
