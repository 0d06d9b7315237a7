/** Why no response came. The kind is also the word under which a failure is counted. */
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

/** Where a request's time may be up: before it has a connection, in the TLS handshake, and so on. */
export type TimeoutStage = 'preparing' | 'connecting' | 'handshake' | 'waiting' | 'receiving';

/** A request that ended without a complete response. */
export class TransportFailure extends Error {
	override readonly name = 'TransportFailure';
	readonly kind: TransportFailureKind;
	/** The system's or the client library's code, for example `ECONNREFUSED`. */
	readonly code: string | undefined;
	/** What to do about it, where the kind alone does not say. */
	hint?: string;
	/** How far a request had come whose time was up. */
	stage?: TimeoutStage;
	/** Why the request was not sent again, in a sentence for people. */
	note?: string;
	/** Nothing of the request can have reached a server: it had no connection. */
	isUnsent: boolean;
	/** A connection that had carried a response was closed before the first byte of this one. */
	isStaleConnection = false;
	/** The server says that it has not looked at the request (RFC 9113 section 8.7). */
	isUnprocessed = false;

	constructor(kind: TransportFailureKind, message: string, cause?: unknown) {
		super(message, { cause });
		this.kind = kind;
		this.code = codeOf(cause);
		this.isUnsent =
			kind === 'connection refused' || kind === 'host not found' || isOfConnecting(cause);
	}
}

/** A copy for one request, of a failure that may have ended others, too. */
export function copyOf(failure: TransportFailure): TransportFailure {
	const { kind, message, cause } = failure;
	return Object.assign(new TransportFailure(kind, message, cause), failure);
}

/** @returns the code that Node.js or a library gave an error */
export function codeOf(error: unknown): string | undefined {
	const code = (error as { code?: unknown } | null | undefined)?.code;
	return typeof code === 'string' ? code : undefined;
}

/** Node.js names the system call that failed; undici has a code for its own timer. */
function isOfConnecting(error: unknown): boolean {
	const syscall = (error as { syscall?: unknown } | null | undefined)?.syscall;
	const isOfSocket = syscall === 'connect' || syscall === 'getaddrinfo';
	return isOfSocket || codeOf(error) === 'UND_ERR_CONNECT_TIMEOUT';
}
