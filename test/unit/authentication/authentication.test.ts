import type { ICredentialDataDecryptedObject, IExecuteFunctions, INode } from 'n8n-workflow';

import { RunAuthentication } from '../../../nodes/ConcurrentHttpRequest/authentication/index.ts';
import { withParts } from '../../../nodes/ConcurrentHttpRequest/secrets/secrets.ts';
import { parametersOf } from '../parameters/parametersOf.ts';

const node = { name: 'Request', type: 'x' } as INode;

/** The authentication of a run, with what reads its credentials. */
function newRun(read: IExecuteFunctions['getCredentials']): RunAuthentication {
	const helpers = { getSecureEgressFilter: () => undefined };
	const context = { getCredentials: read, getNode: () => node, getMode: () => 'manual', helpers };
	return new RunAuthentication(context as unknown as IExecuteFunctions);
}

async function authenticate(type: string, credential: ICredentialDataDecryptedObject) {
	const parameters =
		type === 'concurrentHttpApi'
			? { authentication: type }
			: { authentication: 'genericCredentialType', genericAuthType: type };
	const read = jest.fn(async () => await Promise.resolve(credential));
	const authentication = await newRun(read as never).forItem(parametersOf(parameters), 3);
	expect(read.mock.calls.at(-1)).toEqual([type, 3]);
	return authentication;
}

const api = (credential: ICredentialDataDecryptedObject) =>
	authenticate('concurrentHttpApi', { baseUrl: 'https://api.test', ...credential });

const basicOf = (login: string) => `Basic ${Buffer.from(login).toString('base64')}`;

it.each([
	[
		'httpBasicAuth',
		{ user: 'mé', password: 'p:ä' },
		{ headers: { Authorization: basicOf('mé:p:ä') } },
	],
	['httpBearerAuth', { token: 'abc' }, { headers: { Authorization: 'Bearer abc' } }],
	['httpHeaderAuth', { name: 'X-Key', value: 'abc' }, { headers: { 'X-Key': 'abc' } }],
	['httpQueryAuth', { name: 'key', value: 'abc' }, { query: { key: 'abc' } }],
	[
		'httpCustomAuth',
		{ json: '{"headers":{"a":"abc"},"qs":{"b":1},"body":{"c":[true]}}' },
		{ headers: { a: 'abc' }, query: { b: 1 }, body: { c: [true] } },
	],
])('%s', async (type, credential, expected) => {
	expect(await authenticate(type, credential)).toMatchObject(expected);
});

describe('the credential of this package', () => {
	it.each([
		[{ authType: 'none' }, {}],
		[
			{ authType: 'basic', user: 'me', password: 'abc' },
			{ headers: { Authorization: basicOf('me:abc') } },
		],
		[{ authType: 'bearer', token: ' abc\n' }, { headers: { Authorization: 'Bearer abc' } }],
		[
			{ authType: 'header', headerName: 'X-Key ', headerValue: 'abc\n' },
			{ headers: { 'X-Key': 'abc' } },
		],
		[{ authType: 'query', queryName: 'key', queryValue: 'abc' }, { query: { key: 'abc' } }],
		[{ authType: 'custom', json: '{"qs":{"a":"b"}}' }, { query: { a: 'b' } }],
		[{ authType: 'custom', json: '' }, {}],
	])('%j', async (credential, expected) => {
		expect(await api(credential)).toMatchObject({ ...expected, baseUrl: 'https://api.test' });
	});

	it.each([
		[{ authType: 'bearer', token: ' ' }, '"Token" of the credential is empty'],
		[{ authType: 'header', headerName: 'a' }, '"Header Value" of the credential is empty'],
		[{ authType: 'query', queryValue: 'a' }, '"Query Parameter Name" of the credential is empty'],
		[{ authType: 'none', baseUrl: '' }, '"Base URL" of the credential is empty'],
		[{ authType: 'digest' }, '"Authentication" of the credential is of an unknown kind'],
		[{}, '"Authentication" of the credential is of an unknown kind'],
		[{ authType: 'constructor' }, '"Authentication" of the credential is of an unknown kind'],
	])('is refused where it is incomplete: %j', async (credential, message) => {
		await expect(api(credential)).rejects.toThrow(message);
	});
});

describe('custom JSON', () => {
	it.each([
		['[]', 'must be a JSON object'],
		['{"headers":[]}', 'must have an object under "headers"'],
		['{"qs":"a"}', 'must have an object under "qs"'],
		['{"token":"secret-0815"', 'is not valid JSON'],
	])('is refused without repeating it: %s', async (json, problem) => {
		const refused = authenticate('httpCustomAuth', { json });
		await expect(refused).rejects.toThrow(`"Custom Auth JSON" ${problem}`);
		await expect(refused).rejects.not.toThrow(/0815/);
	});

	it('may leave parts out', async () => {
		const { headers, query, body } = await authenticate('httpCustomAuth', { json: '{"qs":null}' });
		expect([headers, query, body]).toEqual([undefined, undefined, undefined]);
	});
});

