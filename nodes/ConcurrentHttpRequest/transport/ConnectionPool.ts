import { constants } from 'node:crypto';
import { lookup as systemLookup } from 'node:dns';
import { isIP, type Socket } from 'node:net';
import type { ConnectionOptions, TLSSocket } from 'node:tls';
import type { buildConnector as ConnectorTypes, Dispatcher } from 'undici';
import connect from 'undici/lib/api/api-connect.js';
import buildConnector from 'undici/lib/core/connect.js';
import Agent from 'undici/lib/dispatcher/agent.js';
import Pool from 'undici/lib/dispatcher/pool.js';
import ProxyAgent from 'undici/lib/dispatcher/proxy-agent.js';

import { PerOrigin } from '../common/PerOrigin';
import type { EgressPolicy } from './EgressPolicy';
import { guardHttp1 } from './guardHttp1';
import { guardHttp2 } from './guardHttp2';
import type { HttpRequest } from './HttpRequest';
import { LookupCache } from './LookupCache';
import { type ProxyChoice, toUnreachableProxy } from './proxy';
import { ServerConnections } from './ServerConnections';
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

export interface ConnectionPoolOptions {
	readonly egress: EgressPolicy;
	/**
	 * Connections kept to one origin at most, with a request at a time on each. An HTTP/2 connection
	 * carries as many requests at a time as this, less if its server says so.
	 */
	readonly connectionsPerOrigin: number;
	/** Called for every connection that was opened. */
	readonly onConnection: () => void;
}

/**
 * The keep-alive connections of one run: an undici `Agent` for each kind of connection that the
 * run's requests need. No connection outlives the pool.
 */
export class ConnectionPool {
	private readonly options: ConnectionPoolOptions;
	private readonly names: LookupCache;
	private readonly proxyNames = new LookupCache(systemLookup);
	private readonly dispatchers = new Map<string, Dispatcher>();
	private readonly sockets = new Set<Socket>();
	/** By host and port. */
	private readonly servers = new PerOrigin(() => new ServerConnections());
	private isDestroyed = false;

	constructor(options: ConnectionPoolOptions) {
		this.options = options;
		this.names = new LookupCache(options.egress.lookup);
	}

	/**
	 * @param request only requests with the same client certificate share connections
	 * @param proxy `undefined` to connect directly
	 * @param http2 use HTTP/2 with servers that offer it over TLS (RFC 7301, ALPN)
	 * @param keepAlive use connections again; those that are not are apart from all others
	 * @throws the egress policy's error when a proxy chosen in the node is not allowed
	 */
	dispatcher(
		request: Pick<HttpRequest, 'allowUnauthorizedCerts' | 'clientCertificate'>,
		proxy: ProxyChoice | undefined,
		http2: boolean,
		keepAlive: boolean,
	): Dispatcher {
		const { allowUnauthorizedCerts, clientCertificate } = request;
		let key = `${allowUnauthorizedCerts} ${http2} ${keepAlive}`;
		if (clientCertificate) key += ` ${clientCertificate.id}`;
		if (proxy) key += ` ${proxy.chosenInNode} ${proxy.url}`;
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
		const { lookup } = this.names;
		const connect = buildConnector({ ...tls, timeout: CONNECT_TIMEOUT, lookup });
		return new Agent({
			...this.clientOptions(tls.allowH2, keepAlive),
			connect: new TlsSessions().resuming(this.tracked(this.guarded(connect), this.names)),
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
		if (proxy.chosenInNode) {
			const host = new URL(proxy.url).hostname.replace(/^\[|\]$/g, '');
			const error = this.options.egress.connectionHostError(host);
			if (error) throw error;
		}
		const names = proxy.chosenInNode ? this.names : this.proxyNames;
		const toProxy = (origin: string | URL, options: object): Dispatcher => {
			const connect = toProxyConnector((options as { connect: Connector }).connect);
			return new Pool(origin, {
				...this.clientOptions(false, keepAlive),
				connect: this.tracked(connect, names),
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
			proxyTls: { allowH2: false, lookup: names.lookup },
			// The index of undici gives every client this method; it is not loaded (docs/decisions.md).
			clientFactory: (origin, options) => Object.assign(toProxy(origin, options), { connect }),
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
		const { connectionsPerOrigin } = this.options;
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

	/** Refuses a bare address that the policy forbids: no look-up sees it. */
	private guarded(connect: Connector): Connector {
		return (options, callback) => {
			const error = this.options.egress.connectionHostError(options.hostname);
			if (error) callback(error, null);
			else return connect(options, callback);
		};
	}

	/** @param names where the connector looks up its host */
	private tracked(connect: Connector, names: LookupCache): Connector {
		return (options, callback) => {
			if (this.isDestroyed) {
				callback(new Error('The run has ended'), null);
				return;
			}
			const { opening } = this.server(options.host ?? options.hostname);
			const socket = this.watched(connect)(options, (...result) => {
				if (result[1]) {
					opening.delete(result[1]);
					this.options.onConnection();
				} else names.forget(options.hostname);
				callback(...result);
			}) as Socket | undefined;
			if (socket) {
				this.sockets.add(socket);
				opening.add(socket);
				socket.once('close', () => {
					this.sockets.delete(socket);
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
