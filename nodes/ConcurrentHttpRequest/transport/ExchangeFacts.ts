/**
 * What is known of an exchange on the wire. It is filled while the exchange goes on, so that it also
 * tells of one that failed.
 */
export class ExchangeFacts {
	/** Milliseconds from the start, checks and connecting included, to the head of the final response. */
	untilFirstByte: number | undefined;
	/** Bytes of the response's body on the wire, before decompression. */
	bytes = 0;
	/** `undefined` before a response. */
	httpVersion: '1.1' | '2' | undefined;
	/** Whether the connection had carried another request; `undefined` before a response. */
	reusedConnection: boolean | undefined;
	private startedAt = 0;

	/** An exchange begins, perhaps after another one of the same request. */
	started(): void {
		this.startedAt = performance.now();
		this.untilFirstByte = undefined;
		this.bytes = 0;
		this.httpVersion = undefined;
		this.reusedConnection = undefined;
	}

	/** The status and the headers of the final response have come. */
	responded(httpVersion: '1.1' | '2', reusedConnection: boolean): void {
		this.untilFirstByte = performance.now() - this.startedAt;
		this.httpVersion = httpVersion;
		this.reusedConnection = reusedConnection;
	}
}

const USED = Symbol('of a connection that had carried another request');

/** Marks the raw headers of a response: undici hands over these, and not the connection. */
export function markAsReused(rawHeaders: object): void {
	(rawHeaders as { [USED]?: true })[USED] = true;
}

/** Whether {@link markAsReused} has marked them. */
export function isMarkedAsReused(rawHeaders: object | null | undefined): boolean {
	return (rawHeaders as { [USED]?: true } | null | undefined)?.[USED] === true;
}
