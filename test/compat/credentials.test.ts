/** Credentials, and the domains for which they are. */
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import type { CredentialData } from '../../scripts/n8n/RunningN8n.ts';
import { sharedN8n } from '../n8n/support/sharedN8n.ts';
import { readCertificate } from '../support/certificates.ts';
import { TestServer } from '../support/TestServer.ts';
import {
	answerDigest,
	credentialKinds,
	SECRET,
	TokenServer,
} from './support/genericCredentials.ts';
import { send } from './support/send.ts';

jest.setTimeout(120_000);

const n8n = sharedN8n();
const tokens = new TokenServer();
const kinds = Object.entries(credentialKinds(tokens));
let server: TestServer;
/** `localhost` and `127.0.0.1` are two hosts to a credential. */
let localhost: string;
let types: Array<{ name: string }> = [];

beforeAll(async () => {
	types = await n8n.api.types<{ name: string }>('credentials');
	server = await TestServer.start();
	localhost = server.origin.replace('127.0.0.1', 'localhost');
	server.route('/digest', answerDigest);
});

beforeEach(() => server.reset());

afterAll(async () => {
	await server?.close();
	await tokens.close();
});

async function credentialOf(
	kind: { type: string; data: () => IDataObject | Promise<IDataObject> },
	restriction: IDataObject = {},
): Promise<CredentialData> {
	const { type } = kind;
	if (!types.some(({ name }) => name === type)) throw new Error(`This n8n has no ${type}`);
	return { name: type, type, data: { ...(await kind.data()), ...restriction } };
}

const pathFor = (type: string) => (type === 'httpDigestAuth' ? '/digest' : '/echo');

describe('Credentials', () => {
	it.each(kinds)('%s', async (_name, kind) => {
		const credential = await credentialOf(kind);
		const url = `${server.origin}${pathFor(kind.type)}?a=1`;
		const { status, said } = await send(n8n, { url }, { credential });
		expect([status, said]).toEqual(['success', 'undefined undefined']);
		expect(server.requests.filter(kind.isUsedBy)).toHaveLength(1);
	});

	it('an expression in one is resolved for each item', async () => {
		const data = { name: 'X-Key', value: '={{ $json.key }}' };
		const credential = await credentialOf({ type: 'httpHeaderAuth', data: () => data });
		const items = ['a', 'b', 'c'].map((key) => ({ key }));
		const url = `=${server.origin}/echo?key={{ $json.key }}`;
		expect((await send(n8n, { url }, { credential, items })).status).toBe('success');
		expect(
			server.requests.map((request) => [request.url, request.headers['x-key']]).sort(),
		).toEqual(items.map(({ key }) => [`/echo?key=${key}`, key]));
	});

	const api = (data: IDataObject = {}): CredentialData => ({
		name: 'API',
		type: 'concurrentHttpApi',
		data: { baseUrl: server.origin, authType: 'bearer', token: SECRET, testPath: '/json', ...data },
	});

	it('Concurrent HTTP API', async () => {
		const credential = api();
		const { status } = await send(n8n, { url: '/echo?a=1' }, { credential });
		expect(status).toBe('success');
		expect(server.requests[0]?.headers.authorization).toBe(`Bearer ${SECRET}`);
	});

	it('Concurrent HTTP API: its test', async () => {
		const credential = api();
		const { id } = await n8n.createCredential(credential);
		expect(await n8n.testCredential(id, credential)).toMatchObject({ status: 'OK' });
		expect(server.requests).toHaveLength(1);
		const missing = api({ testPath: '/nowhere' });
		expect(await n8n.testCredential(id, missing)).toMatchObject({ status: 'Error' });
	});

	it('Concurrent HTTP API: is not sent to another origin', async () => {
		const { status } = await send(n8n, { url: `${localhost}/echo` }, { credential: api() });
		expect([status, server.connections]).toEqual(['error', 0]);
	});
});

