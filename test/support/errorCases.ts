import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import type { IBinaryKeyData, INodeParameters } from 'n8n-workflow';
import { TestServer } from './TestServer.ts';
import type { CredentialValues } from './workflow/credentials.ts';

/** Where the cases of this table send their requests. */
export interface ErrorServers {
	readonly http: TestServer;
	readonly https: TestServer;
	/** Its certificate is trusted, and out of date. */
	readonly expired: TestServer;
	/** Its certificate is trusted, and for other hosts. */
	readonly otherHost: TestServer;
	/** Its certificate is not trusted. */
	readonly untrusted: TestServer;
	/** Accepts connections, and says nothing: `host:port`. */
	readonly silent: string;
	/** Accepts no connection, and has as many that wait as it lets wait: `host:port`. */
	readonly full: string;
	close(): Promise<void>;
}

/** A failure as a person meets it, and what the editor shows of it. */
export interface ErrorCase {
	readonly name: string;
	parameters(servers: ErrorServers): INodeParameters;
	/** Files of each item. */
	readonly binary?: IBinaryKeyData;
	readonly credentials?: CredentialValues;
	/** n8n's SSRF protection is on. */
	readonly isProtected?: boolean;
	/** The message, without the item; `*` stands for what differs between machines. */
	readonly message: string;
	/** The description, in the same way. */
	readonly description: string;
}

const HTML = 'text/html; charset=utf-8';
const LOGIN_PAGE =
	'<!DOCTYPE html><html><head><title>Sign in &#8211; Example &amp; Co</title></head><body>…</body></html>';

const bearer = { authentication: 'genericCredentialType', genericAuthType: 'httpBearerAuth' };
const asJson = { response: { response: { responseFormat: 'json' } } };
const file = (fileName: string) => ({ data: 'YQ==', mimeType: 'text/plain', fileName });
const upload = (inputDataFieldName: string) => ({
	...{ method: 'POST', sendBody: true, contentType: 'binaryData', inputDataFieldName },
});
const quickRetries = (maxTries: number): INodeParameters => ({
	retry: { retry: { maxTries, settings: { firstWait: 0.01, longestWait: 0.01 } } },
});

