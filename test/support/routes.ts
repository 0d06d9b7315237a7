import type { ServerResponse } from 'node:http';
import { TLSSocket } from 'node:tls';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import type { ReceivedRequest, RouteHandler } from './TestServer.ts';

type Answer = (call: Call) => void;

/** One request at a built-in route, with what most of them need. */
interface Call {
	request: ReceivedRequest;
	response: ServerResponse;
	path: string;
	query: URLSearchParams;
	/** A parameter as a whole number, or the default. */
	number: (name: string, otherwise: number) => number;
	/** Answers with the given body, and the query's `type` or the given one as content type. */
	send: (status: number, body: string | Buffer, type?: string) => void;
}

const JSON_TYPE = 'application/json';
const TEXT_TYPE = 'text/plain; charset=utf-8';

/** A valid picture of one pixel. */
const PNG = Buffer.from(
	'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
	'base64',
);

const compressors: Record<string, (data: Buffer) => Buffer> = {
	gzip: gzipSync,
	deflate: deflateSync,
	br: brotliCompressSync,
	zstd: zstdCompressSync,
};

/** The query as an object; a name that is repeated gives an array. */
function queryObject(query: URLSearchParams): Record<string, string | string[]> {
	const entries = [...new Set(query.keys())].map((name) => {
		const values = query.getAll(name);
		return [name, values.length === 1 ? values[0] : values] as const;
	});
	return Object.fromEntries(entries) as Record<string, string | string[]>;
}

/** Ends the connection with a TCP reset; under TLS Node can only destroy it. */
function resetConnection({ socket }: ServerResponse): void {
	if (socket instanceof TLSSocket) socket.destroy();
	else socket?.resetAndDestroy();
}

const answers: Record<string, Answer> = {
	'/echo': ({ request, path, query, send }) => {
		const { method, headers, body } = request;
		const echo = { method, path, query: queryObject(query), headers, body: body.toString() };
		send(200, JSON.stringify(echo), JSON_TYPE);
	},

	'/json': ({ query, send }) => send(200, query.get('body') ?? '{}', JSON_TYPE),

	'/text': ({ query, send }) => send(200, query.get('body') ?? '', TEXT_TYPE),

	'/status': ({ query, number, send }) =>
		send(number('code', 200), query.get('body') ?? '', TEXT_TYPE),

	// The waiting itself is done for every route, below.
	'/delay': ({ query, send }) =>
		send(200, JSON.stringify({ ok: true, id: query.get('id') }), JSON_TYPE),

	'/items': ({ number, send }) => {
		const items = Array.from({ length: number('count', 3) }, (_, index) => ({ id: index }));
		send(200, JSON.stringify(items), JSON_TYPE);
	},

	'/empty': ({ send }) => send(200, ''),

	'/redirect': ({ response, query, number }) => {
		const times = number('times', 1);
		const again = new URLSearchParams(query);
		again.set('times', String(times - 1));
		const location = times > 1 ? `/redirect?${again.toString()}` : (query.get('to') ?? '/echo');
		response.writeHead(number('code', 302), { location }).end();
	},

	'/bytes': ({ query, send }) => send(200, Buffer.from(query.get('hex') ?? '', 'hex')),

	'/compressed': ({ query, response, send }) => {
		const encoding = query.get('encoding') ?? 'gzip';
		const body = Buffer.from(query.get('body') ?? JSON.stringify({ encoding }));
		response.setHeader('content-encoding', encoding);
		send(200, compressors[encoding]?.(body) ?? body, JSON_TYPE);
	},

	'/stream': ({ response, query, number }) => {
		const chunks = number('chunks', 5);
		response.writeHead(200, { 'content-type': query.get('type') ?? TEXT_TYPE });
		let sent = 0;
		const timer = setInterval(
			() => {
				response.write(`chunk ${++sent}\n`);
				if (sent >= chunks) response.end();
			},
			number('ms', 10),
		);
		response.once('close', () => clearInterval(timer));
	},

	'/truncate': ({ response, number }) => {
		const body = 'x'.repeat(number('bytes', 10));
		response.writeHead(200, { 'content-type': TEXT_TYPE, 'content-length': number('length', 100) });
		response.write(body, () => response.socket?.end());
	},

	'/reset': ({ response }) => resetConnection(response),

	'/reset-body': ({ response }) => {
		response.writeHead(200, { 'content-type': TEXT_TYPE, 'content-length': 100 });
		response.write('some body', () => resetConnection(response));
	},

	'/hang': () => {},

	'/hang-body': ({ response, number }) => {
		response.writeHead(200, { 'content-type': TEXT_TYPE, 'content-length': 100 });
		response.flushHeaders();
		response.write('x'.repeat(number('bytes', 0)));
	},

	'/binary': ({ send }) => send(200, PNG, 'image/png'),
};

/** Routes in which `ms` is not a wait before the answer. */
const ownTiming = new Set(['/stream']);

/** Calls after that many milliseconds, unless the client has gone by then. */
function later(ms: number, response: ServerResponse, action: () => void): void {
	const timer = setTimeout(action, ms);
	response.once('close', () => clearTimeout(timer));
}

function toHandler(path: string, answer: Answer): RouteHandler {
	return (request, response) => {
		const query = new URL(request.url, 'http://localhost').searchParams;
		const number = (name: string, otherwise: number) => Number(query.get(name) ?? otherwise);
		const send: Call['send'] = (status, body, type) => {
			const contentType = query.get('type') ?? (body.length > 0 ? type : undefined);
			if (contentType) response.setHeader('content-type', contentType);
			// Not `writeHead`: with it the body would be chunked, without a content-length.
			response.statusCode = status;
			response.end(body);
		};
		for (const line of query.getAll('header')) {
			const colon = line.indexOf(':');
			response.appendHeader(line.slice(0, colon), line.slice(colon + 1).trim());
		}
		const respond = () => answer({ request, response, path, query, number, send });
		if (query.has('ms') && !ownTiming.has(path)) later(number('ms', 0), response, respond);
		else respond();
	};
}

/**
 * What the server answers without being told, by path. Parameters are in the query string.
 * Everywhere: `ms` waits before answering, `header=name:value` (repeatable) adds a header,
 * `type` sets the content type (an empty body has none otherwise).
 *
 * - `/echo` method, path, query, headers and body of the request, as JSON
 * - `/json?body=`, `/text?body=`, `/status?code=&body=` the given body
 * - `/delay?ms=50&id=7` gives `{ "ok": true, "id": "7" }`
 * - `/items?count=3` a JSON array; `/empty` no body; `/binary` a PNG
 * - `/redirect?code=302&to=&times=n` redirects n times (1), the last time to `to`
 * - `/bytes?hex=` raw bytes; `/compressed?encoding=gzip|deflate|br|zstd`
 * - `/stream?chunks=5&ms=10` one chunk every `ms`
 * - `/truncate?bytes=10&length=100` closes before the promised length
 * - `/reset` and `/reset-body` reset the connection before, or in the middle of, the answer
 * - `/hang` and `/hang-body` go silent before, or in the middle of, the answer
 *
 * `/stats` and `/reset-stats` are answered by the server itself.
 */
export const builtInRoutes: Record<string, RouteHandler> = Object.fromEntries(
	Object.entries(answers).map(([path, answer]) => [path, toHandler(path, answer)]),
);
