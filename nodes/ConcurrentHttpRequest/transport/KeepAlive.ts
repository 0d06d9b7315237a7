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
	/** Whether a response has come, so that there may be connections to use again. */
	hasResponded: boolean;
	/** Whether a connection has carried a second response. */
	keeps: boolean;
	/** Whether it has closed a connection on which a request was open, without a byte of a response. */
	closesEarly: boolean;
	/** Whether a request is on its way that finds out which of the two it is. */
	isProbed: boolean;
}

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
 * Learns which servers close connections while a request is on its way. A request that must not be
 * repeated, such as a POST, is lost then, so such a server gets a new connection for each.
 *
 * One request at a time finds out, so that no more than one is lost. The others use new connections
 * meanwhile. HTTP/2 is left alone: it says with GOAWAY what was not processed.
 */
export class KeepAlive {
	private readonly servers = new PerOrigin<Server>(() => ({
		hasResponded: false,
		keeps: false,
		closesEarly: false,
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
			state.hasResponded = true;
			if (responses > 1) state.keeps = true;
			return onMessageComplete();
		};
		socket.once('error', (error) => {
			const isOpen = parser.client[symbols.kRunning] > 0;
			if (!isOpen || responses === 0 || hasNewBytes) return;
			staleErrors.add(error);
			state.closesEarly = true;
		});
	}

	/**
	 * How a request that must not be repeated is to be sent.
	 *
	 * @returns `probe`: on a kept connection, and `probed` is to be called when it has ended
	 */
	choose(server: string): 'keep' | 'new' | 'probe' {
		const state = this.servers.of(server);
		if (state.closesEarly) return 'new';
		if (state.keeps || !state.hasResponded) return 'keep';
		if (state.isProbed) return 'new';
		state.isProbed = true;
		return 'probe';
	}

	probed(server: string): void {
		this.servers.of(server).isProbed = false;
	}
}