/** Every case has an entry here; docs/errors.md shows them, and a test compares both. */
export const errorCases: readonly ErrorCase[] = [
	{
		name: 'https:// to an HTTP port',
		parameters: ({ http }) => ({ url: `${http.origin.replace('http:', 'https:')}/text` }),
		message: 'GET https://* failed: The server does not speak HTTPS at this port',
		description:
			'If it speaks HTTP there, write http:// instead of https:// in the URL. Otherwise check the port.',
	},
	{
		name: 'http:// to an HTTPS port',
		parameters: ({ https }) => ({ url: `${https.origin.replace('https:', 'http:')}/text` }),
		message: 'GET http://* failed: The server closed the connection without sending anything',
		description:
			'If it speaks HTTPS at this port, write https:// instead of http:// in the URL. If other items succeed, try again, or lower Max Concurrency. The node can try such requests again by itself: see Retry, below Rate Limits.',
	},
	{
		name: 'http:// to an HTTPS port that says so',
		parameters: ({ http }) => ({ url: `${http.origin}/plain-http` }),
		message: 'GET http://* failed: 400 Bad Request',
		description:
			'The server says: "400 The plain HTTP request was sent to HTTPS port". The server speaks HTTPS, not HTTP, at this port. Write https:// instead of http:// in the URL.',
	},
	{
		name: '401 without authentication',
		parameters: ({ http }) => ({ url: `${http.origin}/login-wanted` }),
		message: 'GET http://* failed: 401 Unauthorized',
		description:
			'No authentication is chosen. Choose one under Authentication, for example Generic Credential Type > Basic Auth.',
	},
	{
		name: '401 with a header of the node',
		parameters: ({ http }) => ({
			url: `${http.origin}/login-wanted`,
			sendHeaders: true,
			headerParameters: { parameters: [{ name: 'X-API-Key', value: 'S3cret-Value' }] },
		}),
		message: 'GET http://* failed: 401 Unauthorized',
		description:
			'The server does not accept the key or password that this node sends in a header or in the query. Check its value, or choose a credential under Authentication.',
	},
	{
		name: '401 with a wrong credential',
		parameters: ({ http }) => ({ url: `${http.origin}/login-wanted`, ...bearer }),
		credentials: { httpBearerAuth: { token: 'S3cret-Value' } },
		message: 'GET http://* failed: 401 Unauthorized',
		description:
			'The server does not accept the credential. Check it, for example whether it has expired, or choose another under Authentication.',
	},
	{
		name: '401 after a redirect to another server',
		parameters: ({ http }) => {
			const other = http.origin.replace('127.0.0.1', 'localhost');
			return { url: `${http.origin}/redirect?to=${other}/login-wanted`, ...bearer };
		},
		credentials: { httpBearerAuth: { token: 'S3cret-Value' } },
		message: 'GET http://* failed: 401 Unauthorized',
		description:
			'The server redirects to http://localhost:*, which does not get the credential. Enter the URL there, or, if you trust that server, switch on Options > Send Credentials on Redirect.',
	},
	{
		name: 'no credential chosen',
		parameters: ({ http }) => ({ url: `${http.origin}/text`, ...bearer }),
		message: '"Bearer Auth" is empty: no credential is chosen',
		description: 'Choose one in that field, below Authentication, or set Authentication to None.',
	},
	{
		name: 'a web page in place of JSON',
		parameters: ({ http }) => ({
			url: `${http.origin}/redirect?to=/sign-in&token=S3cret-Value`,
			options: asJson,
		}),
		message: 'GET http://*/redirect?to=/sign-in&token=*** failed: The response is not valid JSON',
		description:
			'It is a web page: "Sign in – Example & Co". It came from http://*/sign-in. Check the URL, and whether the server wants a login. To get it as it is, set Options > Response > Response Format to Text.',
	},
	{
		name: 'text in place of JSON',
		parameters: ({ http }) => ({ url: `${http.origin}/text?body=Hello`, options: asJson }),
		message: 'GET http://*/text?body=Hello failed: The response is not valid JSON',
		description:
			'It begins with "Hello". To get it as it is, set Options > Response > Response Format to Text.',
	},
	{
		name: 'a file that is not there',
		parameters: ({ http }) => ({ url: `${http.origin}/echo`, ...upload('data') }),
		binary: { invoice: file('a.pdf'), photo: file('b.png') },
		message: '"Input Data Field Name" is "data", but the item has no file there',
		description:
			'The item has files in "invoice" (a.pdf) and "photo" (b.png). Enter one of these names.',
	},
	{
		name: 'no files at all',
		parameters: ({ http }) => ({ url: `${http.origin}/echo`, ...upload('data') }),
		message: '"Input Data Field Name" is "data", but the item has no file there',
		description:
			'The item has no files. Check the output of the node before this one: some nodes, such as Edit Fields, can leave files out.',
	},
	{
		name: 'an expression that fails',
		parameters: ({ http }) => ({
			url: `${http.origin}/text`,
			sendHeaders: true,
			headerParameters: {
				parameters: [
					{ name: 'X-Trace', value: '={{ $json.id }}' },
					{ name: 'X-Name', value: `={{ $('Nowhere').item.json.name }}` },
				],
			},
		}),
		message: `The expression in "Headers > Value (row 2)" fails: Referenced node doesn't exist`,
		description: '*',
	},
	{
		name: '429 once',
		parameters: ({ http }) => ({ url: `${http.origin}/status?code=429` }),
		message: 'GET http://* failed: 429 Too Many Requests',
		description:
			'The server limits how often it may be called. Under Rate Limits, add what its documentation allows, for example At Most 100, Every 1 Minute. The node can try such requests again by itself: see Retry, below Rate Limits.',
	},
	{
		name: '429 after five tries',
		parameters: ({ http }) => ({ url: `${http.origin}/status?code=429`, ...quickRetries(5) }),
		message: 'GET http://* failed: 429 Too Many Requests',
		description:
			'The request was tried 5 times. The server limits how often it may be called. Under Rate Limits, add what its documentation allows, for example At Most 100, Every 1 Minute.',
	},
	{
		name: '413',
		parameters: ({ http }) => ({ url: `${http.origin}/status?code=413`, method: 'POST' }),
		message: 'POST http://* failed: 413 Payload Too Large',
		description:
			'The body of this request is larger than the server accepts. Send less with each item, for example fewer rows or a smaller file.',
	},
	{
		name: 'certificate expired',
		parameters: ({ expired }) => ({ url: `${expired.origin}/text` }),
		message: "GET https://* failed: The server's certificate has expired",
		description:
			'Whoever runs the server has to renew it. If you know this server, you can send without this check: switch on Options > Ignore SSL Issues (Insecure).',
	},
	{
		name: 'certificate self-signed',
		parameters: ({ untrusted }) => ({ url: `${untrusted.origin}/text` }),
		message:
			"GET https://* failed: The server's certificate is self-signed, so n8n cannot tell whether it is genuine",
		description:
			'Whoever runs n8n can have it trust this certificate, or the authority behind it: NODE_EXTRA_CA_CERTS in its environment names a file with it. If you know this server, you can send without this check: switch on Options > Ignore SSL Issues (Insecure).',
	},
	{
		name: 'certificate of another host',
		parameters: ({ otherHost }) => ({ url: `${otherHost.origin}/text` }),
		message:
			"GET https://* failed: The server's certificate is for api.example.test, *.example.test, not for 127.0.0.1",
		description:
			'In the URL, use a host name that the certificate is for. If you know this server, you can send without this check: switch on Options > Ignore SSL Issues (Insecure).',
	},
	{
		name: 'unknown host',
		parameters: () => ({ url: 'http://no-such-host.invalid/' }),
		message:
			'GET http://no-such-host.invalid/ failed: The host name "no-such-host.invalid" could not be *',
		description:
			'Check the spelling of the host name in the URL. If it is right, the machine that runs n8n cannot look it up: check its network and DNS.',
	},
	{
		name: 'connection refused',
		parameters: () => ({ url: 'http://127.0.0.1:1/' }),
		message: 'GET http://127.0.0.1:1/ failed: The server refused the connection',
		description:
			'Check the host and the port in the URL, and that the server is running. If n8n runs in a container, localhost is that container: enter the name of the container of the server, or host.docker.internal for the machine itself.',
	},
	{
		name: 'timeout in connecting',
		parameters: ({ full }) => ({ url: `http://${full}/`, options: { timeout: 300 } }),
		message: 'GET http://* failed: No connection to the server within 300 ms',
		description:
			'Check host and port in the URL, and that no firewall blocks n8n. The node can try such requests again by itself: see Retry, below Rate Limits.',
	},
	{
		name: 'timeout in the TLS handshake',
		parameters: ({ silent }) => ({ url: `https://${silent}/`, options: { timeout: 300 } }),
		message:
			'GET https://* failed: The server accepted the connection, but did not set up HTTPS within 300 ms',
		description:
			'Check that the server speaks HTTPS at this port: if it speaks HTTP there, write http:// in the URL. The node can try such requests again by itself: see Retry, below Rate Limits.',
	},
	{
		name: 'timeout before the response',
		parameters: ({ http }) => ({ url: `${http.origin}/hang`, options: { timeout: 300 } }),
		message: 'GET http://* failed: No response from the server within 300 ms',
		description:
			'Raise Options > Timeout. If only some of many items fail like this, the server may be overloaded: lower Max Concurrency. The node can try such requests again by itself: see Retry, below Rate Limits.',
	},
	{
		name: 'timeout in the response',
		parameters: ({ http }) => ({
			url: `${http.origin}/hang-body?bytes=20`,
			options: { timeout: 300 },
		}),
		message:
			'GET http://* failed: No complete response within 300 ms: 20 of the 100 bytes of its body had arrived',
		description:
			'Raise Options > Timeout. If only some of many items fail like this, the server may be overloaded: lower Max Concurrency. The node can try such requests again by itself: see Retry, below Rate Limits.',
	},
	{
		name: 'blocked by policy',
		parameters: ({ http }) => ({ url: `${http.origin}/text` }),
		isProtected: true,
		message: 'GET http://* failed: *',
		description: '*',
	},
];

