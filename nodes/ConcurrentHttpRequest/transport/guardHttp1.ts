import type { Socket } from 'node:net';
import symbols from 'undici/lib/core/symbols.js';

import { markAsReused } from './ExchangeFacts';
import type { ServerConnections } from './ServerConnections';
import { codeOf, TransportFailure } from './TransportFailure';

/** The parts of undici's parser of one connection (`client-h1.js`) that the guard uses or replaces. */
interface Parser {
	readonly socket: Socket;
	readonly client: { readonly [symbols.kRunning]: number };
	readonly llhttp: {
		llhttp_message_needs_eof(parser: number): number;
		llhttp_set_lenient_keep_alive(parser: number, on: 0 | 1): void;
	};
	/** Address of llhttp's own parser. */
	readonly ptr: number;
	readonly hasTransferEncoding: boolean;
	statusCode: number;
	/** Names and values in turn. */
	headers: Buffer[];
	headersSize: number;
	contentLength: number;
	execute(chunk: Buffer): void;
	finish(): Error | null;
	createError(code: number, data: Buffer): Error;
	onHeadersComplete(statusCode: number, upgrade: boolean, shouldKeepAlive: boolean): number;
	onMessageComplete(): number;
}

/** undici leaves the parser of a connection on its socket. */
type Http1Socket = Socket & { readonly [symbols.kParser]?: Parser | null };

/** What `onHeadersComplete` returns to llhttp. */
const ABORT = -1;
const NO_BODY = 1;

const LINE_ENDS = new Set([0x0a, 0x0d]);

/** By this code of an error undici sends a request that waits for the connection on another one. */
const SENT_ELSEWHERE = { code: 'UND_ERR_SOCKET' };

/** What some servers send before they close a connection that was idle for long (RFC 9110 section 15.5.9). */
const IDLE_TOO_LONG = /^HTTP\/1\.[01] 408 /;

/** Transfer codings that change the body (RFC 9112 section 7.2); undici undoes `chunked` only. */
const COMPRESSIONS = new Set(['gzip', 'x-gzip', 'deflate', 'compress', 'x-compress']);

/**
 * Corrects how undici 8 reads HTTP/1.1 responses. Without it, an interim response fails the request,
 * a connection that is reset ends a body successfully, and bytes that nobody asked for can become
 * another request's response.
 *
 * undici has no options for these. The guard therefore replaces methods of the parser object that
 * undici creates for each connection.
 *
 * @param socket connected, and in use by undici; left alone when it speaks HTTP/2
 * @param server learns how the server treats its connections
 */
export function guardHttp1(socket: Socket, server: ServerConnections): void {
	const { [symbols.kParser]: parser } = socket as Http1Socket;
	if (!parser) return;
	// After an interim response, the final one follows even where the interim one says "close".
	parser.llhttp.llhttp_set_lenient_keep_alive(parser.ptr, 1);
	watchBytes(parser, server);
	readHeads(parser, server);
	noticeResets(parser);
}

/** Whether an error ended a connection that was stale: see `TransportFailure.isStaleConnection`. */
export function isOfStaleConnection(error: Error): boolean {
	return 'isOfStaleConnection' in error;
}

/**
 * Destroys a connection on which bytes come while no request is open: they would be read as the
 * response to the next request. No later connection to the same server is used twice, because
 * bytes that come a moment later cannot be told from a response (RFC 9112 section 9.2).
 *
 * Tells how the server ends its connections. One that had carried a response, and brought not one byte
 * of the next, was most likely closed for being idle, at the moment when the request was sent (RFC 9112
 * section 9.3.1). After a reset of an idle connection undici would fail the request that waits for it.
 */
