import type { TransportFailure } from './TransportFailure';

/** What undici's parser says, with llhttp's reason in it. */
const PARSER_ERROR = /^Response does not match the HTTP\/1\.1 protocol \((.+)\)$/;

/** By llhttp's reason; the first that fits. */
const PROBLEMS: ReadonlyArray<readonly [reason: RegExp, problem: string]> = [
	[
		/^(Expected HTTP|Invalid HTTP version|Invalid status|Invalid response status)/,
		'The server responded with something that is not HTTP',
	],
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
const TLS_ALERT = [0x15, 0x03] as const;

/**
 * Names an error of undici's HTTP/1.1 parser.
 *
 * @returns `undefined` for any other error
 */
export function toMalformedResponse(
	error: unknown,
): Pick<TransportFailure, 'kind' | 'message'> | undefined {
	if (!(error instanceof Error) || error.name !== 'HTTPParserError') return undefined;
	const reason = PARSER_ERROR.exec(error.message)?.[1] ?? error.message;
	// The connection ended in the middle of a body.
	if (reason === 'Invalid EOF state') {
		const message = 'The server closed the connection before its response was complete';
		return { kind: 'connection reset', message };
	}
	if (startsWithAlert(error)) {
		const message =
			'The server speaks HTTPS, not HTTP, at this port. Write https:// instead of http:// in the URL';
		return { kind: 'wrong protocol', message };
	}
	const known = PROBLEMS.find(([pattern]) => pattern.test(reason))?.[1];
	const message = known ?? `The response of the server is not valid HTTP (${reason})`;
	return { kind: 'unreadable response', message };
}

function startsWithAlert(error: object): boolean {
	const data = 'data' in error ? error.data : undefined;
	return typeof data === 'string' && TLS_ALERT.every((byte, i) => data.charCodeAt(i) === byte);
}
