import { Agent, createServer as createHttpServer, request as httpRequest } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect } from 'node:net';
import type { AddressInfo, LookupFunction, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { PeerCertificate, TLSSocket } from 'node:tls';
import { readCertificate } from './certificates.ts';

export interface TestProxyOptions {
	/** Speak TLS to the client (a proxy with an `https:` address). */
	tls?: boolean;
	/** With `tls`: ask clients for a certificate, as servers with mutual TLS do, and do without. */
	asksForCertificate?: boolean;
	/** What the client has to log in with, by HTTP Basic. */
	login?: { user: string; password: string };
	/** Names that only the proxy can resolve: host name to IPv4 address. */
	hosts?: Record<string, string>;
}

export interface ProxiedRequest {
	/** `CONNECT` for a tunnel, else the method of the forwarded request. */
	method: string;
	/** `host:port` of a tunnel, else the absolute URL. */
	target: string;
	/** Headers as the proxy received them. */
	headers: IncomingHttpHeaders;
}

/**
 * A real HTTP proxy on the loopback interface: forwards requests in absolute form, tunnels by
 * CONNECT, and logs what it was asked for. Requests without the right login are answered with
 * 407 and stand in the log too.
 */
export class TestProxy {
	/** Address of the proxy, without login. */
	readonly url: string;
	/** PEM of the certificate to trust, when the client speaks TLS to the proxy. */
	readonly ca: string | undefined;

	private readonly server: Server;
	private readonly options: TestProxyOptions;
	private readonly sockets = new Set<Duplex>();
	private readonly agent = new Agent({ keepAlive: true });
	private readonly lookup: LookupFunction;
	private log: ProxiedRequest[] = [];
	private opened = 0;
	private shown: string[] = [];

	static async start(options: TestProxyOptions = {}): Promise<TestProxy> {
		const certificate = options.tls ? readCertificate('localhost') : undefined;
		const asked = options.asksForCertificate && { requestCert: true, rejectUnauthorized: false };
		const server = certificate
			? createHttpsServer({ ...certificate, ...asked })
			: createHttpServer();
		await new Promise<void>((resolve, reject) => {
			server.once('error', reject);
			server.listen(0, '127.0.0.1', resolve);
		});
		return new TestProxy(server, options, certificate?.cert);
	}

	private constructor(server: Server, options: TestProxyOptions, ca: string | undefined) {
		const { port } = server.address() as AddressInfo;
		this.url = `${ca ? 'https' : 'http'}://127.0.0.1:${port}`;
		this.ca = ca;
		this.server = server;
		this.options = options;
		this.lookup = (hostname, { all }, callback) => {
			const address =
				options.hosts?.[hostname] ?? (hostname === 'localhost' ? '127.0.0.1' : hostname);
			if (all) callback(null, [{ address, family: 4 }]);
			else callback(null, address, 4);
		};
		server.keepAliveTimeout = 60_000;
		server.on('connection', (socket: Socket) => {
			this.opened++;
			this.track(socket);
		});
		server.on('secureConnection', (socket: TLSSocket) => {
			const { subject } = socket.getPeerCertificate() as Partial<PeerCertificate>;
			if (subject) this.shown.push(String(subject.CN));
		});
		server.on('request', (request, response) => this.forward(request, response));
		server.on('connect', (request, socket, head) => this.tunnel(request, socket, head));
	}

	/** What it was asked for since `reset()`, in order. */
	get requests(): readonly ProxiedRequest[] {
		return this.log;
	}

	/** Connections that clients opened since `reset()`. */
	get connections(): number {
		return this.opened;
	}

	/** Names on the certificates that clients have shown it. */
	get certificates(): readonly string[] {
		return this.shown;
	}

	reset(): void {
		this.shown = [];
		this.log = [];
		this.opened = 0;
	}

	/** Stops listening and destroys every socket, tunnels included. */
	async close(): Promise<void> {
		const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
		for (const socket of this.sockets) socket.destroy();
		this.agent.destroy();
		await closed;
	}

	private track(socket: Duplex): void {
		this.sockets.add(socket);
		// Either side may break off; the other one then sees its socket closed.
		socket.on('error', () => {});
		socket.once('close', () => this.sockets.delete(socket));
	}

	/** Logs the request, and says whether the client may use the proxy. */
	private admit(request: IncomingMessage): boolean {
		const { method = '', url: target = '', headers } = request;
		this.log.push({ method, target, headers });
		const { login } = this.options;
		if (!login) return true;
		const token = Buffer.from(`${login.user}:${login.password}`).toString('base64');
		return headers['proxy-authorization'] === `Basic ${token}`;
	}

	private forward(request: IncomingMessage, response: ServerResponse): void {
		if (!this.admit(request)) {
			response.writeHead(407, { 'proxy-authenticate': 'Basic realm="test"' }).end();
			return;
		}
		const headers = { ...request.headers };
		for (const name of ['proxy-authorization', 'proxy-connection', 'connection'])
			delete headers[name];
		const { method } = request;
		const { agent, lookup } = this;
		const onward = httpRequest(request.url ?? '', { method, headers, agent, lookup }, (answer) => {
			response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
			answer.pipe(response);
		});
		onward.on('error', () =>
			response.headersSent ? response.destroy() : response.writeHead(502).end(),
		);
		response.once('close', () => onward.destroy());
		request.pipe(onward);
	}

	private tunnel(request: IncomingMessage, client: Duplex, head: Buffer): void {
		if (!this.admit(request)) {
			client.end(
				'HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic realm="test"\r\n\r\n',
			);
			return;
		}
		const target = new URL(`http://${request.url ?? ''}`);
		const host = target.hostname.replace(/^\[|\]$/g, '');
		const upstream = connect({ host, port: Number(target.port || 80), lookup: this.lookup }, () => {
			client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
			upstream.write(head);
			upstream.pipe(client).pipe(upstream);
		});
		this.track(upstream);
		upstream.once('close', () => client.destroy());
		client.once('close', () => upstream.destroy());
	}
}
