/** Credentials stored, restricted and tested by n8n itself. */
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { outputItems } from '../../scripts/n8n/ExecutionResult.ts';
import type { CredentialData } from '../../scripts/n8n/RunningN8n.ts';
import { freePort } from '../../scripts/lib/ports.ts';
import { TestServer } from '../support/TestServer.ts';
import { sharedN8n } from './support/sharedN8n.ts';
import { BUILT_IN_TYPE, httpNode, jsonOf, manualWith, node } from './support/workflows.ts';

jest.setTimeout(300_000);

const n8n = sharedN8n();
let server: TestServer;
/** `localhost` and `127.0.0.1` are two hosts to a credential. */
let localhost: string;

beforeAll(async () => {
	server = await TestServer.start();
	localhost = server.origin.replace('127.0.0.1', 'localhost');
});

beforeEach(() => server.reset());

afterAll(async () => {
	await server?.close();
});

const SECRET = 'geheim-4711';

async function send(
	credential: CredentialData,
	parameters: INodeParameters,
	items: IDataObject[] = [{}],
) {
	const saved = await n8n.createCredential(credential);
	const authentication =
		credential.type === 'concurrentHttpApi'
			? { authentication: credential.type }
			: { authentication: 'genericCredentialType', genericAuthType: credential.type };
	const request = httpNode(
		{ ...authentication, ...parameters },
		{ credentials: { [credential.type]: saved } },
	);
	const inputs = items.map((json) => ({ json }));
	const result = await n8n.runWorkflow(manualWith(inputs, [request]));
	expect(JSON.stringify(result)).not.toContain(SECRET);
	const said = `${result.error?.message} ${result.error?.description}`;
	return { result, said, items: result.error ? [] : outputItems(result, 'HTTP') };
}

const generic: Array<[type: string, data: IDataObject]> = [
	['httpBasicAuth', { user: 'ada', password: SECRET }],
	['httpBearerAuth', { token: SECRET }],
	['httpHeaderAuth', { name: 'X-Key', value: SECRET }],
	['httpQueryAuth', { name: 'key', value: SECRET }],
	['httpCustomAuth', { json: JSON.stringify({ headers: { 'X-Key': SECRET } }) }],
];

describe.each(generic)('%s for one domain', (type, data) => {
	const restricted = (allowed: IDataObject): CredentialData => ({
		...{ name: type, type, data: { ...data, ...allowed } },
	});
	const only = restricted({ allowedHttpRequestDomains: 'domains', allowedDomains: 'localhost' });

	it('is used there', async () => {
		const { result } = await send(only, { url: `${localhost}/text?body=hello` });
		expect(result.status).toBe('success');
		expect(server.requests).toHaveLength(1);
		const { url, headers } = server.requests[0]!;
		expect([url, ...Object.values(headers)].join(' ')).toMatch(/geheim-4711|YWRhOmdlaGVpbS00NzEx/);
	});

	it('is refused for another host', async () => {
		const { result, said } = await send(only, { url: `${server.origin}/text` });
		expect(result.status).toBe('error');
		expect(said).toMatch(/domain/i);
		expect(server.connections).toBe(0);
	});

	it('is refused for a redirect to another host', async () => {
		const to = encodeURIComponent(`${server.origin}/text`);
		const { result, said } = await send(only, {
			url: `${localhost}/redirect?to=${to}`,
			options: { sendCredentialsOnCrossOriginRedirect: true },
		});
		expect(result.status).toBe('error');
		expect(said).toMatch(/domain/i);
		expect(server.requests).toHaveLength(1);
	});

	it('is refused everywhere, where it is for no HTTP node', async () => {
		const none = restricted({ allowedHttpRequestDomains: 'none' });
		const { result } = await send(none, { url: `${localhost}/text` });
		expect(result.status).toBe('error');
		expect(result.error?.message).toMatch(/HTTP Request/);
		expect(server.connections).toBe(0);
	});
});

