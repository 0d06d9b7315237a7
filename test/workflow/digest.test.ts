/** Digest against a server side that others wrote, and one for what that does not know. */
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import httpAuth from 'http-auth';
import type { INodeParameters } from 'n8n-workflow';
import { TestServer } from '../support/TestServer.ts';
import { numbered } from '../support/workflow/runWorkflow.ts';
import { jsonOf, sendItems } from '../support/workflow/sendItems.ts';
import type { SendOptions } from '../support/workflow/sendItems.ts';

const LOGIN = { user: 'ada', password: 'pass:wörd' };
const REALM = 'Staff, "only"';

const hash = (algorithm: string, text: string) => createHash(algorithm).update(text).digest('hex');

let servers: Server[] = [];

async function listen(listener: RequestListener): Promise<string> {
	const server = createServer(listener);
	servers.push(server);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

afterEach(() => {
	for (const server of servers) server.close().closeAllConnections();
	servers = [];
});

async function send(parameters: INodeParameters, options: SendOptions = {}) {
	return await sendItems(
		{
			...{ authentication: 'genericCredentialType', genericAuthType: 'httpDigestAuth' },
			...parameters,
		},
		{ credentials: { httpDigestAuth: LOGIN }, ...options },
	);
}

describe.each(['MD5', 'MD5-sess'] as const)('http-auth with %s', (algorithm) => {
	let origin: string;
	let received: number;
	let challenged: number;

	beforeEach(async () => {
		received = challenged = 0;
		const realm = 'Staff only';
		const digest = httpAuth.digest({ realm, algorithm }, (user, callback) =>
			callback(hash('md5', `${user}:${realm}:${LOGIN.password}`)),
		);
		const guarded = digest.check((request, response) => {
			response.setHeader('content-type', 'application/json');
			response.end(JSON.stringify({ url: request.url, method: request.method }));
		});
		origin = await listen((request, response) => {
			received++;
			response.once('finish', () => {
				if (response.statusCode === 401) challenged++;
			});
			guarded(request, response);
		});
	});

	it('challenges one item, and none of those that follow', async () => {
		const url = `=${origin}/a%20b?id={{ $json.id }}&x=a,b`;
		const { items, error } = await send({ url, maxConcurrency: 1 }, { items: numbered(10) });
		expect(error).toBeUndefined();
		expect(jsonOf(items)[9]).toEqual({ url: '/a%20b?id=9&x=a,b', method: 'GET' });
		expect([received, challenged]).toEqual([11, 1]);
	});

	it('refuses counts that overtook each other, and still no item fails', async () => {
		const { items, error } = await send(
			{ url: `=${origin}/?id={{ $json.id }}`, maxConcurrency: 50 },
			{ items: numbered(500) },
		);
		expect(error).toBeUndefined();
		expect(jsonOf(items)).toEqual(
			numbered(500).map(({ json }) => ({ url: `/?id=${String(json.id)}`, method: 'GET' })),
		);
		// Without any nonce used twice it would be twice as many.
		expect(received).toBeLessThan(1_000);
	});

	it('is accepted for every method, with the body sent again', async () => {
		const { items } = await send({
			...{ method: 'POST', url: `${origin}/form`, sendBody: true, contentType: 'raw' },
			...{ body: 'text', rawContentType: 'text/plain' },
		});
		expect(jsonOf(items)).toEqual([{ url: '/form', method: 'POST' }]);
	});

	it('does not get requests without end with a wrong password', async () => {
		const credentials = { httpDigestAuth: { user: 'ada', password: 'wrong-password' } };
		const { error } = await send({ url: origin }, { credentials });
		expect(error?.message).toMatch(/401/);
		expect(received).toBe(2);
	});
});

describe.each([
	['SHA-256', 'sha256', false],
	['SHA-256-sess', 'sha256', true],
	['SHA-512-256', 'sha512-256', false],
] as const)('a server with %s', (algorithm, name, isSession) => {
	it('accepts what RFC 7616 makes of realm, user and password', async () => {
		const origin = await listen((request, response) => {
			const authorization = request.headers.authorization ?? '';
			const parts = new Map(
				[...authorization.matchAll(/(\w+)=(?:"((?:[^"\\]|\\.)*)"|([^,\s]+))/g)].map(
					([, key = '', quoted, token]) => [key, quoted?.replace(/\\(.)/g, '$1') ?? token],
				),
			);
			const get = (key: string) => String(parts.get(key));
			const secret = hash(name, `${LOGIN.user}:${REALM}:${LOGIN.password}`);
			const ha1 = isSession ? hash(name, `${secret}:n0nce:${get('cnonce')}`) : secret;
			const ha2 = hash(name, `${request.method}:${request.url}`);
			const expected = hash(name, `${ha1}:n0nce:${get('nc')}:${get('cnonce')}:auth:${ha2}`);
			const isRight =
				get('response') === expected &&
				get('uri') === request.url &&
				get('opaque') === 'op"aque' &&
				get('algorithm') === algorithm;
			response.statusCode = isRight ? 200 : 401;
			response.setHeader('www-authenticate', [
				`Digest realm="x", nonce="y", qop="auth-int", algorithm=${algorithm}`,
				'Basic realm="Staff"',
				`Digest realm="Staff, \\"only\\"", nonce="n0nce", qop="auth-int, auth", algorithm=${algorithm}, opaque="op\\"aque"`,
				'Digest realm="Old", nonce="md5", qop="auth", algorithm=MD5',
			]);
			response.end('{}');
		});
		const { error } = await send({ url: `${origin}/path?q=ü` });
		expect(error).toBeUndefined();
	});
});

