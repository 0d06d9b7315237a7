import { concurrentHttpApiAuthentication } from '../../../credentials/concurrentHttpApiAuthentication';

describe('a Concurrent HTTP API credential adds to a request', () => {
	test.each([
		['nothing', { authType: 'none' }, {}],
		[
			'user and password',
			{ authType: 'basic', user: 'ada', password: ' p:ä ' },
			{ basic: { user: 'ada', password: ' p:ä ' } },
		],
		[
			'a user without a password',
			{ authType: 'basic', user: 'ada' },
			{ basic: { user: 'ada', password: '' } },
		],
		[
			'a bearer token',
			{ authType: 'bearer', token: 't0' },
			{ headers: { Authorization: 'Bearer t0' } },
		],
		[
			'a token without the line break it was pasted with',
			{ authType: 'bearer', token: ' t0\n' },
			{ headers: { Authorization: 'Bearer t0' } },
		],
		[
			'a header',
			{ authType: 'header', headerName: 'X-Key', headerValue: 't0' },
			{ headers: { 'X-Key': 't0' } },
		],
		[
			'a query parameter',
			{ authType: 'query', queryName: 'api_key', queryValue: 't0' },
			{ qs: { api_key: 't0' } },
		],
		[
			'headers, query parameters and body fields',
			{
				authType: 'custom',
				json: '{ "headers": { "X-Key": "t0", "X-Version": 2 }, "qs": { "v": 2 }, "body": { "k": "t1" } }',
			},
			{ headers: { 'X-Key': 't0', 'X-Version': '2' }, qs: { v: 2 }, body: { k: 't1' } },
		],
		['some of them', { authType: 'custom', json: '{ "qs": { "v": "2" } }' }, { qs: { v: '2' } }],
	])('%s', (_, credential, added) => {
		expect(concurrentHttpApiAuthentication(credential)).toEqual(added);
	});
});

describe('a Concurrent HTTP API credential is refused', () => {
	test.each([
		['without a token', { authType: 'bearer', token: ' ' }, '"Token" of the credential is empty'],
		['without a header name', { authType: 'header', headerValue: 's' }, '"Header Name"'],
		['without a header value', { authType: 'header', headerName: 'X-Key' }, '"Header Value"'],
		['without a parameter name', { authType: 'query', queryValue: 's' }, '"Query Parameter Name"'],
		['without a parameter value', { authType: 'query', queryName: 'k' }, '"Query Parameter Value"'],
		[
			'of an unknown type',
			{ authType: 'constructor' },
			'unknown authentication type "constructor"',
		],
		['without a type', {}, 'unknown authentication type ""'],
		[
			'whose JSON is empty',
			{ authType: 'custom', json: '' },
			'JSON of the credential is not valid',
		],
		[
			'whose JSON is a list',
			{ authType: 'custom', json: '[]' },
			'The JSON of the credential must be',
		],
		[
			'whose headers are text',
			{ authType: 'custom', json: '{ "headers": "a" }' },
			'"headers" of the',
		],
		['whose qs is null', { authType: 'custom', json: '{ "qs": null }' }, '"qs" of the'],
		['whose body is a number', { authType: 'custom', json: '{ "body": 1 }' }, '"body" of the'],
	])('%s', (_, credential, message) => {
		expect(() => concurrentHttpApiAuthentication(credential)).toThrow(message);
	});

	test.each(['{ "headers": { "X-Key": "s3cret", } }', 's3cret', '"s3cret', '{ "s3cret": s3cret }'])(
		'for JSON that is not valid, without a word of it: %s',
		(json) => {
			const error = errorOf(() => concurrentHttpApiAuthentication({ authType: 'custom', json }));
			expect(error.message).toMatch(/^The JSON of the credential is not valid/);
			expect(error.message).not.toMatch(/s3c|X-K/);
			expect(error.cause).toBeUndefined();
		},
	);

	test('with the position at which its JSON is not valid', () => {
		const json = '{ "headers": { "X-Key": "a", } }';
		const error = errorOf(() => concurrentHttpApiAuthentication({ authType: 'custom', json }));
		expect(error.message).toContain(`at position ${json.indexOf(', }') + 2} (line 1 column 30)`);
	});
});

function errorOf(run: () => unknown): Error {
	try {
		run();
	} catch (error) {
		if (error instanceof Error) return error;
	}
	throw new Error('nothing was thrown');
}
