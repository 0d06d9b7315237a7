import { constants } from 'node:crypto';
import { lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction, type Socket } from 'node:net';
import type { ConnectionOptions, TLSSocket } from 'node:tls';
import type { buildConnector as ConnectorTypes, Dispatcher } from 'undici';
import connect from 'undici/lib/api/api-connect.js';
import buildConnector from 'undici/lib/core/connect.js';
import Agent from 'undici/lib/dispatcher/agent.js';
import Pool from 'undici/lib/dispatcher/pool.js';
import ProxyAgent from 'undici/lib/dispatcher/proxy-agent.js';

import { isIdempotent } from '../common/idempotent';
import { PerOrigin } from '../common/PerOrigin';
import type { EgressPolicy } from './EgressPolicy';
import { guardHttp1 } from './guardHttp1';
import { guardHttp2 } from './guardHttp2';
import type { HttpRequest } from './HttpRequest';
import { LOOKUP_LIFETIME, LookupCache } from './LookupCache';
import { type ProxyChoice, toUnreachableProxy } from './proxy';
import { EARLY, ServerConnections } from './ServerConnections';
import { closeWhenSilent } from './http2Liveness';
import { TlsSessions } from './TlsSessions';

type Connector = ConnectorTypes.connector;

/** What a client shows and wants to see in the TLS handshake. */
interface TlsOptions extends Pick<
	ConnectionOptions,
	'ca' | 'cert' | 'key' | 'passphrase' | 'rejectUnauthorized' | 'secureOptions'
> {
	readonly allowH2: boolean;
	readonly preferH2: boolean;
}

/** Milliseconds for one attempt to connect. A request's own timeout may end it sooner. */
const CONNECT_TIMEOUT = 30_000;

/** The request's own deadline covers headers and body, so the client's idle timers are off. */
const NO_TIMEOUT = 0;

/** The run that uses a pool. */
interface PoolUser {
	readonly egress: EgressPolicy;
	/** Called for every connection that was opened. */
	readonly onConnection: () => void;
}

export interface ConnectionPoolOptions extends PoolUser {
	/**
	 * Connections kept to one origin at most, with a request at a time on each. An HTTP/2 connection
	 * carries as many requests at a time as this, less if its server says so.
	 */
	readonly connectionsPerOrigin: number;
}

/** Where a connection was made to under the egress policy. */
interface Destination {
	readonly hostname: string;
	readonly address: string | undefined;
}

/**
 * Keep-alive connections: an undici `Agent` for each kind of connection that requests need. One run
 * uses a pool at a time, and the next one may use its connections again (`KeptPools`). No connection
 * outlives the pool.
 */
export class ConnectionPool {
	readonly connectionsPerOrigin: number;
	private user: PoolUser;
	private names: LookupCache;
	private readonly proxyNames = new LookupCache(systemLookup);
	private readonly dispatchers = new Map<string, Dispatcher>();
	private readonly sockets = new Set<Socket>();
	/** The open connections whose addresses the egress policy decides about. */
	private readonly destinations = new Map<Socket, Destination>();
	/** By host and port. */
	private readonly servers = new PerOrigin(() => new ServerConnections());
	private readonly createdAt = performance.now();
	private runs = 0;
	/** Milliseconds between the latest two runs. */
	private idle = 0;
	private hasClientCertificate = false;
	private isDestroyed = false;

	constructor(options: ConnectionPoolOptions) {
		this.connectionsPerOrigin = options.connectionsPerOrigin;
		this.user = options;
		this.names = new LookupCache(options.egress.lookup);
	}

	/** Open connections. */
	get size(): number {
		return this.sockets.size;
	}

	/**
	 * Whether another run may use the connections. Those that showed a client certificate belong to one
	 * run; a connection that is still being made was checked for one run only.
	 */
	get isReusable(): boolean {
		if (this.isDestroyed || this.hasClientCertificate || this.size === 0) return false;
		return [...this.servers.entries()].every(
			([, { isDistrusted, opening }]) => !isDistrusted && opening.size === 0,
		);
	}

	/**
	 * Hands the connections to the next run. It looks up names anew.
	 *
	 * @param idle milliseconds since the former run
	 * @returns whether it may use them: they are no older than what a look-up says, and its egress policy
	 * allows each of their addresses
	 */
	handTo(user: PoolUser, idle: number): boolean {
		if (performance.now() - this.createdAt > LOOKUP_LIFETIME) return false;
		for (const { hostname, address } of this.destinations.values()) {
			if (user.egress.connectionAddressError(hostname, address)) return false;
		}
		this.user = user;
		this.names = new LookupCache(user.egress.lookup);
		this.idle = idle;
		this.runs++;
		return true;
	}

