/** OAuth1 against the verification of another implementation. */
import { createHmac } from 'node:crypto';
import type { INodeParameters } from 'n8n-workflow';
import OAuth from 'oauth-1.0a';
import { TestServer } from '../support/TestServer.ts';
import type { ReceivedRequest } from '../support/TestServer.ts';
import { sendItems } from '../support/workflow/sendItems.ts';

const CREDENTIAL = {
	...{ consumerKey: 'app&key', consumerSecret: 'consumer secret%' },
	oauthTokenData: { oauth_token: 'tok/en', oauth_token_secret: 'token-s3cret' },
};

let server: TestServer;

beforeEach(async () => {
	server = await TestServer.start();
});

afterEach(async () => {
	await server.close();
});

const METHODS = { 'HMAC-SHA1': 'sha1', 'HMAC-SHA256': 'sha256', 'HMAC-SHA512': 'sha512' };

async function send(parameters: INodeParameters, credential: object = {}) {
	return await sendItems(
		{ authentication: 'genericCredentialType', genericAuthType: 'oAuth1Api', ...parameters },
		{ credentials: { oAuth1Api: { ...CREDENTIAL, ...credential } } },
	);
}

function protocolOf({ headers }: ReceivedRequest): Record<string, string> {
	const parts = (headers.authorization ?? '').matchAll(/(\w+)="([^"]*)"/g);
	return Object.fromEntries(
		[...parts].map(([, name, value]) => [name!, decodeURIComponent(value!)] as const),
	);
}

/** What a server that knows the secrets makes of a request. */
function isSigned(request: ReceivedRequest, method: keyof typeof METHODS = 'HMAC-SHA1'): boolean {
	const { oauth_signature: signature, ...protocol } = protocolOf(request);
	const url = new URL(request.url, server.origin);
	const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded');
	const data: Record<string, string[]> = {};
	const form = new URLSearchParams(isForm ? request.body.toString() : '');
	for (const [name, value] of [...url.searchParams, ...form]) (data[name] ??= []).push(value);
	const verifier = new OAuth({
		consumer: { key: CREDENTIAL.consumerKey, secret: CREDENTIAL.consumerSecret },
		signature_method: method,
		hash_function: (base, key) => createHmac(METHODS[method], key).update(base).digest('base64'),
	});
	const target = { url: url.origin + url.pathname, method: request.method, data };
	const expected = verifier.getSignature(
		target,
		CREDENTIAL.oauthTokenData.oauth_token_secret,
		protocol as never,
	);
	return signature === expected && protocol.oauth_consumer_key === CREDENTIAL.consumerKey;
}

it.each(Object.keys(METHODS) as Array<keyof typeof METHODS>)('%s', async (signatureMethod) => {
	const { error } = await send({ url: `${server.origin}/echo` }, { signatureMethod });
	expect(error).toBeUndefined();
	const [request] = server.requests;
	expect(isSigned(request!, signatureMethod)).toBe(true);
	expect(protocolOf(request!)).toMatchObject({
		...{ oauth_signature_method: signatureMethod, oauth_token: 'tok/en', oauth_version: '1.0' },
	});
});

it.each<[string, INodeParameters]>([
	['a query in the URL', { url: '/echo?a=1&b=x%20y&c=%2B&a=0&empty=&d=e=f' }],
	[
		'query parameters, a name twice',
		{
			...{ url: '/echo?z=1', sendQuery: true },
			queryParameters: {
				parameters: [
					{ name: 'tag', value: "it's (b)*!" },
					{ name: 'tag', value: 'ä' },
				],
			},
		},
	],
	[
		'a form',
		{
			...{ method: 'POST', url: '/echo?a=2', sendBody: true, contentType: 'form-urlencoded' },
			bodyParameters: { parameters: [{ name: 'a', value: 'x y+ü' }] },
		},
	],
	[
		'JSON, which is not signed',
		{
			...{ method: 'PUT', url: '/echo', sendBody: true },
			specifyBody: 'json',
			jsonBody: '{"a":1}',
		},
	],
	['a method of its own', { method: 'DELETE', url: '/echo/%7Euser/a%2Fb' }],
])('signs %s', async (_name, parameters) => {
	server.route('/echo/%7Euser/a%2Fb', (_request, response) => response.end());
	const { error } = await send({ ...parameters, url: `${server.origin}${String(parameters.url)}` });
	expect(error).toBeUndefined();
	expect(server.requests.map((request) => isSigned(request))).toEqual([true]);
});

it('signs each request with a nonce of its own, and a redirect for its own URL', async () => {
	const { error } = await send({ url: `${server.origin}/redirect?times=2` });
	expect(error).toBeUndefined();
	expect(server.requests.map((request) => isSigned(request))).toEqual([true, true, true]);
	const nonces = server.requests.map((request) => protocolOf(request).oauth_nonce);
	expect(new Set(nonces).size).toBe(3);
});

it('keeps the headers of the item', async () => {
	await send({
		...{ url: `${server.origin}/echo`, sendHeaders: true },
		headerParameters: { parameters: [{ name: 'X-Mine', value: 'kept' }] },
	});
	expect(server.requests[0]?.headers['x-mine']).toBe('kept');
});

it('signs nothing for another origin', async () => {
	const elsewhere = await TestServer.start();
	const to = encodeURIComponent(`${elsewhere.origin}/echo`);
	await send({ url: `${server.origin}/redirect?to=${to}` });
	expect(elsewhere.requests[0]?.headers).not.toHaveProperty('authorization');
	await elsewhere.close();
});

it('is refused where the credential is not connected', async () => {
	const { error } = await send({ url: server.origin }, { oauthTokenData: undefined });
	expect(error?.message).toMatch(/The OAuth1 credential is not connected/);
	expect(server.connections).toBe(0);
});
