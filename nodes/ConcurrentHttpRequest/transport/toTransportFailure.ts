import { maxHeaderSize } from 'node:http';

import { http2Problem } from './http2';
import { codeOf, TransportFailure, type TransportFailureKind } from './TransportFailure';

/** What went wrong, in a sentence for people. */
type Problem = readonly [kind: TransportFailureKind, message: string, hint?: string];

const KIND_BY_CODE = new Map(
	Object.entries<TransportFailureKind>({
		ECONNREFUSED: 'connection refused',
		ECONNRESET: 'connection reset',
		EPIPE: 'connection reset',
		UND_ERR_SOCKET: 'connection reset',
		UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'connection reset',
		ENOTFOUND: 'host not found',
		EAI_AGAIN: 'host not found',
		// undici's code for an HTTP/2 stream or session that the server ended.
		UND_ERR_INFO: 'connection reset',
		ERR_HTTP2_STREAM_ERROR: 'connection reset',
		ERR_HTTP2_STREAM_CANCEL: 'connection reset',
		ERR_HTTP2_SESSION_ERROR: 'connection reset',
		ERR_HTTP2_GOAWAY_SESSION: 'connection reset',
		// The same for a request whose body was read while it was sent.
		ERR_STREAM_PREMATURE_CLOSE: 'connection reset',
		UND_ERR_CONNECT_TIMEOUT: 'timeout',
		ETIMEDOUT: 'timeout',
		UND_ERR_PRX_TLS: 'proxy error',
		// OpenSSL's code for a first byte that does not belong to TLS.
		ERR_SSL_WRONG_VERSION_NUMBER: 'wrong protocol',
		// undici asserts what no HTTP server would break, such as a status of at least 100.
		ERR_ASSERTION: 'unreadable response',
		UND_ERR_REQ_CONTENT_LENGTH_MISMATCH: 'file not readable',
	}),
);

const NOT_COMPLETE = 'The server closed the connection before its response was complete';
const NOT_HTTP = 'The server responded with something that is not HTTP';

const MESSAGE_BY_KIND: Partial<Record<TransportFailureKind, string>> = {
	timeout: 'No connection to the server in time',
	'connection refused': 'The server refused the connection',
	'connection reset': NOT_COMPLETE,
	'wrong protocol': 'The server does not speak HTTPS at this port',
	'unreadable response': NOT_HTTP,
	'file not readable': 'The file to send does not have the length that n8n has noted',
};

/** OpenSSL's codes for a server that does not accept the client's certificate, or misses one. */
const CLIENT_CERTIFICATE_CODE = /^ERR_SSL_.*ALERT.*(CERT|UNKNOWN_CA)/;

/** OpenSSL's and Node.js's codes for a certificate that does not pass verification. */
export const CERTIFICATE_CODE = /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|ALTNAME/;

/** By OpenSSL's code. */
const CERTIFICATE_PROBLEMS: Readonly<Record<string, string>> = {
	CERT_HAS_EXPIRED: "The server's certificate has expired",
	CERT_NOT_YET_VALID: "The server's certificate is not valid yet",
	DEPTH_ZERO_SELF_SIGNED_CERT:
		"The server's certificate is self-signed, so n8n cannot tell whether it is genuine",
	SELF_SIGNED_CERT_IN_CHAIN:
		"The server's certificate comes from an authority that n8n does not know",
	UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
		"The server's certificate comes from an authority that n8n does not know",
	UNABLE_TO_VERIFY_LEAF_SIGNATURE:
		"The server's certificate comes from an authority that n8n does not know, or the server leaves out an intermediate certificate",
};

/** The message of undici's parser, with llhttp's reason in it. */
const PARSER_ERROR = /^Response does not match the HTTP\/1\.1 protocol \((.+)\)$/;

/** By llhttp's reason; the first that fits. */
const PARSER_PROBLEMS: ReadonlyArray<readonly [reason: RegExp, problem: string]> = [
	[/^(Expected HTTP|Invalid HTTP version|Invalid status|Invalid response status)/, NOT_HTTP],
	[
		/present with/,
		'The response has both Content-Length and Transfer-Encoding, so it does not say where it ends',
	],
	[
		/^Duplicate Content-Length/,
		'The response has two Content-Length headers, so it does not say where it ends',
	],
	[/Content-Length/, 'The Content-Length of the response is not a number that HTTP allows'],
];

/** A TLS record with an alert, of any version of TLS (RFC 8446 section 5.1). */
const TLS_ALERT = '\x15\x03';

/** undici's messages for a response of the proxy's own, with its status. */
const PROXY_STATUS = /^Proxy (?:response|Authentication Required) \((\d{3})\)/;

/**
 * Names an error of the connection or the HTTP client.
 *
 * @param error what undici or Node.js's sockets raised
 */
