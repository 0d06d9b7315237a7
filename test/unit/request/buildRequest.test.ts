import type { ItemAuthentication } from '../../../nodes/ConcurrentHttpRequest/authentication/index.ts';
import { buildRequest } from '../../../nodes/ConcurrentHttpRequest/request/buildRequest.ts';
import { filesOf } from './filesOf.ts';
import { parametersOf } from '../parameters/parametersOf.ts';
import { DEFAULT_SETTINGS } from '../transport/requestTo.ts';

const NO_CREDENTIAL: ItemAuthentication = {
	...{ allowedDomains: undefined, secrets: [], constants: new Set() },
};

const build = (values: Record<string, unknown>, authentication?: Partial<ItemAuthentication>) =>
	buildRequest(
		parametersOf({ url: 'http://api.test/a', ...values }),
		{ ...NO_CREDENTIAL, ...authentication },
		4.4,
		filesOf(),
	);

const headers = (...rows: Array<[string, unknown]>) => ({
	sendHeaders: true,
	headerParameters: { parameters: rows.map(([name, value]) => ({ name, value })) },
});

const raw = (rawContentType: string) => ({
	sendBody: true,
	contentType: 'raw',
	rawContentType,
	body: '<a/>',
});

it('accepts compression, unless the item sets the header itself', () => {
	const asking = (name: string) => ({
		sendHeaders: true,
		headerParameters: { parameters: [{ name, value: 'identity' }] },
		options: { lowercaseHeaders: false },
	});
	expect(build({}).headers).toHaveProperty('accept-encoding', 'gzip, deflate, br, zstd');
	for (const name of ['Accept-Encoding', 'ACCEPT-ENCODING']) {
		const { headers } = build(asking(name));
		expect(headers).toHaveProperty(name, 'identity');
		expect(headers).not.toHaveProperty('accept-encoding');
	}
});

it('needs only a URL', () => {
	expect(build({})).toEqual({
		method: 'GET',
		url: new URL('http://api.test/a'),
		origin: 'http://api.test',
		headers: {
			accept: expect.stringContaining('*/*;q=0.7') as string,
			'user-agent': 'n8n',
			'accept-encoding': 'gzip, deflate, br, zstd',
		},
		body: undefined,
		credential: {
			headerNames: new Set(),
			inBody: false,
			inQuery: false,
			allowedDomains: undefined,
		},
		secrets: [],
		...DEFAULT_SETTINGS,
	});
});

describe('the method', () => {
	it.each(['GET', 'POST', 'M-SEARCH', 'PROPFIND', ' PUT '])('%j', (method) => {
		expect(build({ method }).method).toBe(method.trim());
	});

	// HTTP Request writes every method in capitals.
	it.each(['get', 'Post'])('is written in capitals: %j', (method) => {
		expect(build({ method }).method).toBe(method.toUpperCase());
	});

	it.each(['', 'GET /x', 'GET\r\nX: 1', 'Ü', 'A:B', {}])('is refused: %j', (method) => {
		expect(() => build({ method })).toThrow('"Method" is not an HTTP method');
	});

	it('is refused where it would request a tunnel', () => {
		expect(() => build({ method: 'connect' })).toThrow('"Method" cannot be CONNECT');
	});
});

describe('the Content-Type', () => {
	const json = { sendBody: true, specifyBody: 'json', jsonBody: '{}' };

	it('of JSON yields to the header of the item', () => {
		expect(build(json).headers).toMatchObject({ 'content-type': 'application/json' });
		const own = build({ ...json, ...headers(['Content-Type', 'application/problem+json']) });
		expect(own.headers).toMatchObject({ 'content-type': 'application/problem+json' });
	});

	it('of other bodies does not', () => {
		const values = { ...raw('text/xml'), ...headers(['Content-Type', 'a/b']) };
		const lowerCase = build(values).headers;
		expect(lowerCase).toMatchObject({ 'content-type': 'text/xml' });
		const asWritten = build({ ...values, options: { lowercaseHeaders: false } }).headers;
		expect(Object.keys(asWritten).filter((name) => /^content-type$/i.test(name))).toHaveLength(1);
	});

	it('may be left open', () => {
		expect(build(raw('')).headers).not.toHaveProperty('content-type');
	});

	it.each(['text/plain\r\nX-Other: 1', 'text/€'])('is refused: %j', (type) => {
		expect(() => build(raw(type))).toThrow(/^"Content Type" contain/);
	});
});

