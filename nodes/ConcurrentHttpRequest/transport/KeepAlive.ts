import type { Socket } from 'node:net';
import symbols from 'undici/lib/core/symbols.js';

import { PerOrigin } from '../PerOrigin';

/** The parts of undici's parser of one connection (`client-h1.js`) that are watched. */
interface Parser {
	readonly client: { readonly [symbols.kRunning]: number };
	execute(chunk: Buffer): void;
	onMessageComplete(): number;
}

type Http1Socket = Socket & { readonly [symbols.kParser]?: Parser | null };

/** What is known of a server and its connections. */
interface Server {
	/** Responses that have come. After the first, there may be connections to use again. */
	responses: number;
	/** Connections that it closed while a request was on its way, without a byte of a response. */
	staleConnections: number;
	/** Whether a connection has carried a second response. */
	keeps: boolean;
	/** Whether a request is on its way that finds out which of the two it is. */
	isProbed: boolean;
}

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
 * Learns which servers close connections while a request is on its way.
 *
 * A request that must not be repeated, such as a POST, is lost then. One at a time finds out whether
 * the server keeps connections, and the others use new connections meanwhile. From the first stale
 * connection on, all of them do.
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
		keeps: false,
		isProbed: false,
	}));

	/**
	 * @param socket connected, and in use by undici
	 * @param server host and port
	 */
	watch(socket: Socket, server: string): void {
		const { [symbols.kParser]: parser } = socket as Http1Socket;
		if (!parser) return;
		const state = this.servers.of(server);
		let responses = 0;
		let hasNewBytes = false;
		const execute = parser.execute.bind(parser);
		parser.execute = (chunk) => {
			hasNewBytes = true;
			execute(chunk);
		};
		const onMessageComplete = parser.onMessageComplete.bind(parser);
		parser.onMessageComplete = () => {
			responses++;
			hasNewBytes = false;
			state.responses++;
			if (responses > 1) state.keeps = true;
			return onMessageComplete();
		};
		socket.once('error', (error) => {
			const isOpen = parser.client[symbols.kRunning] > 0;
			if (!isOpen || responses === 0 || hasNewBytes) return;
			staleErrors.add(error);
			state.staleConnections++;
		});
	}

	/**
	 * How a request is to be sent.
	 *
	 * @param isRepeatable whether it may be sent again if its connection is stale
	 * @returns `probe`: on a kept connection, and `probed` is to be called when it has ended
	 */
	choose(server: string, isRepeatable: boolean): 'keep' | 'new' | 'probe' {
		const state = this.servers.of(server);
		const { responses, staleConnections, keeps } = state;
		if (isRepeatable) return staleConnections > responses * TOLERATED ? 'new' : 'keep';
		if (staleConnections > 0) return 'new';
		if (keeps || responses === 0) return 'keep';
		if (state.isProbed) return 'new';
		state.isProbed = true;
		return 'probe';
	}

	probed(server: string): void {
		this.servers.of(server).isProbed = false;
	}
}
