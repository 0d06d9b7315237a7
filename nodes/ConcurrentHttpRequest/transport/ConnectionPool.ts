import { constants } from 'node:crypto';
import type { Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import type { buildConnector as ConnectorTypes, Dispatcher } from 'undici';
import connect from 'undici/lib/api/api-connect.js';
import buildConnector from 'undici/lib/core/connect.js';
import Agent from 'undici/lib/dispatcher/agent.js';
import Pool from 'undici/lib/dispatcher/pool.js';
import ProxyAgent from 'undici/lib/dispatcher/proxy-agent.js';

import type { EgressPolicy } from './EgressPolicy';
import type { ProxyChoice } from './proxy';
import { watchConnection } from './servedBefore';

type Connector = ConnectorTypes.connector;
type TlsOptions = Pick<ConnectionOptions, 'rejectUnauthorized' | 'secureOptions'>;

/** Milliseconds for one attempt to connect. A request's own timeout may end it sooner. */
const CONNECT_TIMEOUT = 30_000;

/** The request's own deadline covers headers and body, so the client's idle timers are off. */
const NO_TIMEOUT = 0;

export interface ConnectionPoolOptions {
	readonly egress: EgressPolicy;
	/** Connections kept to one origin at most. */
	readonly connectionsPerOrigin: number;
	/** Called for every connection that was opened. */
	readonly onConnection: () => void;
}

/**
 * The keep-alive connections of one run: an undici `Agent` for each combination of proxy and
 * certificate checking that the run's requests ask for. No connection outlives the pool.
 */
export class ConnectionPool {
	private readonly options: ConnectionPoolOptions;
	private readonly dispatchers = new Map<string, Dispatcher>();
	private readonly sockets = new Set<Socket>();

	constructor(options: ConnectionPoolOptions) {
		this.options = options;
	}

	/**
	 * @param proxy `undefined` to connect directly
	 * @param allowUnauthorizedCerts accept certificates that cannot be verified
	 * @throws the egress policy's error when a proxy chosen in the node is not allowed
	 */
	dispatcher(proxy: ProxyChoice | undefined, allowUnauthorizedCerts: boolean): Dispatcher {
		const key = `${allowUnauthorizedCerts} ${proxy?.chosenInNode ?? ''} ${proxy?.url ?? ''}`;
		let dispatcher = this.dispatchers.get(key);
		if (!dispatcher) {
			const tls = tlsOptions(allowUnauthorizedCerts);
			dispatcher = proxy ? this.proxied(proxy, tls) : this.direct(tls);
			this.dispatchers.set(key, dispatcher);
		}
		return dispatcher;
	}

	/** Ends every connection at once, also those that are still being made. */
	async destroy(): Promise<void> {
		await Promise.all([...this.dispatchers.values()].map(async (each) => await each.destroy()));
		for (const socket of this.sockets) {
			// The error also ends undici's timer for the attempt to connect.
			if (socket.connecting) socket.destroy(new Error('The run has ended'));
			else socket.destroy();
		}
	}

	private direct(tls: TlsOptions): Dispatcher {
		return new Agent({
			...this.clientOptions(),
			connect: this.tracked(
				this.guarded(
					buildConnector({
						...tls,
						timeout: CONNECT_TIMEOUT,
						allowH2: false,
						lookup: this.options.egress.lookup,
					}),
				),
			),
		});
	}

	/**
	 * Plain http goes to the proxy as an absolute-form request, https through a CONNECT tunnel
	 * (RFC 9112 section 3.2.2, RFC 9110 section 9.3.6). The server's environment is the
	 * administrator's word, so only a proxy chosen in the node has to pass the egress policy.
	 */
	private proxied(proxy: ProxyChoice, tls: TlsOptions): Dispatcher {
		const { egress } = this.options;
		if (proxy.chosenInNode) {
			const host = new URL(proxy.url).hostname.replace(/^\[|\]$/g, '');
			const error = egress.connectionHostError(host);
			if (error) throw error;
		}
		const clientOptions = this.clientOptions();
		const toProxy = (origin: string | URL, options: object): Dispatcher => {
			const { connect } = options as { connect: Connector };
			return new Pool(origin, { ...clientOptions, connect: this.tracked(connect) });
		};
		return new ProxyAgent({
			...clientOptions,
			uri: proxy.url,
			proxyTunnel: false,
			connectTimeout: CONNECT_TIMEOUT,
			requestTls: { ...tls },
			proxyTls: { ...tls, ...(proxy.chosenInNode ? { lookup: egress.lookup } : {}) },
			// The index of undici gives every client this method; it is not loaded (docs/decisions.md).
			clientFactory: (origin, options) => Object.assign(toProxy(origin, options), { connect }),
			factory: (origin, options) => {
				// undici asks for two kinds of client here: forwarding ones, to the proxy, and
				// tunnelled ones, to the target, whose connections are already tracked as the proxy's.
				const isProxy = new URL(origin).origin === new URL(proxy.url).origin;
				return isProxy ? toProxy(origin, options) : new Pool(origin, options);
			},
		});
	}

	private clientOptions() {
		return {
			connections: this.options.connectionsPerOrigin,
			pipelining: 1,
			allowH2: false,
			headersTimeout: NO_TIMEOUT,
			bodyTimeout: NO_TIMEOUT,
		};
	}

	/** A bare address is never looked up, so the look-up cannot refuse it. */
	private guarded(connect: Connector): Connector {
		return (options, callback) => {
			const error = this.options.egress.connectionHostError(options.hostname);
			if (error) callback(error, null);
			else return connect(options, callback);
		};
	}

	private tracked(connect: Connector): Connector {
		return (options, callback) => {
			const socket = connect(options, (...result) => {
				if (result[1]) {
					watchConnection(result[1]);
					this.options.onConnection();
				}
				callback(...result);
			}) as Socket | undefined;
			if (socket) {
				this.sockets.add(socket);
				socket.once('close', () => this.sockets.delete(socket));
			}
			return socket;
		};
	}
}

/** Servers with untrusted certificates are often old as well: n8n, too, allows them legacy TLS. */
function tlsOptions(allowUnauthorizedCerts: boolean): TlsOptions {
	return allowUnauthorizedCerts
		? { rejectUnauthorized: false, secureOptions: constants.SSL_OP_LEGACY_SERVER_CONNECT }
		: {};
}
