import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

import {
	type IAuthenticate,
	type ICredentialDataDecryptedObject,
	type IHttpRequestOptions,
	injectDomainRestrictionFields,
	NodeHelpers,
} from 'n8n-workflow';

import { ConcurrentHttpApi } from '../../../credentials/ConcurrentHttpApi.credentials';

const credential = new ConcurrentHttpApi();

/** Labels of the fields that the credential's dialog shows. */
function shown(authType: string): string[] {
	return credential.properties
		.filter((property) => NodeHelpers.displayParameter({ authType }, property, null, null))
		.map(({ displayName }) => displayName);
}

async function authenticate(
	data: ICredentialDataDecryptedObject,
	request: IHttpRequestOptions,
): Promise<IHttpRequestOptions> {
	const add = credential.authenticate as Exclude<IAuthenticate, { type: string }>;
	return await add({ baseUrl: 'https://api.test', ...data }, request);
}

describe("the credential's dialog", () => {
	test.each([
		['none', []],
		['basic', ['User', 'Password']],
		['bearer', ['Token']],
		['header', ['Header Name', 'Header Value']],
		['query', ['Query Parameter Name', 'Query Parameter Value']],
		['custom', ['JSON']],
	])('shows for "%s" what it needs and nothing else', (authType, fields) => {
		expect(shown(authType)).toEqual([
			'Base URL',
			'Authentication',
			...fields,
			'Test Path',
			'Max Concurrency',
			'Rate Limits',
		]);
	});

	test('hides every secret', () => {
		const secrets = credential.properties
			.filter(({ typeOptions }) => typeOptions?.password ?? typeOptions?.redactJsonLeaves)
			.map(({ name }) => name);
		expect(secrets).toEqual(['password', 'token', 'headerValue', 'queryValue', 'json']);
	});

	test('gets the fields by which an administrator restricts its domains', () => {
		const names = injectDomainRestrictionFields(credential).map(({ name }) => name);
		expect(names).toEqual(expect.arrayContaining(['allowedHttpRequestDomains', 'allowedDomains']));
	});

	test.each(Object.values(new ConcurrentHttpApi().icon))('has its icon: %s', (icon) => {
		const here = resolve(__dirname, '../../../credentials');
		const file = resolve(here, icon.replace(/^file:/, ''));
		expect(existsSync(file) && dirname(file).startsWith(dirname(here))).toBe(true);
	});
});

describe('authenticating a request that n8n sends', () => {
	const request = (): IHttpRequestOptions => ({
		url: '/me',
		headers: { Accept: 'text/plain' },
		qs: { page: 2 },
	});

	test('adds a header to those it has', async () => {
		const sent = await authenticate({ authType: 'bearer', token: 't0' }, request());
		expect(sent.headers).toEqual({ Accept: 'text/plain', Authorization: 'Bearer t0' });
	});

	test('adds a query parameter to those it has', async () => {
		const data = { authType: 'query', queryName: 'k', queryValue: 't0' };
		expect((await authenticate(data, request())).qs).toEqual({ page: 2, k: 't0' });
	});

	test('adds a login as a header', async () => {
		const sent = await authenticate({ authType: 'basic', user: 'ada', password: 'p' }, request());
		expect(sent.headers).toEqual({ Accept: 'text/plain', Authorization: 'Basic YWRhOnA=' });
	});

	test('changes nothing without authentication', async () => {
		expect(await authenticate({ authType: 'none' }, request())).toEqual(request());
	});

	test.each([
		['an object', { a: 1 }, { a: 1, k: 't0' }],
		['no body', undefined, { k: 't0' }],
		['text', 'a=1', 'a=1'],
		['bytes', Buffer.from('a'), Buffer.from('a')],
		['a list', [1], [1]],
	])('adds body fields where the body can take them: %s', async (_, body, expected) => {
		const data = { authType: 'custom', json: '{ "body": { "k": "t0" } }' };
		expect((await authenticate(data, { ...request(), body })).body).toEqual(expected);
	});

	describe('of another node', () => {
		const bearer = { baseUrl: ' https://api.test/v1 ', authType: 'bearer', token: 'geheim-4711' };
		/** Some of n8n's nodes call the URL `uri`. */
		const to = async (target: object, data: ICredentialDataDecryptedObject = bearer) =>
			await authenticate(data, { ...target } as IHttpRequestOptions);

		test.each([
			{ url: 'https://evil.test/me' },
			{ uri: 'https://evil.test/me' },
			{ uri: new URL('https://evil.test/me') },
			{ url: 'https://evil.test', uri: 'https://api.test' },
			{ url: 'https://evil.test/me', baseURL: 'https://api.test/v1' },
			{ url: '/me', baseURL: 'https://evil.test' },
			{ url: '', baseURL: 'https://evil.test' },
			{ url: '//evil.test/me' },
			{ url: ' \t//evil.test/me' },
			{ url: '\\\\evil.test/me' },
			{ url: 'https:evil.test/me' },
			{ url: 'https://api.test@evil.test/me' },
			{ url: 'https://api.test.evil.test/me' },
			{ url: 'https://api.test:8443/me' },
			{ url: 'http://api.test/me' },
			{ url: 'https://[api.test/me' },
		])('is refused for another origin: %j', async (target) => {
			const failure = await to(target).catch((error: unknown) => error);
			expect(failure).toBeInstanceOf(Error);
			const { message } = failure as Error;
			expect(message).toMatch(/^The request .+ this credential .+\. .+\.$/);
			expect(message).not.toMatch(/geheim|\/me/);
		});

		test.each([
			{ url: '/me' },
			{ url: 'me' },
			{},
			{ url: '/me', baseURL: 'https://api.test/v1' },
			{ uri: '/me', baseURL: 'https://api.test' },
			{ url: 'https://api.test/v2/me' },
			{ uri: 'https://API.test:443/me?to=https://evil.test' },
			{ uri: new URL('https://api.test/me') },
		])('is authenticated at the origin of the base URL: %j', async (target) => {
			const { headers, ...sent } = await to(target);
			expect(headers).toEqual({ Authorization: 'Bearer geheim-4711' });
			expect(sent).toMatchObject(target);
		});

		test('keeps the secret when it is redirected', async () => {
			expect(await to({ url: '/me', sendCredentialsOnCrossOriginRedirect: true })).toMatchObject({
				sendCredentialsOnCrossOriginRedirect: false,
				allowedDomains: 'api.test',
			});
		});

		test('keeps to the domains that an administrator allows', async () => {
			const sent = await to({ url: '/me', allowedDomains: 'a.test, api.test' });
			expect(sent.allowedDomains).toBe('a.test, api.test');
		});

		test('may go anywhere without a secret', async () => {
			const none = { ...bearer, authType: 'none' };
			const target = { url: 'https://other.test/' };
			expect(await to(target, none)).toEqual({ ...target, headers: {}, qs: {} });
		});
	});

	test('fails when the credential is incomplete', async () => {
		await expect(authenticate({ authType: 'bearer' }, request())).rejects.toThrow('"Token"');
	});
});

describe('the connection test', () => {
	test('does not follow redirects, which may lead to a login page that answers 200', () => {
		expect(credential.test.request.disableFollowRedirect).toBe(true);
	});

	test.each([301, 302, 303, 307, 308, 401, 403, 404])('explains status %i', (status) => {
		const rule = credential.test.rules?.find(({ properties }) => properties.value === status);
		expect(rule?.type).toBe('responseCode');
		expect(rule?.properties.message).toMatch(/^The(re)? .+\.$/);
	});
});
