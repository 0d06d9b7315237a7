import { constants } from 'node:http2';

import type { RequestHeaders } from './HttpRequest';
import { codeOf } from './TransportFailure';

/**
 * Headers about one connection, which HTTP/2 does not have (RFC 9113 section 8.2.2). `connection`,
 * `keep-alive`, `transfer-encoding` and `upgrade` never come here.
 */
const CONNECTION_HEADERS = new Set(['proxy-connection', 'http2-settings', 'te']);

/** Whether a request can be sent over HTTP/2 as it is. If not, it goes over HTTP/1.1. */
export function fitsHttp2(headers: RequestHeaders): boolean {
	for (const name in headers) {
		// By their length, nearly all names are known to be none of these.
		const { length } = name;
		if (length !== 2 && length !== 14 && length !== 16) continue;
		if (CONNECTION_HEADERS.has(name.toLowerCase())) return false;
	}
	return true;
}

/** The code with which a server resets a stream that it will not serve over HTTP/2. */
const { NGHTTP2_HTTP_1_1_REQUIRED } = constants;

/**
 * Whether a server asks for a request once more over HTTP/1.1 (RFC 9113 section 7), as IIS does
 * for Windows authentication. It has not looked at the request then.
 */
export function asksForHttp1(error: unknown): boolean {
	const failure = error as { cause?: { http2ErrorCode?: unknown } } | undefined;
	return failure?.cause?.http2ErrorCode === NGHTTP2_HTTP_1_1_REQUIRED;
}

/** Names of error codes, by number (RFC 9113 section 7). */
const ERROR_NAMES = [
	'NO_ERROR',
	'PROTOCOL_ERROR',
	'INTERNAL_ERROR',
	'FLOW_CONTROL_ERROR',
	'SETTINGS_TIMEOUT',
	'STREAM_CLOSED',
	'FRAME_SIZE_ERROR',
	'REFUSED_STREAM',
	'CANCEL',
	'COMPRESSION_ERROR',
	'CONNECT_ERROR',
	'ENHANCE_YOUR_CALM',
	'INADEQUATE_SECURITY',
	'HTTP_1_1_REQUIRED',
];

/** Messages of Node.js and undici about streams and connections that the server ended. */
const CLOSED_WITH = /^(?:Stream|Session|HTTP\/2).* code (?:NGHTTP2_(\w+)|(\d+))$/;

/** Codes that tell nothing about HTTP/2: the server ends, or does not begin, what it could serve. */
const UNREMARKABLE = new Set(['NO_ERROR', 'REFUSED_STREAM', 'CANCEL']);

/**
 * Says what went wrong with HTTP/2 itself, in a sentence for people.
 *
 * @param error what Node.js or undici raised
 * @returns `undefined` for any other error
 */
export function http2Problem(error: unknown): string | undefined {
	if (typeof error !== 'object' || error === null) return undefined;
	const { message, cause } = error as Record<string, unknown>;
	const wayOut = 'If that happens again, switch off Options > HTTP/2';
	if (codeOf(error) === 'ERR_HTTP2_ERROR' || codeOf(cause) === 'ERR_HTTP2_ERROR') {
		return `The server broke a rule of the protocol, so the connection over HTTP/2 ended before its response was complete (${String(message)}). ${wayOut}`;
	}
	// Not the code of the stream: Node.js makes INTERNAL_ERROR of a connection that was reset.
	const [, named, number] = CLOSED_WITH.exec(String(message)) ?? [];
	const name = named ?? ERROR_NAMES[Number(number)];
	if (name === undefined || UNREMARKABLE.has(name)) return undefined;
	return `The server ended the exchange over HTTP/2 before its response was complete (${name}). ${wayOut}`;
}

const { NGHTTP2_REFUSED_STREAM } = constants;

/**
 * Whether a server has certainly not looked at a request that it has not responded to: it refused
 * the stream, or the stream is above the last one of its GOAWAY (RFC 9113 sections 6.8 and 8.7); or
 * the stream was never sent.
 *
 * @param error what undici raised
 */
export function isUnprocessed(error: Error): boolean {
	const { code, http2ErrorCode } = error as { code?: unknown; http2ErrorCode?: unknown };
	return (
		http2ErrorCode === NGHTTP2_REFUSED_STREAM ||
		code === 'ERR_HTTP2_INVALID_SESSION' ||
		code === 'ERR_HTTP2_GOAWAY_SESSION' ||
		NEVER_PROCESSED.test(error.message)
	);
}

/** undici's messages for streams above the last of a GOAWAY, and for headers that were not sent. */
const NEVER_PROCESSED = /^HTTP\/2: (?:"GOAWAY" frame received|"frameError" received - type 1,)/;
