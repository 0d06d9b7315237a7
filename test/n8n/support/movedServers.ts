import type { ServerResponse } from 'node:http';
import { TestServer } from '../../support/TestServer.ts';
import type { ReceivedRequest, TestServerOptions } from '../../support/TestServer.ts';
import type { MovedWorkflow } from './movedWorkflow.ts';

/** What stands for the origins of a use's servers, and how those are started. */
const KINDS: Record<string, TestServerOptions> = {
	ORIGIN: {},
	OTHER: {},
	SECURE: { tls: true },
	HTTP2: { http2: true },
};

/** The servers that a use names, by what stands for their origins. */
export type MovedServers = Map<string, TestServer>;

/** Starts the servers of a use, which answer alike. The caller has to close them. */
export async function startServers(use: MovedWorkflow): Promise<MovedServers> {
	const text = JSON.stringify([use.parameters, use.items]);
	const servers: MovedServers = new Map();
	for (const [name, options] of Object.entries(KINDS)) {
		if (name !== 'ORIGIN' && !text.includes(name)) continue;
		const server = await TestServer.start(options);
		servers.set(name, server);
		server.route('/mirror', answerMirror);
		server.route('/pages', answerPages);
		server.route('/digest', answerDigest);
		server.route('/busy', (_request, response) => {
			response.statusCode = server.requests.length > 1 ? 200 : 429;
			response.setHeader('retry-after', '0').end('busy');
		});
		server.route('/files/untyped', (_request, response) => response.end(PICTURE));
		server.route('/files/a.png', (_request, response) =>
			response.setHeader('content-type', 'image/png').end(PICTURE),
		);
	}
	return servers;
}

/** Puts the servers' origins in the place of what stands for them. */
export function withOrigins(text: string, servers: MovedServers): string {
	const login = servers.get('ORIGIN')!.origin.replace('//', '//ada:p%40ss@');
	let result = text.replaceAll('LOGIN', login);
	for (const [name, { origin }] of servers) result = result.replaceAll(name, origin);
	return result;
}

/** The other way round, because the servers have other ports in each run. */
export function withoutOrigins<T>(value: T, servers: MovedServers): T {
	let text = JSON.stringify(value);
	for (const [name, { origin }] of servers) text = text.replaceAll(origin, name);
	return JSON.parse(text) as T;
}

/** The beginning of a PNG, by which it is known as one. */
const PICTURE = Buffer.from('89504e470d0a1a0a0000000d4948445200000001000000010802000000', 'hex');

/** Three pages, each of which names the next; behind them an empty list, or a status. */
function answerPages({ url, headers, body }: ReceivedRequest, response: ServerResponse): void {
	const { searchParams } = new URL(url, 'http://localhost');
	const sent = body.toString();
	const inBody = sent.startsWith('{') ? (JSON.parse(sent) as { page?: number }).page : undefined;
	const inForm = new URLSearchParams(sent).get('page');
	const asked = searchParams.get('page') ?? headers['x-page'] ?? inBody ?? inForm ?? 1;
	const page = Number(asked);
	const isPast = page > 3;
	const next = page < 3 ? `http://${headers.host}/pages?page=${page + 1}` : undefined;
	const entries = [page, page + 0.5].map((at) => ({ at, q: searchParams.get('q') }));
	const answer = searchParams.has('wrapped') ? { entries, next } : isPast ? [] : entries;
	if (isPast && searchParams.has('empty')) return void response.end();
	if (page === 2 && searchParams.has('broken')) {
		return void response.setHeader('content-type', 'application/json').end('[{');
	}
	if (searchParams.has('pictures')) {
		return void response.setHeader('content-type', 'image/png').end(PICTURE);
	}
	response.statusCode = isPast && searchParams.has('ends') ? 404 : 200;
	response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
}

/** Says what was asked, without what differs between two clients on purpose. */
function answerMirror({ method, url, body }: ReceivedRequest, response: ServerResponse): void {
	// Two calls: over HTTP/2 the first returns nothing.
	response.setHeader('content-type', 'application/json');
	response.end(JSON.stringify({ method, url, body: body.toString() }));
}

/** Wants a login by Digest, and takes any. */
function answerDigest(request: ReceivedRequest, response: ServerResponse): void {
	if (request.headers.authorization) return answerMirror(request, response);
	response.statusCode = 401;
	response.setHeader(
		'www-authenticate',
		'Digest realm="Staff", nonce="n1", qop="auth", opaque="o"',
	);
	response.end('Who are you?');
}