describe('what must not appear in an error', () => {
	it.each([
		['httpBasicAuth', { user: 'me', password: 'abc-1' }, ['abc-1', basicOf('me:abc-1')]],
		// Servers tend to send back the part behind "Basic".
		['httpBasicAuth', { user: 'me', password: 'abc-1' }, [btoa('me:abc-1')]],
		['httpBearerAuth', { token: 'abc-1' }, ['abc-1']],
		['httpHeaderAuth', { name: 'X-Key', value: 'abc-1' }, ['abc-1']],
		['httpQueryAuth', { name: 'key', value: 'abc-1' }, ['abc-1']],
		['httpCustomAuth', { json: '{"headers":{"a":"abc-1"}}' }, ['abc-1']],
		[
			'httpCustomAuth',
			{ json: '{"qs":{"a":["abc-1"]},"body":{"b":{"c":"abc-2"}}}' },
			['abc-1', 'abc-2'],
		],
		['httpCustomAuth', { json: '{"qs":{"pin":481516}}' }, ['481516']],
		['httpHeaderAuth', { name: 'X-Pin', value: 481516 }, ['481516']],
	])('%s %j: %j', async (type, credential, expected) => {
		const { secrets } = await authenticate(type, credential);
		expect(secrets.flatMap(withParts)).toEqual(expect.arrayContaining(expected));
	});

	it('include what the token server gets only where its name looks secret', async () => {
		const { secrets } = await authenticate('oAuth2Api', {
			clientSecret: 'geheim-4711',
			additionalBodyProperties: JSON.stringify({
				...{ audience: 'https://api.test', scope: 'linked', client_assertion: 'abc-1' },
				nested: { password: 'abc-2', resource: 'orders' },
			}),
		});
		expect(secrets).toEqual(expect.arrayContaining(['geheim-4711', 'abc-1', 'abc-2']));
		expect(secrets.join(' ').replace(/\{.*\}/, '')).not.toMatch(/api\.test|linked|orders/);
	});

	it.each([
		[{ headers: { 'X-Tenant': 'acme', 'X-API-Key': 'abc-1' } }, ['acme']],
		[
			{ qs: { v: '2.0', token: 'abc-1' }, body: { app: { name: 'acme', pwd: 'x-1' } } },
			['2.0', 'acme'],
		],
	])('of %j may be constants: %j', async (json, expected) => {
		const { secrets, constants } = await authenticate('httpCustomAuth', {
			json: JSON.stringify(json),
		});
		expect([...constants].sort()).toEqual(expected);
		expect(secrets).toEqual(expect.arrayContaining([...expected, 'abc-1']));
	});

	it('does not include public fields, nor texts so short that they occur everywhere', async () => {
		const { secrets } = await api({
			authType: 'header',
			headerName: 'X-Key',
			headerValue: 'ab',
			allowedHttpRequestDomains: 'domains',
			allowedDomains: 'api.test',
		});
		expect(secrets).toEqual([]);
	});
});

describe('where it may be sent', () => {
	it.each([
		[{}, undefined],
		[{ allowedHttpRequestDomains: 'all', allowedDomains: 'a.test' }, undefined],
		[{ allowedHttpRequestDomains: 'domains', allowedDomains: 'a.test, b.test' }, 'a.test, b.test'],
	])('%j: %j', async (restriction, expected) => {
		const { allowedDomains } = await authenticate('httpBearerAuth', {
			token: 'abc',
			...restriction,
		});
		expect(allowedDomains).toBe(expected);
	});

	it('is nowhere if HTTP nodes may not use it', async () => {
		const refused = authenticate('httpBearerAuth', {
			token: 'abc',
			allowedHttpRequestDomains: 'none',
		});
		await expect(refused).rejects.toThrow();
	});
});

describe('without a credential', () => {
	it.each([
		{},
		{ authentication: 'none' },
		{ authentication: 'none', genericAuthType: 'httpBasicAuth' },
	])('reads no credential: %j', async (parameters) => {
		const read = jest.fn();
		const authentication = await newRun(read).forItem(parametersOf(parameters), 0);
		expect(authentication).toEqual({
			...{ allowedDomains: undefined, secrets: [], constants: new Set() },
		});
		expect(read).not.toHaveBeenCalled();
	});

	it.each([
		[{ authentication: 'genericCredentialType' }, '"Generic Auth Type" is not chosen'],
		[
			{ authentication: 'genericCredentialType', genericAuthType: '' },
			'"Generic Auth Type" is not chosen',
		],
		[
			{ authentication: 'genericCredentialType', genericAuthType: 'httpQuantumAuth' },
			'"Authentication" of type "httpQuantumAuth" is not supported',
		],
		[
			{ authentication: 'genericCredentialType', genericAuthType: 'constructor' },
			'"Authentication" of type "constructor" is not supported',
		],
	])('refuses before one is read: %j', async (parameters, message) => {
		const read = jest.fn(async () => await Promise.resolve({}));
		const refused = async () => await newRun(read as never).forItem(parametersOf(parameters), 0);
		await expect(refused).rejects.toThrow(message);
		expect(read).not.toHaveBeenCalled();
	});
});