function watchBytes(parser: Parser, server: ServerConnections): void {
	const { socket } = parser;
	const execute = parser.execute.bind(parser);
	const createError = parser.createError.bind(parser);
	const onMessageComplete = parser.onMessageComplete.bind(parser);
	const isIdle = () => parser.client[symbols.kRunning] === 0;
	let lastResponseAt: number | undefined;
	let hasNewBytes = false;
	parser.execute = (chunk) => {
		hasNewBytes = true;
		// Some servers end a body with a line end too many (RFC 9112 section 2.2).
		if (!isIdle() || chunk.every((byte) => LINE_ENDS.has(byte))) {
			execute(chunk);
			return;
		}
		if (!IDLE_TOO_LONG.test(chunk.toString('latin1', 0, 13))) server.isDistrusted = true;
		socket.destroy(unaskedBytes());
	};
	parser.createError = (code, data) => {
		if (isIdle()) {
			server.isDistrusted = true;
			return unaskedBytes();
		}
		// undici would report any error as a body of the wrong length.
		parser.contentLength = -1;
		return createError(code, data);
	};
	parser.onMessageComplete = () => {
		const isInterim = parser.statusCode < 200;
		if (!isInterim) {
			lastResponseAt = performance.now();
			hasNewBytes = false;
			server.responded();
		}
		return onMessageComplete();
	};
	const ended = (error?: Error) => {
		// undici's own end of a connection says nothing of the server.
		if (lastResponseAt === undefined || codeOf(error) === 'UND_ERR_INFO') return;
		if (isIdle()) {
			server.closedIdle(performance.now() - lastResponseAt);
			if (error) Object.assign(error, SENT_ELSEWHERE);
		} else if (error && !hasNewBytes) {
			Object.assign(error, { isOfStaleConnection: true });
			server.wasStale();
		}
	};
	socket.once('end', ended);
	socket.prependOnceListener('error', ended);
}

function readHeads(parser: Parser, server: ServerConnections): void {
	const onHeadersComplete = parser.onHeadersComplete.bind(parser);
	let isReused = false;
	parser.onHeadersComplete = (statusCode, upgrade, shouldKeepAlive) => {
		if (statusCode === 101) {
			return refuse(parser, 'The server switched to another protocol, unasked (status 101)');
		}
		if (statusCode < 100) {
			return refuse(parser, 'The server responded with something that is not HTTP');
		}
		if (statusCode < 200) {
			// Interim responses may come unasked, in any number (RFC 9110 section 15.2).
			parser.statusCode = statusCode;
			parser.headers = [];
			parser.headersSize = 0;
			return NO_BODY;
		}
		if (parser.hasTransferEncoding) {
			const codings = transferCodings(parser.headers);
			if (!isReadable(codings)) {
				const shown = codings.join(', ');
				return refuse(
					parser,
					`The response has a Transfer-Encoding that was not asked for (${shown})`,
				);
			}
		}
		if (isReused) markAsReused(parser.headers);
		isReused = true;
		const mayReuse = shouldKeepAlive && !server.isDistrusted;
		const result = onHeadersComplete(statusCode, upgrade, mayReuse);
		// llhttp counts the body's bytes. undici counts again, and misreads "4 " as 24.
		parser.contentLength = -1;
		return result;
	};
}

/**
 * Fails a body that ends with the connection where the connection was reset. A reset is not an end
 * (RFC 9112 section 8); undici takes it for one.
 */
function noticeResets(parser: Parser): void {
	const finish = parser.finish.bind(parser);
	parser.finish = () => {
		const { errored } = parser.socket;
		const endsWithConnection = parser.llhttp.llhttp_message_needs_eof(parser.ptr) === 1;
		return errored && endsWithConnection ? errored : finish();
	};
}

function refuse(parser: Parser, problem: string): number {
	parser.socket.destroy(new TransportFailure('unreadable response', problem));
	return ABORT;
}

function unaskedBytes(): Error {
	const error = new Error('The server sent bytes while no request was open');
	return Object.assign(error, SENT_ELSEWHERE);
}

function transferCodings(headers: readonly Buffer[]): string[] {
	const isNamed = (i: number) =>
		headers[i - 1]?.toString('latin1').toLowerCase() === 'transfer-encoding';
	return headers
		.filter((_, i) => i % 2 === 1 && isNamed(i))
		.flatMap((value) => value.toString('latin1').toLowerCase().split(','))
		.map((coding) => coding.trim());
}

/** Whether the body is what is left when the chunks are joined. */
function isReadable(codings: readonly string[]): boolean {
	if (codings.some((coding) => COMPRESSIONS.has(coding))) return false;
	return !codings.includes('chunked') || codings.at(-1) === 'chunked';
}