describe('the credential of the package', () => {
	const credential = (data: IDataObject = {}): CredentialData => ({
		name: 'API',
		type: 'concurrentHttpApi',
		data: {
			...{ baseUrl: `${server.origin}/api`, authType: 'bearer', token: SECRET, testPath: '/me' },
			...data,
		},
	});

	beforeEach(() => {
		server.route('/api/me', ({ headers }, response) => {
			response.statusCode = headers.authorization === `Bearer ${SECRET}` ? 200 : 401;
			response.end();
		});
		server.route('/api/users', ({ url, headers }, response) => {
			const id = new URL(url, server.origin).searchParams.get('id');
			const knows = headers.authorization === `Bearer ${SECRET}`;
			response.setHeader('content-type', 'application/json').end(JSON.stringify({ id, knows }));
		});
	});

	const test = async (data: IDataObject) => {
		const unsaved = credential(data);
		const { id } = await n8n.createCredential(unsaved);
		return await n8n.testCredential(id, unsaved);
	};

	it('passes its test with the right secret', async () => {
		expect(await test({})).toMatchObject({ status: 'OK' });
		expect(server.requests.map(({ method, url }) => `${method} ${url}`)).toEqual(['GET /api/me']);
	});

	it.each<[string, IDataObject, RegExp]>([
		['a wrong secret', { token: 'wrong' }, /does not accept the secret/],
		['a path that does not exist', { testPath: '/nowhere' }, /404/],
	])('fails its test with %s', async (_name, data, message) => {
		const { status, message: said } = await test(data);
		expect([status, said]).toEqual(['Error', expect.stringMatching(message)]);
		expect(said).not.toContain(SECRET);
	});

	it('fails its test where there is no server', async () => {
		const { status, message } = await test({ baseUrl: `http://127.0.0.1:${await freePort()}` });
		expect(status).toBe('Error');
		expect(message).toMatch(/\S/);
	});

	it('lets a URL be a path below its base URL', async () => {
		const items = [{ id: 'a' }, { id: 'b' }];
		const sent = await send(credential(), { url: '=/users?id={{ $json.id }}' }, items);
		expect(jsonOf(sent.items)).toEqual(items.map(({ id }) => ({ id, knows: true })));
	});

	it('is refused for another origin', async () => {
		const { result, said } = await send(credential(), { url: `${localhost}/api/users` });
		expect(result.status).toBe('error');
		expect(said).toMatch(/the credential is for/);
		expect(server.connections).toBe(0);
	});

	it('does not follow a redirect to another origin', async () => {
		const elsewhere = await TestServer.start();
		const to = encodeURIComponent(`${elsewhere.origin}/echo`);
		const atRoot = credential({ baseUrl: server.origin });
		await send(atRoot, { url: `/redirect?to=${to}` });
		expect(server.requests[0]?.headers.authorization).toBe(`Bearer ${SECRET}`);
		expect(elsewhere.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
		await elsewhere.close();
	});

	it('can be restricted to domains, too', async () => {
		const restricted = credential({
			...{ allowedHttpRequestDomains: 'domains', allowedDomains: 'example.com' },
		});
		const { result, said } = await send(restricted, { url: '/users' });
		expect(result.status).toBe('error');
		expect(said).toMatch(/domain/i);
		expect(server.connections).toBe(0);
	});

	describe('in HTTP Request', () => {
		const sendBuiltIn = async (url: string) => {
			const header = { authType: 'header', headerName: 'X-Key', headerValue: SECRET };
			const saved = await n8n.createCredential(credential(header));
			const parameters = {
				...{ url, authentication: 'predefinedCredentialType' },
				nodeCredentialType: 'concurrentHttpApi',
			};
			const details = { typeVersion: 4.2, credentials: { concurrentHttpApi: saved } };
			const request = node('HTTP', BUILT_IN_TYPE, parameters, details);
			return await n8n.runWorkflow(manualWith([{ json: {} }], [request]));
		};

		it('is sent to its own origin', async () => {
			const { status } = await sendBuiltIn(`${server.origin}/text?body=hello`);
			expect([status, server.requests[0]?.headers['x-key']]).toEqual(['success', SECRET]);
		});

		it('is not sent to another origin', async () => {
			const result = await sendBuiltIn(`${localhost}/text`);
			expect(result.status).toBe('error');
			const said = JSON.stringify(result);
			expect(said).toContain(`this credential is for ${server.origin} only`);
			expect(said).not.toContain(SECRET);
			expect(server.connections).toBe(0);
		});

		it('is not redirected to another host', async () => {
			const to = encodeURIComponent(`${localhost}/text`);
			const { status } = await sendBuiltIn(`${server.origin}/redirect?to=${to}`);
			expect([status, server.requests.length]).toEqual(['error', 1]);
		});
	});
});
