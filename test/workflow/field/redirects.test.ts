/** Where redirects lead, and what goes along. */
import type { ICredentialDataDecryptedObject, INodeParameters } from 'n8n-workflow';
import { RawServer, type RawExchange } from '../../support/RawServer.ts';
import { sendItems, type SendOptions } from '../../support/workflow/sendItems.ts';

const servers: RawServer[] = [];

async function start(respond: (exchange: RawExchange) => string): Promise<RawServer> {
	const server = await RawServer.start((exchange) =>
		exchange.socket.write(respond(exchange), 'latin1'),
	);
	servers.push(server);
	return server;
}

afterEach(async () => {
	await Promise.all(servers.splice(0).map(async (server) => await server.close()));
});

const OK = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok';
const redirectTo = (location: string, status = '302 Found') =>
	`HTTP/1.1 ${status}\r\nLocation: ${location}\r\nContent-Length: 0\r\n\r\n`;

describe('a Location with bytes beyond ASCII', () => {
	// Chromium, HttpResponseHeaders::IsRedirect: bytes beyond ASCII are percent-encoded as they are.
	// Go net/http, curl and undici meet the same servers: "redirect with UTF-8 in Location".
	it.each([
		['in raw UTF-8', '/caf\xc3\xa9?q=\xe2\x82\xac', '/caf%C3%A9?q=%E2%82%AC'],
		['in latin-1', '/caf\xe9', '/caf%E9'],
		['encoded already', '/caf%C3%A9', '/caf%C3%A9'],
	])('%s', async (_what, location, expected) => {
		const server = await start(({ url }) => (url === '/start' ? redirectTo(location) : OK));
		const { error } = await sendItems({ url: `${server.origin}/start` });
		expect(error).toBeUndefined();
		expect(server.requests.map(({ url }) => url)).toEqual(['/start', expected]);
	});
});

describe('a Location of a response that is no redirect', () => {
	// RFC 9110 section 15.4.1: 300 offers a choice. Section 15.4.5: a 304 repeats the headers of the 200.
	// Section 15.4.6 deprecates 305, section 15.4.7 leaves 306 unused.
	it.each([
		['300 Multiple Choices', 300],
		['304 Not Modified', 304],
		['305 Use Proxy', 305],
		['306 Switch Proxy', 306],
	])('is not followed: %s', async (status, statusCode) => {
		const head = `HTTP/1.1 ${status}\r\nLocation: /elsewhere\r\n`;
		const server = await start(
			() => `${head}${statusCode === 304 ? '' : 'Content-Length: 0\r\n'}\r\n`,
		);
		const response = { response: { neverError: true, fullResponse: true } };
		const { items, error } = await sendItems({ url: server.origin, options: { response } });
		expect(error).toBeUndefined();
		expect(items[0]?.json).toMatchObject({ statusCode, headers: { location: '/elsewhere' } });
		expect(server.requests).toHaveLength(1);
	});
});

// fetch, curl and follow-redirects follow a redirect as soon as they have its head.
describe('a redirect whose body does not end', () => {
	const HEAD = 'HTTP/1.1 303 See Other\r\nLocation: /end\r\n';

	async function follow(respond: (exchange: RawExchange) => void) {
		const server = await RawServer.start((exchange) => {
			if (exchange.url === '/start') respond(exchange);
			else exchange.socket.write(OK);
		});
		servers.push(server);
		const options = { timeout: 1000 };
		const { items, error } = await sendItems({ url: `${server.origin}/start`, options });
		return { items, error, server, requests: server.requests.map(({ url }) => url) };
	}

	it.each([
		['without a length', ''],
		['without a length, after its first bytes', 'moved'],
	])('is followed at once, on another connection: %s', async (_what, body) => {
		const { items, error, server, requests } = await follow(({ socket }) =>
			socket.write(`${HEAD}\r\n${body}`),
		);
		expect(error).toBeUndefined();
		expect(items[0]?.json).toEqual({ data: 'ok' });
		expect(requests).toEqual(['/start', '/end']);
		expect(server.connections).toBe(2);
	});

	it.each<[string, string, 'resetAndDestroy' | 'end']>([
		['by a reset', 'Content-Length: 100\r\n\r\nhalf', 'resetAndDestroy'],
		['by an end', 'Content-Length: 100\r\n\r\nhalf', 'end'],
		['between two chunks', 'Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n', 'end'],
	])('is followed if it is cut off %s', async (_what, rest, cutOff) => {
		const { error, requests } = await follow(({ socket }) =>
			socket.write(`${HEAD}${rest}`, () => setTimeout(() => socket[cutOff](), 50)),
		);
		expect(error).toBeUndefined();
		expect(requests).toEqual(['/start', '/end']);
	});

	it('meets the Timeout if it stalls before the length that it has', async () => {
		const { error, requests } = await follow(({ socket }) =>
			socket.write(`${HEAD}Content-Length: 100\r\n\r\nhalf`),
		);
		expect(error?.message).toContain('No complete response within 1000 ms');
		expect(requests).toEqual(['/start']);
	});
});