it('a server from before RFC 2617 gets neither count nor cnonce', async () => {
	let authorization = '';
	const origin = await listen((request, response) => {
		authorization = request.headers.authorization ?? '';
		const ha1 = hash('md5', `${LOGIN.user}:Old:${LOGIN.password}`);
		const expected = hash('md5', `${ha1}:abc:${hash('md5', 'GET:/old')}`);
		response.statusCode = authorization.includes(`response="${expected}"`) ? 200 : 401;
		response.setHeader('www-authenticate', 'Digest realm="Old", nonce="abc"').end('{}');
	});
	const { error } = await send({ url: `${origin}/old` });
	expect(error).toBeUndefined();
	expect(authorization).not.toMatch(/nc=|cnonce=|qop=/);
});

describe('a redirect', () => {
	it('within the origin is signed for the URL that it leads to', async () => {
		const digest = httpAuth.digest({ realm: 'Staff' }, (user, callback) =>
			callback(hash('md5', `${user}:Staff:${LOGIN.password}`)),
		);
		const uris: string[] = [];
		const guarded = digest.check((_request, response) => response.end('{}'));
		const origin = await listen((request, response) => {
			uris.push(/uri="([^"]*)"/.exec(request.headers.authorization ?? '')?.[1] ?? '-');
			if (request.url === '/from') response.writeHead(302, { location: '/to' }).end();
			else guarded(request, response);
		});
		const { error } = await send({ url: `${origin}/from` });
		expect(error).toBeUndefined();
		expect(uris).toEqual(['-', '-', '/from', '/to']);
	});

	it.each([
		[303, 1],
		[307, 3],
	])(
		'of a POST by %d is not repeated where that could carry it out again',
		async (status, posts) => {
			const methods: string[] = [];
			const origin = await listen((request, response) => {
				if (request.url === '/from') {
					methods.push(request.method ?? '');
					response.writeHead(status, { location: '/to' }).end();
					return;
				}
				const header = request.headers.authorization ?? '';
				response.statusCode = header.includes('nonce="n2"') ? 200 : 401;
				const nonce = header === '' ? 'n1' : 'n2';
				const challenge = `Digest realm="x", nonce="${nonce}", qop="auth", stale=true`;
				response.setHeader('www-authenticate', challenge).end('{}');
			});
			const { error } = await send({ method: 'POST', url: `${origin}/from` });
			expect(methods).toEqual(Array.from({ length: posts }, () => 'POST'));
			if (status === 303) expect(error?.message).toMatch(/401/);
			else expect(error).toBeUndefined();
		},
	);

	it('to another origin gets no credentials there', async () => {
		const elsewhere = await TestServer.start();
		elsewhere.route('/', (_request, response) => {
			response.statusCode = 401;
			response.setHeader('www-authenticate', 'Digest realm="x", nonce="y", qop="auth"').end();
		});
		const near = await TestServer.start();
		const url = `${near.origin}/redirect?to=${encodeURIComponent(elsewhere.origin)}`;
		const { error } = await send({ url });
		expect(error?.message).toMatch(/401/);
		expect(elsewhere.requests).toHaveLength(1);
		await Promise.all([near.close(), elsewhere.close()]);
	});
});

it('other challenges are the response', async () => {
	const origin = await listen((_request, response) =>
		response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end(),
	);
	const { error } = await send({ url: origin });
	expect(error?.message).toMatch(/401/);
});