describe('a login in the URL', () => {
	const url = 'http://me:s%C3%A9cret@api.test/a';

	it('becomes Basic authentication, in place of a header of the item', () => {
		const request = build({ url, ...headers(['authorization', 'x']) });
		const authorization = Object.entries(request.headers).filter(([name]) =>
			/^authorization$/i.test(name),
		);
		expect(authorization).toEqual([
			['authorization', `Basic ${Buffer.from('me:sécret').toString('base64')}`],
		]);
		expect(request.url.href).toBe('http://api.test/a');
	});

	it('yields to the credential', () => {
		const request = build({ url }, { headers: { authorization: 'Bearer t' } });
		expect(request.headers).toMatchObject({ Authorization: 'Bearer t' });
		expect(request.headers).not.toHaveProperty('authorization');
	});

	it('is a secret, also in its encoded form', () => {
		const { secrets } = build({ url }, { secrets: ['other'] });
		expect(secrets).toEqual(expect.arrayContaining(['other', 'sécret']));
		expect(secrets.join()).toContain(Buffer.from('me:sécret').toString('base64'));
	});

	it('without a password adds no empty secret', () => {
		expect(build({ url: 'http://me@api.test/' }).secrets).not.toContain('');
	});
});

describe('what the credential adds', () => {
	it('replaces what the item sets, and is marked as the credential’s', () => {
		const request = build(
			{ ...headers(['x-key', 'mine'], ['x-other', '1']) },
			{ headers: { 'X-Key': 'abc', 'X-None': null, 'X-Pin': 12 }, allowedDomains: 'api.test' },
		);
		expect(request.headers).toMatchObject({ 'x-key': 'abc', 'X-Pin': '12', 'x-other': '1' });
		expect(request.headers).not.toHaveProperty('X-Key');
		expect(request.credential).toEqual({
			headerNames: new Set(['x-key', 'x-pin']),
			inBody: false,
			inQuery: false,
			allowedDomains: 'api.test',
		});
	});

	it('may have spaces around the names of headers', () => {
		const request = build({}, { headers: { ' X-Key\t': 'abc' } });
		expect(request.headers).toMatchObject({ 'X-Key': 'abc' });
		expect(request.credential?.headerNames).toEqual(new Set(['x-key']));
	});

	it('may set the Content-Type of a form', () => {
		const request = build(
			{ sendBody: true, specifyBody: 'json', jsonBody: '{"a":"b c"}' },
			{ headers: { 'Content-Type': 'application/x-www-form-urlencoded' } },
		);
		expect(request.body).toBe('a=b%20c');
	});

	it('in the query replaces the parameter of that name', () => {
		const query = { sendQuery: true, specifyQuery: 'json', jsonQuery: '{"key":"mine","a":"1"}' };
		const request = build(query, { query: { key: 'abc' } });
		expect(request.url.search).toBe('?key=abc&a=1');
		expect(request.credential.inQuery).toBe(true);
	});

	it('in the body is marked as such', () => {
		expect(build({}, { body: { a: 1 } })).toMatchObject({
			body: '{"a":1}',
			credential: { inBody: true },
		});
		expect(build({}, { body: {} })).toMatchObject({
			body: undefined,
			credential: { inBody: false },
		});
	});

	it.each([
		[{ 'X Key': 'secret-0815' }],
		[{ 'X-Key': 'secret-0815\r\nX-Other: 1' }],
		// Entered the wrong way round.
		[{ 'Bearer secret-0815': 'Authorization' }],
		[{ 'secret-0815': 'Schlüssel €' }],
	])('is refused where HTTP does not allow it, without the secret: %j', (added) => {
		expect(() => build({}, { headers: added })).toThrow(/^"Headers of the credential" contain/);
		expect(() => build({}, { headers: added })).not.toThrow(/0815/);
	});

	it.each(['Connection', 'Content-Length', 'Transfer-Encoding'])(
		'leaves out what is the business of the connection, as the item’s headers do: %s',
		(name) => {
			const request = build({}, { headers: { [name]: 'close' } });
			expect(Object.keys(request.headers).map((each) => each.toLowerCase())).not.toContain(
				name.toLowerCase(),
			);
		},
	);
});

it.each([
	['json', 'application/json,text/*;q=0.99'],
	['text', expect.stringContaining('*/*;q=0.1')],
	['file', expect.stringContaining('image/*')],
	['autodetect', expect.stringContaining('image/*')],
])('sends the Accept header of the response format %s', (responseFormat, accept) => {
	const options = { response: { response: { responseFormat } } };
	expect(build({ options }).headers.accept).toEqual(accept);
	expect(build({ options, ...headers(['Accept', 'a/b']) }).headers.accept).toBe('a/b');
});