	/**
	 * @param request only requests with the same client certificate share connections
	 * @param proxy `undefined` to connect directly
	 * @param http2 use HTTP/2 with servers that offer it over TLS (RFC 7301, ALPN)
	 * @param keepAlive use connections again; those that are not are apart from all others
	 */
	dispatcher(
		request: Pick<HttpRequest, 'method' | 'allowUnauthorizedCerts' | 'clientCertificate'>,
		proxy: ProxyChoice | undefined,
		http2: boolean,
		keepAlive: boolean,
	): Dispatcher {
		const { method, allowUnauthorizedCerts, clientCertificate } = request;
		let key = `${allowUnauthorizedCerts} ${http2} ${keepAlive}`;
		if (clientCertificate) {
			key += ` ${clientCertificate.id}`;
			this.hasClientCertificate = true;
		}
		if (proxy) key += ` ${proxy.chosenInNode} ${proxy.url}`;
		// A server may close a connection that was idle while the next request is on its way.
		if (this.idle > EARLY && !isIdempotent(method)) key += ` new in run ${this.runs}`;
		let dispatcher = this.dispatchers.get(key);
		if (!dispatcher) {
			const tls = tlsOptions(request, http2);
			dispatcher = proxy ? this.proxied(proxy, tls, keepAlive) : this.direct(tls, keepAlive);
			this.dispatchers.set(key, dispatcher);
		}
		return dispatcher;
	}

	/**
	 * What is known of a server's connections.
	 *
	 * @param host with its port
	 */
	server(host: string): ServerConnections {
		return this.servers.of(host);
	}

	/** Hosts, with their ports, that have sent bytes which no request had asked for. */
	get distrusted(): string[] {
		return [...this.servers.entries()]
			.filter(([, { isDistrusted }]) => isDistrusted)
			.map(([host]) => host);
	}

	/** Looks up names under the egress policy of the run. */
	private readonly lookup: LookupFunction = (...parameters) => this.names.lookup(...parameters);

	/** Ends every connection at once, also those that are still being made. */
	async destroy(): Promise<void> {
		this.isDestroyed = true;
		await Promise.all([...this.dispatchers.values()].map(async (each) => await each.destroy()));
		for (const socket of this.sockets) {
			// The error also ends undici's timer for the attempt to connect.
			if (socket.connecting) socket.destroy(new Error('The run has ended'));
			else socket.destroy();
		}
	}

	private direct(tls: TlsOptions, keepAlive: boolean): Dispatcher {
		const connect = buildConnector({ ...tls, timeout: CONNECT_TIMEOUT, lookup: this.lookup });
		return new Agent({
			...this.clientOptions(tls.allowH2, keepAlive),
			connect: new TlsSessions().resuming(this.tracked(connect, 'by policy')),
		});
	}

	/**
	 * Plain http goes to the proxy as an absolute-form request, https through a CONNECT tunnel
	 * (RFC 9112 section 3.2.2, RFC 9110 section 9.3.6). The administrator decides about the server's
	 * environment, so only a proxy chosen in the node has to pass the egress policy. As in
	 * n8n, the proxy's own certificate has to be right, whatever holds for the target's: the login is
	 * sent over that connection.
	 */
	private proxied(proxy: ProxyChoice, requestTls: TlsOptions, keepAlive: boolean): Dispatcher {
		const checked = proxy.chosenInNode ? 'by policy' : 'by nobody';
		const toProxy = (
			origin: string | URL,
			options: object,
			headersTimeout = NO_TIMEOUT,
		): Dispatcher => {
			const connect = toProxyConnector((options as { connect: Connector }).connect);
			return new Pool(origin, {
				...this.clientOptions(false, keepAlive),
				headersTimeout,
				connect: this.tracked(connect, checked),
			});
		};
		// To whatever server a request is forwarded, its connection is one to the proxy.
		let forwarding: Dispatcher | undefined;
		const sessions = new TlsSessions();
		return new ProxyAgent({
			...this.clientOptions(requestTls.allowH2, keepAlive),
			uri: proxy.url,
			proxyTunnel: false,
			connectTimeout: CONNECT_TIMEOUT,
			requestTls: { ...requestTls },
			proxyTls: {
				allowH2: false,
				lookup: proxy.chosenInNode ? this.lookup : this.proxyNames.lookup,
			},
			// The index of undici gives every client this method; it is not loaded (docs/decisions.md).
			// A request's deadline ends the request, and not the CONNECT on which others wait as well.
			clientFactory: (origin, options) =>
				Object.assign(toProxy(origin, options, CONNECT_TIMEOUT), { connect }),
			factory: (origin, options) => {
				// undici asks for two kinds of client here: forwarding ones, to the proxy, and
				// tunnelled ones, to the target, whose connections are already tracked as the proxy's.
				const isProxy = new URL(origin).origin === new URL(proxy.url).origin;
				if (isProxy) return (forwarding ??= toProxy(origin, options));
				const { connect } = options as { connect: Connector };
				return new Pool(origin, { ...options, connect: sessions.resuming(this.watched(connect)) });
			},
		});
	}

