import type { Socket } from 'node:net';
import symbols from 'undici/lib/core/symbols.js';

import { PerOrigin } from '../common/PerOrigin';

/** The parts of undici's parser of one connection (`client-h1.js`) that are watched. */
interface Parser {
	readonly client: { readonly [symbols.kRunning]: number };
	execute(chunk: Buffer): void;
	onMessageComplete(): number;
}

type Http1Socket = Socket & { readonly [symbols.kParser]?: Parser | null };

/** What is known of a server and its connections. */
interface Server {
	/** Responses that have come on its connections. */
	responses: number;
	/** Connections that it closed while a request was on its way, without a byte of a response. */
	staleConnections: number;
	/** Whether it has closed a connection soon after a response. */
	closesEarly: boolean;
	/** Settles when it has had the time to close its first connections. `undefined` before and after. */
	observation: Promise<void> | undefined;
}

/** Milliseconds after the first response for which its connections are watched, unused. */
const OBSERVED_FOR = 10;

/** Milliseconds after a response within which no server that keeps connections closes one. */
const EARLY = 1000;

/**
 * Stale connections for each response above which repeatable requests get new connections, too. Each
 * one costs a retry, and a retry budget allows one retry for five requests.
 */
const TOLERATED = 0.1;

/** Errors of connections that were stale. */
const staleErrors = new WeakSet<object>();

/**
 * Whether the error ended a stale connection: one that had carried a response, and brought not one
 * byte of this one. Most likely the server closed it for being idle, at the moment when the request
 * was sent (RFC 9112 section 9.3.1).
 */
export function isOfStaleConnection(error: Error): boolean {
	return staleErrors.has(error);
}

/**
 * Learns which servers close connections early, while the next request is on its way.
 *
 * A request that must not be repeated, such as a POST, is lost then. After the server's first
 * response, such requests wait for a moment in which the server may close its connections unused. If
 * it closes one, then or later, they get new connections from then on.
 *
 * A request that may be repeated is sent again, which costs a retry. It uses a new connection while
 * the server's stale connections are more than a tenth of its responses.
 *
 * HTTP/2 is left alone: GOAWAY says which requests were not processed.
 */
export class KeepAlive {
	private readonly servers = new PerOrigin<Server>(() => ({
		responses: 0,
		staleConnections: 0,
		closesEarly: false,
		observation: undefined,
	}));

	/**
	 * @param socket connected, and in use by undici
	 * @param server host and port
	 */
	watch(socket: Socket, server: string): void {
		const { [symbols.kParser]: parser } = socket as Http1Socket;
		if (!parser) return;
		const state = this.servers.of(server);
		let lastResponseAt: number | undefined;
		let hasNewBytes = false;
		const execute = parser.execute.bind(parser);
		parser.execute = (chunk) => {
			hasNewBytes = true;
			execute(chunk);
		};
		const onMessageComplete = parser.onMessageComplete.bind(parser);
		parser.onMessageComplete = () => {
			lastResponseAt = performance.now();
			hasNewBytes = false;
			if (state.responses++ === 0) observe(state);
			return onMessageComplete();
		};
		const closedByServer = (error?: Error) => {
			if (lastResponseAt === undefined) return;
			if (parser.client[symbols.kRunning] === 0) {
				if (performance.now() - lastResponseAt < EARLY) state.closesEarly = true;
			} else if (error && !hasNewBytes) {
				staleErrors.add(error);
				state.staleConnections++;
				state.closesEarly = true;
			}
		};
		socket.once('end', closedByServer);
		socket.once('error', closedByServer);
	}

	/** @returns settles when `reuses` can tell for a request that must not be repeated; `undefined` if it can */
	observation(server: string): Promise<void> | undefined {
		return this.servers.of(server).observation;
	}

	/**
	 * Whether a request may be sent on a connection that has carried another.
	 *
	 * @param isRepeatable whether it may be sent again if its connection is stale
	 */
	reuses(server: string, isRepeatable: boolean): boolean {
		const { responses, staleConnections, closesEarly } = this.servers.of(server);
		return isRepeatable ? staleConnections <= responses * TOLERATED : !closesEarly;
	}
}

function observe(state: Server): void {
	state.observation = new Promise((resolve) => {
		// The event loop reads what the connections have received before it comes to immediates.
		setTimeout(() => setImmediate(resolve), OBSERVED_FOR).unref();
	}).then(() => (state.observation = undefined));
}
