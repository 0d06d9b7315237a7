import type { Socket } from 'node:net';

/** Milliseconds after the first response for which its connections are watched, unused. */
const OBSERVED_FOR = 10;

/** Milliseconds after a response within which no server that keeps connections closes one. */
export const EARLY = 1000;

/**
 * Stale connections for each response above which repeatable requests get new connections, too. Each
 * one costs a retry, and a retry budget allows one retry for five requests.
 */
const TOLERATED = 0.1;

/**
 * What a run learns about one server's HTTP/1.1 connections, and so whether they are used again.
 *
 * Some servers close connections early, while the next request is on its way. A request that must not
 * be repeated, such as a POST, is lost then. After the server's first response, such requests wait for
 * a moment in which the server may close its connections unused. If it closes one, then or later, they
 * get new connections from then on.
 *
 * A request that may be repeated is sent again, which costs a retry. It uses a new connection while
 * the server's stale connections are more than a tenth of its responses.
 */
export class ServerConnections {
	/** Settles when `reuses` can tell for a request that must not be repeated; `undefined` if it can. */
	observation: Promise<void> | undefined;
	/** Whether the server has sent bytes while no request was open. No connection is used again then. */
	isDistrusted = false;
	/** Sockets that are being connected. */
	readonly opening = new Set<Socket>();
	private responses = 0;
	private staleConnections = 0;
	private closesEarly = false;

	/** Whether a connection has been accepted whose TLS handshake is not complete. */
	get isInHandshake(): boolean {
		return [...this.opening].some((socket) => !socket.connecting);
	}

	/** A response has come to its end. */
	responded(): void {
		if (this.responses++ > 0) return;
		this.observation = new Promise((resolve) => {
			// The event loop reads what the connections have received before it comes to immediates.
			setTimeout(() => setImmediate(resolve), OBSERVED_FOR).unref();
		}).then(() => (this.observation = undefined));
	}

	/** @param age milliseconds from the connection's latest response to its end by the server */
	closedIdle(age: number): void {
		if (age < EARLY) this.closesEarly = true;
	}

	/** The server closed a connection while a request was on its way, without a byte of a response. */
	wasStale(): void {
		this.staleConnections++;
		this.closesEarly = true;
	}

	/**
	 * Whether a request may be sent on a connection that has carried another.
	 *
	 * @param isRepeatable whether it may be sent again if its connection is stale
	 */
	reuses(isRepeatable: boolean): boolean {
		if (this.isDistrusted) return false;
		if (!isRepeatable) return !this.closesEarly;
		return this.staleConnections <= this.responses * TOLERATED;
	}
}