	private clientOptions(allowH2: boolean, keepAlive: boolean) {
		const { connectionsPerOrigin } = this;
		return {
			connections: connectionsPerOrigin,
			// Without pipelining at all, undici ends each connection after its first response.
			pipelining: keepAlive ? 1 : 0,
			allowH2,
			h2Options: { maxConcurrentStreams: connectionsPerOrigin, pingInterval: 0 },
			headersTimeout: NO_TIMEOUT,
			bodyTimeout: NO_TIMEOUT,
		};
	}

	/** @param checked whether the run's egress policy decides where the connector may connect to */
	private tracked(connect: Connector, checked: 'by policy' | 'by nobody'): Connector {
		return (options, callback) => {
			if (this.isDestroyed) {
				callback(new Error('The run has ended'), null);
				return;
			}
			const { hostname } = options;
			// No look-up sees a bare address.
			const refusal =
				checked === 'by policy' && this.user.egress.connectionHostError(bare(hostname));
			if (refusal) {
				callback(refusal, null);
				return;
			}
			const { opening } = this.server(options.host ?? hostname);
			const socket = this.watched(connect)(options, (...result) => {
				const [, connected] = result;
				if (connected) {
					opening.delete(connected);
					this.user.onConnection();
					if (checked === 'by policy') {
						this.destinations.set(connected, { hostname, address: connected.remoteAddress });
					}
				} else (checked === 'by policy' ? this.names : this.proxyNames).forget(hostname);
				callback(...result);
			}) as Socket | undefined;
			if (socket) {
				this.sockets.add(socket);
				opening.add(socket);
				socket.once('close', () => {
					this.sockets.delete(socket);
					this.destinations.delete(socket);
					opening.delete(socket);
				});
			}
			return socket;
		};
	}

	/** Guards connections, and ends those of HTTP/2 that have died silently. */
	private watched(connect: Connector): Connector {
		return (options, callback) =>
			connect(options, (...result) => {
				const socket = result[1] as TLSSocket | null;
				if (socket?.alpnProtocol === 'h2') {
					guardHttp2(socket);
					closeWhenSilent(socket);
				}
				callback(...result);
				if (socket) guardHttp1(socket, this.server(options.host ?? options.hostname));
			});
	}
}

/** A URL writes an IPv6 address in brackets. */
function bare(hostname: string): string {
	return hostname.replace(/^\[|\]$/g, '');
}

/** Says of errors that they are the proxy's. A TLS server cannot be asked for an address as a name. */
function toProxyConnector(connect: Connector): Connector {
	return ({ servername, ...options }, callback) =>
		connect(
			servername === undefined || isIP(servername) ? options : { ...options, servername },
			(...[error, socket]) => {
				if (error) callback(toUnreachableProxy(error), null);
				else callback(null, socket);
			},
		);
}

/** Servers with untrusted certificates are often old as well: n8n, too, allows them legacy TLS. */
function tlsOptions(
	{ allowUnauthorizedCerts, clientCertificate }: Parameters<ConnectionPool['dispatcher']>[0],
	http2: boolean,
): TlsOptions {
	const { ca, cert, key, passphrase } = clientCertificate ?? {};
	return {
		// Without `preferH2`, HTTP/1.1 stands first, and a server may go by our order.
		allowH2: http2,
		preferH2: true,
		...(allowUnauthorizedCerts && {
			rejectUnauthorized: false,
			secureOptions: constants.SSL_OP_LEGACY_SERVER_CONNECT,
		}),
		...(clientCertificate && { ca, cert, key, passphrase }),
	};
}