// RFC 9112 section 9.3.1. The request that was redirected may be repeated, so its redirect may be, too.
it('is followed anew if its connection was closed as it was sent', async () => {
	const server = await RawServer.start(({ socket, connection, url }) => {
		if (url === '/start') socket.write(redirectTo('/end'));
		else if (connection === 1) socket.resetAndDestroy();
		else socket.write(OK);
	});
	servers.push(server);
	const { items, error } = await sendItems({ url: `${server.origin}/start` });
	expect(error).toBeUndefined();
	expect(items[0]?.json).toEqual({ data: 'ok' });
	expect(server.requests.map(({ url }) => url)).toEqual(['/start', '/end', '/start', '/end']);
});

describe('credentials on a way to another origin and back', () => {
	// curl, CVE-2022-27774 and its kind; Fetch Standard section 4.4, step 13: Authorization is removed
	// for good. On the way back, the other origin has chosen the URL.
	const DIGEST = 'WWW-Authenticate: Digest realm="Staff", nonce="abc", qop="auth"\r\n';
	const CHALLENGE = `HTTP/1.1 401 Unauthorized\r\n${DIGEST}Content-Length: 0\r\n\r\n`;
	const SECRET = /secret|c2VjcmV0|response=|oauth_signature/i;

	type Case = [type: string, credential: ICredentialDataDecryptedObject];
	const kinds: Case[] = [
		['httpBasicAuth', { user: 'secret', password: 'secret' }],
		['httpHeaderAuth', { name: 'X-API-Key', value: 'secret' }],
		['httpCustomAuth', { json: '{"headers":{"X-Token":"secret"}}' }],
		['httpDigestAuth', { user: 'ada', password: 'lovelace' }],
		[
			'oAuth1Api',
			{
				...{ consumerKey: 'key', consumerSecret: 'hidden' },
				oauthTokenData: { oauth_token: 'token', oauth_token_secret: 'hidden' },
			},
		],
		['oAuth2Api', { oauthTokenData: { access_token: 'secret' } }],
	];

	/** Which requests had a credential, in order, as `home: yes`. */
	async function wayOf(parameters: INodeParameters, options: SendOptions = {}): Promise<string[]> {
		const way: string[] = [];
		const note = (name: string, head: string) =>
			way.push(`${name}: ${SECRET.test(head) ? 'yes' : 'no'}`);
		const isDigest = parameters.genericAuthType === 'httpDigestAuth';
		const other = await start(({ head }) => {
			note('other', head);
			return redirectTo(`${home.origin}/back`);
		});
		const home = await start(({ url, head }) => {
			if (isDigest && !SECRET.test(head) && url === '/start') return CHALLENGE;
			note(url, head);
			if (url === '/start') return redirectTo(`${other.origin}/`);
			// A server that would like to have the credential again.
			return isDigest && !SECRET.test(head) ? CHALLENGE : OK;
		});
		await sendItems({ ...parameters, url: `${home.origin}/start` }, options);
		return way;
	}

	it.each(kinds)('do not come back: %s', async (type, credential) => {
		const parameters = { authentication: 'genericCredentialType', genericAuthType: type };
		const way = await wayOf(parameters, { credentials: { [type]: credential } });
		expect(way).toEqual(['/start: yes', 'other: no', '/back: no']);
	});

	it.each(kinds)('stay with the request where the option says so: %s', async (type, credential) => {
		const parameters = {
			...{ authentication: 'genericCredentialType', genericAuthType: type },
			options: { sendCredentialsOnCrossOriginRedirect: true },
		};
		const way = await wayOf(parameters, { credentials: { [type]: credential } });
		expect(way[0]).toBe('/start: yes');
		expect(way.at(-1)).toBe('/back: yes');
	});

	it.each(['Authorization', 'Cookie'])('do not come back: a header %s', async (name) => {
		const headerParameters = { parameters: [{ name, value: 'secret' }] };
		const way = await wayOf({ sendHeaders: true, headerParameters });
		expect(way).toEqual(['/start: yes', 'other: no', '/back: no']);
	});

	it('do not come back: a login in the URL', async () => {
		const other = await start(() => redirectTo(`${home.origin}/back`));
		const home = await start(({ url }) => (url === '/start' ? redirectTo(other.origin) : OK));
		await sendItems({ url: `${home.origin}/start`.replace('//', '//ada:secret@') });
		expect(home.requests.map(({ head }) => /^authorization/im.test(head))).toEqual([true, false]);
	});

	it('are restricted to their domains on every hop', async () => {
		const other = await start(() => redirectTo(`${home.origin}/back`));
		const home = await start(({ url }) => (url === '/start' ? redirectTo(other.origin) : OK));
		const { port } = new URL(home.origin);
		const token = {
			token: 'secret',
			allowedHttpRequestDomains: 'domains',
			allowedDomains: 'localhost',
		};
		const { error } = await sendItems(
			{
				...{ url: `http://localhost:${port}/start` },
				...{ authentication: 'genericCredentialType', genericAuthType: 'httpBearerAuth' },
				options: { sendCredentialsOnCrossOriginRedirect: true },
			},
			{ credentials: { httpBearerAuth: token } },
		);
		expect(`${error?.message} ${error?.description}`).toMatch(/domain/i);
		expect([home.requests.length, other.requests.length]).toEqual([1, 0]);
	});
});
