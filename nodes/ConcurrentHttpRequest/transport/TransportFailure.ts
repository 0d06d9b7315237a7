import { maxHeaderSize } from 'node:http';

import { http2Problem } from './http2';
import { toMalformedResponse } from './malformedResponse';
import { toProxyRefusal } from './proxyRefusal';

/** Why no answer came. The kind is also the word under which a failure is counted. */
export type TransportFailureKind =
	| 'timeout'
	| 'connection refused'
	| 'connection reset'
	| 'host not found'
	| 'network error'
	| 'wrong protocol'
	| 'certificate not trusted'
	| 'client certificate refused'
	| 'proxy error'
	| 'proxy refused'
	| 'proxy not trusted'
	| 'blocked by policy'
	| 'redirect not followed'
	| 'unreadable response'
	| 'response too large'
	| 'file not readable'
	| 'file not stored'
	| 'cancelled';

/** A request that ended without an answer. */
export class TransportFailure extends Error {
	override readonly name = 'TransportFailure';
	readonly kind: TransportFailureKind;
	/** The system's or the client library's code, for example `ECONNREFUSED`. */
	readonly code: string | undefined;
	/** Why the request was not sent again, in a sentence for people. */
	note?: string;
	/** Nothing of the request can have reached a server: no connection had been made. */
	isUnsent: boolean;
	/** A connection that had carried a response was closed before the first byte of this one. */
	isStaleConnection = false;
	/** The server says that it has not looked at the request (RFC 9113 section 8.7). */
	isUnprocessed = false;

	constructor(kind: TransportFailureKind, message: string, cause?: unknown) {
		super(message, { cause });
		this.kind = kind;
		this.code = errorCode(cause);
		this.isUnsent =
			kind === 'connection refused' || kind === 'host not found' || isOfConnecting(cause);
	}
}

/** Node names the system call that failed; undici has a code for its own timer. */
function isOfConnecting(error: unknown): boolean {
	if (typeof error !== 'object' || error === null) return false;
	const { syscall } = error as { syscall?: unknown };
	const isOfSocket = syscall === 'connect' || syscall === 'getaddrinfo';
	return isOfSocket || errorCode(error) === 'UND_ERR_CONNECT_TIMEOUT';
}

function errorCode(error: unknown): string | undefined {
	if (typeof error !== 'object' || error === null) return undefined;
	const { code } = error as { code?: unknown };
	return typeof code === 'string' ? code : undefined;
}

const KIND_BY_CODE = new Map(
	Object.entries<TransportFailureKind>({
		ECONNREFUSED: 'connection refused',
		ECONNRESET: 'connection reset',
		EPIPE: 'connection reset',
		UND_ERR_SOCKET: 'connection reset',
		UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'connection reset',
		ENOTFOUND: 'host not found',
		EAI_AGAIN: 'host not found',
		// undici's word for an HTTP/2 stream or session that the server ended.
		UND_ERR_INFO: 'connection reset',
		ERR_HTTP2_STREAM_ERROR: 'connection reset',
		ERR_HTTP2_STREAM_CANCEL: 'connection reset',
		ERR_HTTP2_SESSION_ERROR: 'connection reset',
		ERR_HTTP2_GOAWAY_SESSION: 'connection reset',
		// The same, of a request whose body was being read while it was sent.
		ERR_STREAM_PREMATURE_CLOSE: 'connection reset',
		UND_ERR_CONNECT_TIMEOUT: 'timeout',
		ETIMEDOUT: 'timeout',
		UND_ERR_PRX_TLS: 'proxy error',
		// OpenSSL's word for a first byte that is not of TLS.
		ERR_SSL_WRONG_VERSION_NUMBER: 'wrong protocol',
		// undici takes for granted what no HTTP server would send, such as a status of 99.
		ERR_ASSERTION: 'unreadable response',
		UND_ERR_REQ_CONTENT_LENGTH_MISMATCH: 'file not readable',
	}),
);

const MESSAGE_BY_KIND: Partial<Record<TransportFailureKind, string>> = {
	timeout: 'The server did not accept the connection in time',
	'connection refused': 'The server refused the connection',
	'connection reset': 'The server closed the connection before its response was complete',
	'host not found': 'The host name could not be found',
	'wrong protocol':
		'The server does not speak HTTPS at this port. If it speaks HTTP there, write http:// instead of https:// in the URL',
	'unreadable response': 'The server responded with something that is not HTTP',
	'file not readable': 'The file to send is not as long as n8n has noted',
};

/** OpenSSL's codes for a server that does not accept the client's certificate, or misses one. */
const CLIENT_CERTIFICATE_CODE = /^ERR_SSL_.*ALERT.*(CERT|UNKNOWN_CA)/;

/** OpenSSL's and Node's codes for a certificate that does not pass verification. */
const CERTIFICATE_CODE = /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|ALTNAME/;

/**
 * Names an error of the connection or the HTTP client.
 *
 * @param error what undici or Node's sockets raised
 */
export function toTransportFailure(error: unknown): TransportFailure {
	if (error instanceof TransportFailure) return error;
	const cause = firstOfSeveral(error);
	const code = errorCode(cause) ?? '';
	if (CLIENT_CERTIFICATE_CODE.test(code)) {
		return new TransportFailure(
			'client certificate refused',
			`The server does not accept the client certificate, or wants one (${code})`,
			cause,
		);
	}
	if (CERTIFICATE_CODE.test(code)) {
		return new TransportFailure(
			'certificate not trusted',
			`The server's certificate is not trusted (${code})`,
			cause,
		);
	}
	const message = cause instanceof Error ? cause.message : String(cause);
	const refusal = toProxyRefusal(message, code);
	if (refusal) {
		const failure = new TransportFailure(refusal.kind, refusal.message, cause);
		return Object.assign(failure, { isUnsent: true });
	}
	const malformed = toMalformedResponse(cause);
	if (malformed) return new TransportFailure(malformed.kind, malformed.message, cause);
	if (code === 'UND_ERR_HEADERS_OVERFLOW') {
		const most = `${maxHeaderSize / 1024} KiB`;
		return new TransportFailure(
			'unreadable response',
			`The headers of the answer have more than the ${most} that Node.js reads; whoever runs n8n can change that by NODE_OPTIONS=--max-http-header-size`,
			cause,
		);
	}
	const problem = http2Problem(cause);
	if (problem !== undefined) return new TransportFailure('connection reset', problem, cause);
	const kind = KIND_BY_CODE.get(code) ?? 'network error';
	return new TransportFailure(kind, MESSAGE_BY_KIND[kind] ?? inWords(message, code), cause);
}

/** What OpenSSL says is for its developers. */
function inWords(message: string, code: string): string {
	return /^(ERR_SSL_|EPROTO)/.test(code)
		? `The server and n8n could not agree on a secure connection (${code})`
		: message;
}

/** A name with several addresses fails with one error for each; the first tells enough. */
function firstOfSeveral(error: unknown): unknown {
	return error instanceof AggregateError && error.errors.length > 0
		? (error.errors[0] as unknown)
		: error;
}