export function toTransportFailure(error: unknown): TransportFailure {
	if (error instanceof TransportFailure) return error;
	const cause = firstOfSeveral(error);
	const code = codeOf(cause) ?? '';
	const message = cause instanceof Error ? cause.message : String(cause);
	const refusal = ofProxy(code, message);
	const [kind, problem, hint] =
		refusal ??
		ofTls(code, cause) ??
		ofParser(cause) ??
		ofHttp2(cause) ??
		ofCode(code, message, cause);
	const failure = new TransportFailure(kind, problem, cause);
	if (hint !== undefined) failure.hint = hint;
	// A proxy that refuses to pass a request on has not passed anything on.
	if (refusal) failure.isUnsent = true;
	return failure;
}

/** A name with several addresses fails with one error for each; the first tells enough. */
function firstOfSeveral(error: unknown): unknown {
	return error instanceof AggregateError && error.errors.length > 0
		? (error.errors[0] as unknown)
		: error;
}

/**
 * A proxy responds to a CONNECT with something else than a tunnel, or does not forward (RFC 9110
 * sections 9.3.6 and 15.5.8). After a 4xx the same would come again.
 */
function ofProxy(code: string, message: string): Problem | undefined {
	if (code === 'UND_ERR_PRX_CONN') return ['proxy error', 'The proxy closed the connection'];
	// Only a CONNECT has a timeout of undici's.
	if (code === 'UND_ERR_HEADERS_TIMEOUT') {
		return ['proxy error', 'The proxy did not open a tunnel to the server in time'];
	}
	const status = Number(PROXY_STATUS.exec(message)?.[1]);
	if (Number.isNaN(status)) return undefined;
	// Tinyproxy says 401 where the standard has 407.
	if (status === 401 || status === 407) {
		return ['proxy refused', `The proxy does not accept the login (${status})`];
	}
	return status >= 400 && status < 500
		? ['proxy refused', `The proxy does not let requests to this server through (${status})`]
		: ['proxy error', `The proxy could not reach the server (${status})`];
}

function ofTls(code: string, error: unknown): Problem | undefined {
	if (CLIENT_CERTIFICATE_CODE.test(code)) {
		return [
			'client certificate refused',
			`The server does not accept the client certificate, or wants one (${code})`,
		];
	}
	if (!CERTIFICATE_CODE.test(code)) return undefined;
	return ['certificate not trusted', certificateProblem(code, error)];
}

function certificateProblem(code: string, error: unknown): string {
	if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
		const { host, cert } = error as { host?: string; cert?: { subjectaltname?: string } };
		const names = cert?.subjectaltname?.replaceAll(/(DNS|IP Address):/g, '');
		return `The server's certificate is for ${names ?? 'another name'}, not for ${host ?? 'this host'}`;
	}
	return CERTIFICATE_PROBLEMS[code] ?? `The server's certificate is not trusted (${code})`;
}

/** An error of undici's HTTP/1.1 parser. */
function ofParser(error: unknown): Problem | undefined {
	if (!(error instanceof Error) || error.name !== 'HTTPParserError') return undefined;
	const reason = PARSER_ERROR.exec(error.message)?.[1] ?? error.message;
	// The connection ended in the middle of a body.
	if (reason === 'Invalid EOF state') return ['connection reset', NOT_COMPLETE];
	const { data } = error as { data?: unknown };
	if (typeof data === 'string' && data.startsWith(TLS_ALERT)) {
		return [
			'wrong protocol',
			'The server speaks HTTPS, not HTTP, at this port',
			'Write https:// instead of http:// in the URL.',
		];
	}
	const known = PARSER_PROBLEMS.find(([pattern]) => pattern.test(reason))?.[1];
	return ['unreadable response', known ?? `The response is not valid HTTP (${reason})`];
}

function ofHttp2(error: unknown): Problem | undefined {
	const problem = http2Problem(error);
	return problem === undefined ? undefined : ['connection reset', problem];
}

function lookupProblem(code: string, error: unknown): string {
	const { hostname } = (error ?? {}) as { hostname?: unknown };
	const host = typeof hostname === 'string' ? `The host name "${hostname}"` : 'The host name';
	return code === 'EAI_AGAIN'
		? `${host} could not be looked up: the DNS server does not respond`
		: `${host} could not be found`;
}

function ofCode(code: string, message: string, error: unknown): Problem {
	if (code === 'UND_ERR_HEADERS_OVERFLOW') {
		return [
			'unreadable response',
			`The headers of the response have more than the ${maxHeaderSize / 1024} KiB that Node.js reads; whoever runs n8n can change that by NODE_OPTIONS=--max-http-header-size`,
		];
	}
	const kind = KIND_BY_CODE.get(code) ?? 'network error';
	if (kind === 'host not found') return [kind, lookupProblem(code, error)];
	// OpenSSL's messages are for its developers.
	const isOfOpenSsl = /^(ERR_SSL_|EPROTO)/.test(code);
	const problem = isOfOpenSsl
		? `The server and n8n could not agree on a secure connection (${code})`
		: message;
	return [kind, MESSAGE_BY_KIND[kind] ?? problem];
}
