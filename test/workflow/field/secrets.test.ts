/**
 * Servers that send back what they received. Source: public reports of API keys and passwords in logs,
 * error items and issue trackers; CWE-209, error messages that contain sensitive information.
 */
import { createPrivateKey } from 'node:crypto';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { Logger } from '@n8n/backend-common';
import { Container } from '@n8n/di';
import type { INodeParameters } from 'n8n-workflow';
import { readCertificate } from '../../support/certificates.ts';
import { type RawExchange, RawServer } from '../../support/RawServer.ts';
import type { CredentialValues } from '../../support/workflow/credentials.ts';
import { numbered } from '../../support/workflow/runWorkflow.ts';
import { sendItems, type SendOptions } from '../../support/workflow/sendItems.ts';

/** With a blank, and what URLs, JSON and HTML escape. */
const PASSWORD = 'p4ss "<w&rd>\'/+=%\\ 7';
const TOKEN = 'T0k3n"<x&y>\'/+=%7';

const inJson = (text: string) => JSON.stringify(text).slice(1, -1);
const inHtml = (text: string) =>
	text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** How the server writes what it received. */
const ENCODINGS: Readonly<Record<string, (text: string) => string>> = {
	'as it is': (text) => text,
	'in a URL': encodeURIComponent,
	'in a URL, in lower case': (text) =>
		encodeURIComponent(text).replace(/%../g, (escape) => escape.toLowerCase()),
	'in a form': (text) => new URLSearchParams({ '': text }).toString().slice(1),
	'in JSON': inJson,
	'in JSON within JSON': (text) => inJson(inJson(text)),
	'in \\u escapes': (text) =>
		text.replace(/\W/g, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`),
	'in HTML': inHtml,
	'in named entities': (text) =>
		text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;'),
	'in base64': (text) => Buffer.from(text).toString('base64'),
	'in base64url': (text) => Buffer.from(text).toString('base64url'),
};

/** Where it writes that; the bytes of the response. */
const PLACES: Readonly<Record<string, (encoded: string) => string>> = {
	'values of JSON': (encoded) =>
		response('500 Oops', JSON.stringify({ message: `got ${encoded}`, list: [[encoded]] })),
	'names in JSON': (encoded) => response('500 Oops', JSON.stringify({ [`got ${encoded}`]: 1 })),
	'JSON that breaks off': (encoded) => response('500 Oops', `{"message": "got ${encoded}`),
	text: (encoded) => response('500 Oops', `got ${encoded}`, 'Content-Type: text/plain'),
	'a page': (encoded) => response('404 No', `<p>${encoded}</p>`, 'Content-Type: text/html'),
	'headers and the reason phrase': (encoded) =>
		response(`500 got ${oneLine(encoded)}`, '', `X-Got: ${oneLine(encoded)}`),
	'a Location that is no http URL': (encoded) =>
		response('302 Found', '', `Location: mailto:${oneLine(encoded)}`),
	'a Location that is refused': (encoded) =>
		response(
			'302 Found',
			'',
			`Location: http://127.0.0.1:1/${oneLine(encoded)}?${encodeURI(oneLine(encoded))}`,
		),
	'a success that is not JSON': (encoded) =>
		response('200 OK', `{${encoded}`, 'Content-Type: application/json'),
	'what is not HTTP': (encoded) => `HTP/1.1 ${oneLine(encoded)}\r\n\r\n`,
};

const oneLine = (text: string) => text.replace(/\s+/g, ' ');

function response(status: string, body: string, header = 'X-A: b'): string {
	return `HTTP/1.1 ${status}\r\n${header}\r\nConnection: close\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

interface Row {
	readonly parameters?: INodeParameters;
	readonly credentials?: CredentialValues;
	/** `ORIGIN` stands for the server's, `WITH_LOGIN` for that with the password. */
	readonly env?: Record<string, string>;
	/** In place of the server's origin and a path. */
	readonly url?: string;
	readonly secrets: readonly string[];
	/** What the server asks for before it fails. */
	readonly challenge?: string;
	readonly tls?: boolean;
}

const generic = (genericAuthType: string): INodeParameters => ({
	...{ authentication: 'genericCredentialType', genericAuthType },
});
const withHeader = (name: string, value: string): INodeParameters => ({
	sendHeaders: true,
	headerParameters: { parameters: [{ name, value }] },
});
const api = (fields: Record<string, string>): Omit<Row, 'secrets'> => ({
	parameters: { authentication: 'concurrentHttpApi' },
	credentials: { concurrentHttpApi: { baseUrl: 'ORIGIN', ...fields } },
});
const typed = (name: string, value: string, ...secrets: string[]): Row => ({
	parameters: withHeader(name, value),
	secrets,
});
/** An API key that somebody entered as the name of a header, with the name as its value. */
const KEY = 'sk-L1ve_4711-aBcD~0815';

const base64 = (text: string) => Buffer.from(text).toString('base64');

const ROWS: Readonly<Record<string, Row>> = {
	httpBasicAuth: {
		parameters: generic('httpBasicAuth'),
		credentials: { httpBasicAuth: { user: 'me', password: PASSWORD } },
		secrets: [PASSWORD, base64(`me:${PASSWORD}`)],
	},
	'httpBasicAuth, a key without a password': {
		parameters: generic('httpBasicAuth'),
		credentials: { httpBasicAuth: { user: TOKEN, password: '' } },
		secrets: [TOKEN],
	},
	httpBearerAuth: {
		parameters: generic('httpBearerAuth'),
		credentials: { httpBearerAuth: { token: TOKEN } },
		secrets: [TOKEN],
	},
	httpHeaderAuth: {
		parameters: generic('httpHeaderAuth'),
		credentials: { httpHeaderAuth: { name: 'X-Key', value: TOKEN } },
		secrets: [TOKEN],
	},
	'httpHeaderAuth, swapped': {
		parameters: generic('httpHeaderAuth'),
		credentials: { httpHeaderAuth: { name: KEY, value: 'X-API-Key' } },
		secrets: [KEY],
	},
	'httpHeaderAuth, with a scheme': {
		parameters: generic('httpHeaderAuth'),
		credentials: { httpHeaderAuth: { name: 'Authorization', value: `Token ${TOKEN}` } },
		secrets: [TOKEN],
	},
	'httpHeaderAuth, a cookie': {
		parameters: generic('httpHeaderAuth'),
		credentials: { httpHeaderAuth: { name: 'Cookie', value: 'a=bcd; session=S3ss10n&7' } },
		secrets: ['S3ss10n&7'],
	},
	httpQueryAuth: {
		parameters: generic('httpQueryAuth'),
		credentials: { httpQueryAuth: { name: 'q', value: TOKEN } },
		secrets: [TOKEN],
	},
	'httpQueryAuth, swapped': {
		parameters: generic('httpQueryAuth'),
		credentials: { httpQueryAuth: { name: KEY, value: 'api_key' } },
		secrets: [KEY],
	},
	httpCustomAuth: {
		parameters: { ...generic('httpCustomAuth'), method: 'POST' },
		credentials: {
			httpCustomAuth: {
				json: JSON.stringify({ headers: { a: 'H3ad&1' }, qs: { b: TOKEN }, body: { c: PASSWORD } }),
			},
		},
		secrets: ['H3ad&1', TOKEN, PASSWORD],
	},
	httpTemplatedCustomAuth: {
		parameters: generic('httpTemplatedCustomAuth'),
		credentials: {
			httpTemplatedCustomAuth: {
				template: '{"headers":{"Authorization":"SSWS {{key}}"}}',
				placeholderValues: JSON.stringify({ key: TOKEN }),
			},
		},
		secrets: [TOKEN],
	},
	httpDigestAuth: {
		parameters: generic('httpDigestAuth'),
		credentials: { httpDigestAuth: { user: 'me', password: PASSWORD } },
		challenge: 'Digest realm="r", nonce="n0nce", qop="auth"',
		secrets: [PASSWORD],
	},
	oAuth1Api: {
		parameters: generic('oAuth1Api'),
		credentials: {
			oAuth1Api: {
				...{ consumerKey: 'app', consumerSecret: PASSWORD },
				oauthTokenData: { oauth_token: TOKEN, oauth_token_secret: 'S&cr3t t0ken' },
			},
		},
		secrets: [PASSWORD, TOKEN, 'S&cr3t t0ken'],
	},
	oAuth2Api: {
		parameters: generic('oAuth2Api'),
		credentials: {
			oAuth2Api: {
				...{ grantType: 'authorizationCode', clientId: 'app', clientSecret: PASSWORD },
				oauthTokenData: { access_token: TOKEN, refresh_token: 'R3fr3sh&1' },
			},
		},
		secrets: [PASSWORD, TOKEN, 'R3fr3sh&1'],
	},
	'concurrentHttpApi, basic': {
		...api({ authType: 'basic', user: 'me', password: PASSWORD }),
		secrets: [PASSWORD],
	},
	'concurrentHttpApi, bearer': { ...api({ authType: 'bearer', token: TOKEN }), secrets: [TOKEN] },
	'concurrentHttpApi, header': {
		...api({ authType: 'header', headerName: 'X-A', headerValue: `ApiKey ${TOKEN}` }),
		secrets: [TOKEN],
	},
	'concurrentHttpApi, query': {
		...api({ authType: 'query', queryName: 'a', queryValue: TOKEN }),
		secrets: [TOKEN],
	},
	'concurrentHttpApi, header, swapped': {
		...api({ authType: 'header', headerName: KEY, headerValue: 'Authorization' }),
		secrets: [KEY],
	},
	'concurrentHttpApi, query, swapped': {
		...api({ authType: 'query', queryName: KEY, queryValue: 'access_token' }),
		secrets: [KEY],
	},
	'concurrentHttpApi, custom': {
		...api({ authType: 'custom', json: JSON.stringify({ qs: { a: TOKEN } }) }),
		secrets: [TOKEN],
	},
	'a client certificate': {
		tls: true,
		parameters: { provideSslCertificates: true, options: { allowUnauthorizedCerts: true } },
		credentials: { httpSslAuth: clientCertificate(PASSWORD) },
		secrets: [PASSWORD],
	},
	'a proxy of the node': {
		url: 'http://target.invalid/',
		parameters: { options: { proxy: 'WITH_LOGIN' } },
		secrets: [PASSWORD, base64(`me:${PASSWORD}`)],
	},
	'a proxy of the environment': {
		url: 'http://target.invalid/',
		env: { HTTP_PROXY: 'WITH_LOGIN' },
		secrets: [PASSWORD, base64(`me:${PASSWORD}`)],
	},
	'a login in the URL': { url: 'WITH_LOGIN/', secrets: [PASSWORD, base64(`me:${PASSWORD}`)] },
	'a typed-in token': typed('Authorization', `Token ${TOKEN}`, TOKEN),
	'a typed-in token, in lower case': typed('authorization', `bearer ${TOKEN}`, TOKEN),
	'a typed-in login': typed('Authorization', `Basic ${base64(`me:${PASSWORD}`)}`, PASSWORD),
	'a typed-in signature': typed(
		'Authorization',
		'AWS4-HMAC-SHA256 Credential=AK1A/x, SignedHeaders=host, Signature=S1gn4tur3',
		...['S1gn4tur3'],
	),
	'a typed-in cookie': typed('Cookie', `theme=dark; session=${TOKEN}`, TOKEN),
	'a typed-in key': typed('X-Api-Key', TOKEN, TOKEN),
	'a typed-in private token': typed('PRIVATE-TOKEN', TOKEN, TOKEN),
	'a key in the query': {
		parameters: {
			sendQuery: true,
			queryParameters: { parameters: [{ name: 'api_key', value: TOKEN }] },
		},
		secrets: [TOKEN],
	},
	'a token in the URL': {
		url: `ORIGIN/?accessToken=${encodeURIComponent(TOKEN)}`,
		secrets: [TOKEN],
	},
};

function clientCertificate(passphrase: string) {
	const { cert, key } = readCertificate('example');
	const encrypted = createPrivateKey(key).export({
		...({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc' } as const),
		passphrase,
	});
	return { cert, key: String(encrypted), passphrase };
}

let logged: unknown[];

beforeEach(() => {
	logged = [];
	const logger = Container.get(Logger);
	for (const level of ['debug', 'info', 'warn', 'error'] as const) {
		jest.spyOn(logger, level).mockImplementation((...line) => {
			logged.push(line);
		});
	}
});

afterEach(() => jest.restoreAllMocks());

/** Every text within a value, names and what is not enumerable in errors included. */
function textsIn(value: unknown, seen = new Set<unknown>()): string[] {
	if (typeof value === 'string') return [value];
	if (typeof value === 'number') return [String(value)];
	if (typeof value !== 'object' || value === null || seen.has(value)) return [];
	seen.add(value);
	return Object.getOwnPropertyNames(value).flatMap((name) => {
		// The workflow's own node, in which somebody typed the secret.
		if (name === 'node') return [];
		return [name, ...textsIn((value as Record<string, unknown>)[name], seen)];
	});
}

/** All that a person or a workflow gets to see of a run in which every item fails. */
async function seenOf(parameters: INodeParameters, options: SendOptions): Promise<string[]> {
	const { items, errors, error, hints, result } = await sendItems(parameters, options);
	const { node: _node, ...rest } = { node: undefined, ...result.task('HTTP') };
	expect(items.filter(({ json }) => json.error === undefined)).toEqual([]);
	return textsIn([items, errors, error, hints, rest, logged]);
}

function assertHidden(texts: readonly string[], secrets: readonly string[]): void {
	for (const secret of secrets) {
		for (const [name, encode] of Object.entries(ENCODINGS)) {
			const form = encode(secret).replace(/=+$/, '').toLowerCase();
			const found = texts.find((text) => oneLine(text).toLowerCase().includes(oneLine(form)));
			if (found !== undefined) throw new Error(`The secret ${name} stands in: ${found}`);
		}
	}
}

/** Secrets of the moment, by what the server received: a signature, a digest. */
function signaturesIn({ head }: RawExchange): string[] {
	const found = /\b(?:response|oauth_signature)="([^"]+)"/.exec(head)?.[1];
	return found === undefined ? [] : [found, decodeURIComponent(found)];
}

const filled = <T>(value: T, origin: string): T => {
	const login = `//me:${encodeURIComponent(PASSWORD)}@`;
	return JSON.parse(
		JSON.stringify(value)
			.replaceAll('ORIGIN', origin)
			.replaceAll('WITH_LOGIN', origin.replace('//', login)),
	) as T;
};

describe.each(Object.entries(ROWS))('%s', (_name, row) => {
	let server: RawServer;
	let secrets: string[];
	let turn: number;
	const cases = Object.values(ENCODINGS).flatMap((encode) =>
		Object.values(PLACES).map((place) => ({ encode, place })),
	);

	const start = async (first: number, step: number) => {
		turn = first;
		secrets = [...row.secrets];
		server = await RawServer.start(
			(exchange) => {
				if (row.challenge !== undefined && !/^authorization:/im.test(exchange.head)) {
					exchange.socket.write(response('401 No', '', `WWW-Authenticate: ${row.challenge}`));
					return;
				}
				const { encode, place } = cases[turn % cases.length]!;
				turn += step;
				const signatures = signaturesIn(exchange);
				secrets.push(...signatures);
				const known = [...row.secrets, ...signatures];
				const received = [exchange.head, String(exchange.body), ...known].join('\n');
				exchange.socket.end(Buffer.from(place(encode(received)), 'latin1'));
			},
			{ tls: row.tls === true },
		);
	};

	afterEach(async () => await server.close());

	const send = async (options: SendOptions) => {
		const parameters = { url: 'ORIGIN/', maxConcurrency: 1, ...row.parameters };
		const { url = parameters.url } = row;
		const relative = row.parameters?.authentication === 'concurrentHttpApi' ? '/' : url;
		return await seenOf(filled({ ...parameters, url: relative }, server.origin), {
			...{ credentials: filled(row.credentials ?? {}, server.origin) },
			...{ env: filled(row.env ?? {}, server.origin), ...options },
		});
	};

	it.each(['continueErrorOutput', 'continueRegularOutput'] as const)(
		'is hidden in the items of every error (%s)',
		async (onError) => {
			await start(0, 1);
			const seen = await send({ onError, items: numbered(cases.length) });
			// A proxy also gets what a redirect asks for.
			expect(turn).toBeGreaterThanOrEqual(cases.length);
			assertHidden(seen, secrets);
		},
	);

	it.each(Object.keys(PLACES).map((name, index) => [name, index] as const))(
		'is hidden in the error that ends the run: %s',
		async (_place, index) => {
			await start(index, 0);
			assertHidden(await send({}), secrets);
		},
	);
});

it.each(Object.entries(ROWS).filter(([name]) => name.endsWith('swapped')))(
	'%s: is hidden in a preview and in Request Details',
	async (_name, { parameters, credentials = {}, secrets }) => {
		const server = await RawServer.start(({ socket }) => socket.end(response('200 OK', '{}')));
		try {
			for (const options of [{ previewRequests: true }, {}]) {
				const output = { requestDetails: { requestDetails: {} } };
				const { items, hints, result } = await sendItems(
					{ url: `${server.origin}/`, ...parameters, options, output },
					{ credentials: filled(credentials, server.origin) },
				);
				expect(items).toHaveLength(1);
				const { node: _node, ...rest } = { node: undefined, ...result.task('HTTP') };
				assertHidden(textsIn([items, hints, rest, logged]), secrets);
			}
		} finally {
			await server.close();
		}
	},
);

describe('an authorization server', () => {
	const FRESH = 'Fr3shT0k3n_0815';
	const credential = {
		...{ grantType: 'clientCredentials', clientId: 'app', clientSecret: PASSWORD },
		authentication: 'body',
	};

	it.each([
		['text', response('200 OK', `access_token ${FRESH}`, 'Content-Type: text/plain')],
		['JSON that breaks off', response('200 OK', `{"access_token": "${FRESH}", "tok`)],
		['a long text', response('200 OK', `${'-'.repeat(92)}${FRESH}`, 'Content-Type: text/plain')],
		['text with a status', response('400 Bad', FRESH, 'Content-Type: text/plain')],
		[
			'an error that quotes the client’s secret',
			response('400 Bad', JSON.stringify({ error: 'x', error_description: `bad ${PASSWORD}` })),
		],
	])('that sends %s does not get its token shown', async (_name, bytes) => {
		const server = await RawServer.start(({ socket }) => socket.end(bytes));
		try {
			const accessTokenUrl = `${server.origin}/token`;
			const options = { credentials: { oAuth2Api: { ...credential, accessTokenUrl } } };
			const parameters = { url: `${server.origin}/`, ...generic('oAuth2Api') };
			for (const onError of [undefined, 'continueRegularOutput'] as const) {
				const seen = await seenOf(parameters, { ...options, ...(onError && { onError }) });
				assertHidden(seen, [FRESH, 'Fr3shT0k', PASSWORD]);
				expect(seen.join()).toContain('No access token for the OAuth2 credential');
			}
		} finally {
			await server.close();
		}
	});
});

describe('a Redis', () => {
	let redis: Server | undefined;
	afterEach(() => redis?.close());

	it.each([
		[
			'that does not know AUTH',
			"ERR unknown command 'AUTH', with args beginning with: 'me' 'ARG' ",
		],
		['that quotes a wrong password', 'WRONGPASS ARG is wrong'],
		['that quotes it otherwise', 'ERR not ARG'],
	])('%s does not get the password shown', async (_name, message) => {
		// Every command is refused.
		redis = createServer((socket) => {
			socket.on('error', () => {});
			socket.on('data', (data) => {
				const commands = String(data).match(/^\*\d+\r$/gm) ?? [];
				for (const _command of commands) {
					socket.write(`-${message.replace('ARG', PASSWORD)}\r\n`);
				}
			});
		});
		await new Promise<void>((resolve) => redis?.listen(0, '127.0.0.1', resolve));
		const { port } = redis.address() as AddressInfo;
		const seen = await seenOf(
			{
				url: 'http://127.0.0.1:1/',
				options: { limitScope: 'name', limitName: message, sharedThrough: 'redis' },
			},
			{ credentials: { redis: { host: '127.0.0.1', port, user: 'me', password: PASSWORD } } },
		);
		expect(seen.join()).toMatch(/Redis, through which the limits/);
		assertHidden(seen, [PASSWORD]);
	});
});

it('does not show the passphrase of a client certificate that cannot be read', async () => {
	const { cert, key } = clientCertificate('another passphrase');
	const seen = await seenOf(
		{ url: 'https://127.0.0.1:1/', provideSslCertificates: true },
		{ credentials: { httpSslAuth: { cert, key, passphrase: PASSWORD } } },
	);
	expect(seen.join()).toContain('SSL Certificate');
	assertHidden(seen, [PASSWORD, key]);
});
