/** The hosts to which an administrator, or the owner of a credential, restricts it. */
import dns from 'node:dns';
import type { ICredentialDataDecryptedObject, INodeParameters } from 'n8n-workflow';
import { TestServer } from '../support/TestServer.ts';
import { sendItems } from '../support/workflow/sendItems.ts';

let server: TestServer;
let port: string;

beforeAll(async () => {
	server = await TestServer.start();
	port = new URL(server.origin).port;
});

beforeEach(() => server.reset());

afterEach(() => {
	jest.restoreAllMocks();
});

afterAll(async () => {
	await server.close();
});

const secrets: Array<[type: string, credential: ICredentialDataDecryptedObject]> = [
	['httpBasicAuth', { user: 'ada', password: 'secret' }],
	['httpBearerAuth', { token: 'secret' }],
	['httpHeaderAuth', { name: 'X-Key', value: 'secret' }],
	['httpQueryAuth', { name: 'key', value: 'secret' }],
	['httpDigestAuth', { user: 'ada', password: 'secret' }],
	[
		'oAuth1Api',
		{
			...{ signatureMethod: 'HMAC-SHA1', consumerKey: 'key', consumerSecret: 'secret' },
			oauthTokenData: { oauth_token: 'token', oauth_token_secret: 'secret' },
		},
	],
	['oAuth2Api', { grantType: 'clientCredentials', oauthTokenData: { access_token: 'secret' } }],
	['httpCustomAuth', { json: '{"headers":{"X-Key":"secret"}}' }],
];

const send = async (
	[type, credential]: [string, ICredentialDataDecryptedObject],
	restriction: ICredentialDataDecryptedObject,
	parameters: INodeParameters,
) =>
	sendItems(
		{ authentication: 'genericCredentialType', genericAuthType: type, ...parameters },
		{ credentials: { [type]: { ...credential, ...restriction } } },
	);

const only = (allowedDomains: string) => ({ allowedHttpRequestDomains: 'domains', allowedDomains });

describe.each(secrets)('%s', (type, credential) => {
	it('is sent to the domain it is for', async () => {
		const url = `http://localhost:${port}/text`;
		const { error } = await send([type, credential], only('example.com, localhost'), { url });
		expect(error).toBeUndefined();
		expect(server.requests).toHaveLength(1);
	});

	it('is not sent to another', async () => {
		const url = `http://127.0.0.1:${port}/text`;
		const { error, items } = await send([type, credential], only('localhost'), { url });
		expect(items).toEqual([]);
		expect(`${error?.message} ${error?.description}`).toMatch(/domain/i);
		expect(server.connections).toBe(0);
	});

	it('is not sent to another by a redirect', async () => {
		const to = `http://127.0.0.1:${port}/echo`;
		const url = `http://localhost:${port}/redirect?to=${encodeURIComponent(to)}`;
		const { error, items } = await send([type, credential], only('localhost'), {
			...{ url, options: { sendCredentialsOnCrossOriginRedirect: true } },
		});
		expect(items).toEqual([]);
		expect(`${error?.message} ${error?.description}`).toMatch(/domain/i);
		expect(server.requests.map(({ url: path }) => path.split('?')[0])).toEqual(['/redirect']);
	});

	it('is not sent to another by the next page', async () => {
		const next = `={{ $pageCount ? "http://127.0.0.1:${port}/echo" : undefined }}`;
		const pagination = {
			pagination: { paginationMode: 'responseContainsNextURL', nextURL: next },
		};
		const { error, items } = await send([type, credential], only('localhost'), {
			url: `http://localhost:${port}/json`,
			options: { pagination, sendCredentialsOnCrossOriginRedirect: true },
		});
		expect(items).toEqual([]);
		expect(`${error?.message} ${error?.description}`).toMatch(/domain/i);
		expect(server.requests.map(({ url }) => url.split('?')[0])).toEqual(['/json']);
	});

	it('is not sent to another through a proxy', async () => {
		const { error } = await send([type, credential], only('localhost'), {
			url: 'http://api.example.com/',
			options: { proxy: server.origin },
		});
		expect(`${error?.message} ${error?.description}`).toMatch(/domain/i);
		expect(server.connections).toBe(0);
	});

	it('is not used where no HTTP node may use it', async () => {
		const url = `http://localhost:${port}/text`;
		const { error, items } = await send(
			[type, credential],
			{ allowedHttpRequestDomains: 'none' },
			{ url },
		);
		expect(items).toEqual([]);
		expect(error?.message).toMatch(/HTTP Request/);
		expect(server.connections).toBe(0);
	});
});

const bearer: [string, ICredentialDataDecryptedObject] = ['httpBearerAuth', { token: 'secret' }];

it('takes wildcards for subdomains', async () => {
	type Found = (error: null, addresses: Array<{ address: string; family: number }>) => void;
	const toServer = (_name: string, _options: unknown, found: Found) =>
		found(null, [{ address: '127.0.0.1', family: 4 }]);
	jest.spyOn(dns, 'lookup').mockImplementation(toServer as never);
	const url = `http://api.example.net:${port}/text`;
	const { error } = await send(bearer, only('*.example.net'), { url });
	expect(error).toBeUndefined();
	const { error: refused } = await send(bearer, only('*.example.com'), { url });
	expect(`${refused?.message} ${refused?.description}`).toMatch(/domain/i);
	expect(server.requests).toHaveLength(1);
});

it('refuses everything where the list is empty', async () => {
	const { error } = await send(bearer, only(''), { url: `http://localhost:${port}/text` });
	expect(error).toBeDefined();
	expect(server.connections).toBe(0);
});

it('holds even where the redirect drops the credential', async () => {
	const to = `http://127.0.0.1:${port}/echo`;
	const url = `http://localhost:${port}/redirect?to=${encodeURIComponent(to)}`;
	const { error } = await send(bearer, only('localhost'), { url });
	expect(`${error?.message} ${error?.description}`).toMatch(/domain/i);
	expect(server.requests).toHaveLength(1);
});

it('restricts nothing where it allows all', async () => {
	const url = `http://127.0.0.1:${port}/text`;
	const { error } = await send(bearer, { allowedHttpRequestDomains: 'all' }, { url });
	expect(error).toBeUndefined();
	expect(server.requests).toHaveLength(1);
});