export async function startErrorServers(): Promise<ErrorServers> {
	const http = await TestServer.start();
	http.route('/sign-in', (_request, response) =>
		response.writeHead(200, { 'content-type': HTML }).end(LOGIN_PAGE),
	);
	http.route('/plain-http', (_request, response) =>
		response
			.writeHead(400, { 'content-type': HTML })
			.end(
				'<html>\r\n<head><title>400 The plain HTTP request was sent to HTTPS port</title></head></html>',
			),
	);
	http.route('/login-wanted', (_request, response) =>
		response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end(),
	);
	const [https, expired, otherHost, untrusted, silent, full] = await Promise.all([
		TestServer.start({ tls: true }),
		TestServer.start({ tls: true, certificate: 'expired' }),
		TestServer.start({ tls: true, certificate: 'example' }),
		TestServer.start({ tls: true }),
		startSilent(),
		startFull(),
	]);
	return {
		...{ http, https, expired, otherHost, untrusted },
		silent: `127.0.0.1:${(silent.server.address() as AddressInfo).port}`,
		full: `127.0.0.1:${full.port}`,
		async close() {
			for (const socket of [...silent.sockets, ...full.sockets]) socket.destroy();
			silent.server.close();
			await full.worker.terminate();
			await Promise.all([http, https, expired, otherHost, untrusted].map((each) => each.close()));
		},
	};
}

async function startSilent(): Promise<{ server: Server; sockets: Set<Socket> }> {
	const sockets = new Set<Socket>();
	const server = createServer((socket) => sockets.add(socket.on('error', () => {})));
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return { server, sockets };
}

/** Connections that a queue for one takes, and some more. */
const FILLING = 8;

/** A thread that listens and then stands still, so that its queue of connections fills up. */
async function startFull(): Promise<{ worker: Worker; port: number; sockets: Socket[] }> {
	const code = `
		const { parentPort } = require('node:worker_threads');
		const server = require('node:net').createServer();
		server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
			parentPort.postMessage(server.address().port);
			Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
		});`;
	const worker = new Worker(code, { eval: true });
	const port = await new Promise<number>((resolve) => worker.once('message', resolve));
	const sockets = Array.from({ length: FILLING }, () =>
		connect(port, '127.0.0.1').on('error', () => {}),
	);
	return { worker, port, sockets };
}