const ELSEWHERE = '127.0.0.1';
const only = { allowedHttpRequestDomains: 'domains', allowedDomains: 'localhost' };

describe('A credential for one domain is sent nowhere else', () => {
	it.each(kinds)('%s', async (_name, kind) => {
		const credential = await credentialOf(kind, only);
		const path = pathFor(kind.type);
		const allowed = await send(n8n, { url: localhost + path }, { credential });
		expect([allowed.status, allowed.said]).toEqual(['success', 'undefined undefined']);
		expect(server.requests.some(kind.isUsedBy)).toBe(true);

		server.reset();
		const other = await send(n8n, { url: server.origin + path }, { credential });
		expect([other.status, other.said]).toEqual(['error', expect.stringMatching(/domain/i)]);
		expect(server.connections).toBe(0);

		const to = encodeURIComponent(server.origin + path);
		const options = { sendCredentialsOnCrossOriginRedirect: true };
		const url = `${localhost}/redirect?to=${to}`;
		const redirected = await send(n8n, { url, options }, { credential });
		expect(redirected.status).toBe('error');
		expect(server.requests.filter(({ headers }) => headers.host?.startsWith(ELSEWHERE))).toEqual(
			[],
		);
		expect(other.stored + redirected.stored).not.toContain(SECRET);
	});

	it('Concurrent HTTP API', async () => {
		const data = { baseUrl: server.origin, authType: 'bearer', token: SECRET };
		const credential = await credentialOf({ type: 'concurrentHttpApi', data: () => data }, only);
		const { status, said } = await send(n8n, { url: '/echo' }, { credential });
		expect([status, said]).toEqual(['error', expect.stringMatching(/domain/i)]);
		expect(server.connections).toBe(0);
	});

	it('SSL Certificate', async () => {
		const secure = await TestServer.start({ tls: true, clientCertificate: 'example' });
		try {
			const { cert, key } = readCertificate('example');
			const data = { ca: readCertificate('localhost').cert, cert, key };
			const certificate = await credentialOf({ type: 'httpSslAuth', data: () => data }, only);
			const parameters = (origin: string): INodeParameters => ({
				...{ url: `${origin}/echo`, provideSslCertificates: true },
			});
			const there = secure.origin.replace('127.0.0.1', 'localhost');
			const allowed = await send(n8n, parameters(there), { certificate });
			expect([allowed.status, allowed.said]).toEqual(['success', 'undefined undefined']);
			secure.reset();
			const other = await send(n8n, parameters(secure.origin), { certificate });
			expect([other.status, other.said]).toEqual(['error', expect.stringMatching(/domain/i)]);
			expect(secure.connections).toBe(0);
		} finally {
			await secure.close();
		}
	});

	it('with pages: the next page is elsewhere', async () => {
		const credential = await credentialOf(kinds[1]![1], only);
		const next = `${server.origin}/echo`;
		server.route('/list', (_request, response) =>
			response.setHeader('content-type', 'application/json').end(JSON.stringify({ next })),
		);
		const pagination = {
			paginationMode: 'responseContainsNextURL',
			nextURL: '={{ $response.body.next }}',
			paginationCompleteWhen: 'other',
			completeExpression: '={{ !$response.body.next }}',
		};
		const options = {
			pagination: { pagination },
			sendCredentialsOnCrossOriginRedirect: true,
		};
		const parameters = { url: `${localhost}/list`, options };
		const { status, said } = await send(n8n, parameters, { credential });
		expect([status, said]).toEqual(['error', expect.stringMatching(/domain/i)]);
		expect(server.requests).toHaveLength(1);
	});

	it('set to no domain at all', async () => {
		const credential = await credentialOf(kinds[1]![1], { allowedHttpRequestDomains: 'none' });
		const { status } = await send(n8n, { url: `${localhost}/echo` }, { credential });
		expect([status, server.connections]).toEqual(['error', 0]);
	});
});
