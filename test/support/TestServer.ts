import { createServer as createHttpServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import { createSecureServer as createHttp2Server } from 'node:http2';
import type { Http2SecureServer, Http2ServerRequest, ServerHttp2Session } from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { constants } from 'node:crypto';
import type { SecureContextOptions, TlsOptions, TLSSocket } from 'node:tls';
import { readCertificate } from './certificates.ts';
import type { CertificateName } from './certificates.ts';
import { Counters } from './Counters.ts';
import { builtInRoutes } from './routes.ts';

export interface TestServerOptions {
	tls?: boolean;
	/** Offer HTTP/2 as well as HTTP/1.1; implies `tls`. */
	http2?: boolean | { maxConcurrentStreams: number };
	/** Refuse clients that do not show this certificate; needs `tls`. */
	clientCertificate?: CertificateName;
	/** Give clients TLS sessions that they can resume, as servers do; true unless told. */
	tlsSessions?: boolean;
	/** Address to listen on; 127.0.0.1 unless told. */
	host?: string;
	/** 0, the default, takes a free one. */
	port?: number;
	/** Which throwaway certificate a TLS server shows; `localhost` unless told. */
	certificate?: CertificateName;
}

export interface ReceivedRequest {
	method: string;
	/** Path and query, as sent. */
	url: string;
	headers: IncomingHttpHeaders;
	rawHeaders: string[];
	body: Buffer;
	/** Ordinal of the connection it came on, from 1, over the server's whole life. */
	connection: number;
	/** `1.1` or `2.0`. */
	httpVersion: string;
}

export type RouteHandler = (request: ReceivedRequest, response: ServerResponse) => void;

/**
 * Node's HTTP/2 server hands requests over in the shape of HTTP/1.1's, so that to everything else
 * here it is one of them.
 */
function createServer(
	certificate: (SecureContextOptions & TlsOptions) | undefined,
	http2: TestServerOptions['http2'],
): Server {
	if (!certificate) return createHttpServer();
	if (http2 === undefined || http2 === false) return createHttpsServer(certificate);
	const settings = http2 === true ? {} : http2;
	const server = createHttp2Server({ ...certificate, allowHTTP1: true, settings });
	return server as Http2SecureServer & Server;
}

function demanded(name: CertificateName | undefined): TlsOptions {
	if (!name) return {};
	return { requestCert: true, rejectUnauthorized: true, ca: readCertificate(name).cert };
}

/** What the counters know a connection by. Over HTTP/2, `request.socket` is a stream's. */
function connectionOf(request: IncomingMessage): Socket {
	const { stream } = request as IncomingMessage & { stream?: Http2ServerRequest['stream'] };
	return stream?.session?.socket ?? request.socket;
}

/**
 * Longer than any test, so that an idle connection is closed because the node closes it, or not at all:
 * undici closes it 2 s before the server would.
 */
const KEEP_ALIVE_MS = 600_000;

/**
 * A real HTTP(S) server on the loopback interface that answers in all the ways the tests need
 * (`routes.ts` lists them) and counts what it saw. A request is in flight from the arrival of
 * its headers until its answer has been handed to the socket in full, or its socket is closed.
 */
export class TestServer {
	readonly origin: string;
	/** PEM of the self-signed certificate to trust, when the server speaks TLS. */
	readonly ca: string | undefined;

	/** For what only HTTP/2 has; its events are those of Node.js. */
	readonly server: Server;
	private readonly counters: Counters;
	private readonly routes: Map<string, RouteHandler>;
	private received: ReceivedRequest[] = [];

	static async start(options: TestServerOptions = {}): Promise<TestServer> {
		const certificate =
			(options.tls ?? options.http2)
				? readCertificate(options.certificate ?? 'localhost')
				: undefined;
		const secureOptions = options.tlsSessions === false ? constants.SSL_OP_NO_TICKET : 0;
		const server = createServer(
			certificate && { ...certificate, secureOptions, ...demanded(options.clientCertificate) },
			options.http2,
		);
		server.keepAliveTimeout = KEEP_ALIVE_MS;
		const host = options.host ?? '127.0.0.1';
		await new Promise<void>((resolve, reject) => {
			server.once('error', reject);
			server.listen(options.port ?? 0, host, resolve);
		});
		return new TestServer(server, host, certificate?.cert);
	}

	private constructor(server: Server, host: string, ca: string | undefined) {
		const { port } = server.address() as AddressInfo;
		this.origin = `${ca ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
		this.ca = ca;
		this.server = server;
		this.counters = new Counters();
		this.routes = new Map(Object.entries(builtInRoutes));

		server.on('connection', (socket: Socket) => this.counters.socketOpened(socket));
		server.on(ca ? 'secureConnection' : 'connection', (socket: TLSSocket) => {
			if (socket.alpnProtocol !== 'h2') this.counters.connectionOpened(socket);
		});
		server.on('session', ({ socket }: ServerHttp2Session) =>
			this.counters.connectionOpened(socket),
		);
		server.on('request', (request, response) => void this.receive(request, response));
	}

	/** Everything received in full since `reset()`, in order of arrival. */
	get requests(): readonly ReceivedRequest[] {
		return this.received;
	}

	get inFlight(): number {
		return this.counters.inFlight;
	}

	/** The most that was in flight at one moment since `reset()`. */
	get mostInFlight(): number {
		return this.counters.mostInFlight;
	}

	/** Connections opened since `reset()`; with TLS, those whose handshake succeeded. */
	get connections(): number {
		return this.counters.connections;
	}

	/** Sockets open at this moment. */
	get openSockets(): number {
		return this.counters.sockets.size;
	}

	/** Requests since `reset()` whose socket was closed before the answer was complete. */
	get aborted(): number {
		return this.counters.aborted;
	}

	/** Forgets requests and counters. What is in flight at this moment stays counted as such. */
	reset(): void {
		this.received = [];
		this.counters.reset();
	}

	/** Resolves as soon as a request, an answer, or a socket opening or closing makes it true. */
	async waitFor(condition: (server: TestServer) => boolean): Promise<void> {
		await this.counters.waitUntil(() => condition(this));
	}

	/** Adds a route, or replaces a built-in one, for the path (without query). */
	route(path: string, handler: RouteHandler): void {
		this.routes.set(path, handler);
	}

	/** Stops listening and destroys every socket. */
	async close(): Promise<void> {
		const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
		for (const socket of this.counters.sockets) socket.destroy();
		await closed;
	}

	private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const path = new URL(request.url ?? '/', this.origin).pathname;
		if (path === '/stats') return this.answerStats(request, response);
		if (path === '/reset-stats') {
			this.reset();
			return this.answerStats(request, response);
		}

		const connection = connectionOf(request);
		this.counters.requestStarted(connection, response);
		let body: Buffer;
		try {
			body = Buffer.concat(await request.toArray());
		} catch {
			return; // the client went away in the middle of its body
		}
		const received: ReceivedRequest = {
			method: request.method ?? '',
			url: request.url ?? '',
			headers: request.headers,
			rawHeaders: request.rawHeaders,
			body,
			connection: this.counters.ordinalOf(connection),
			httpVersion: request.httpVersion,
		};
		this.received.push(received);
		const handler = this.routes.get(path) ?? answerUnknown;
		handler(received, response);
		// After the handler, so that a test that waits for the request finds what its route did.
		this.counters.changed();
	}

	private answerStats(request: IncomingMessage, response: ServerResponse): void {
		request.resume();
		this.counters.discountConnection(connectionOf(request));
		const { inFlight, mostInFlight, connections, aborted } = this;
		response.writeHead(200, { 'content-type': 'application/json' }).end(
			JSON.stringify({
				requests: this.received.length,
				inFlight,
				mostInFlight,
				connections,
				aborted,
			}),
		);
	}
}

const answerUnknown: RouteHandler = (_request, response) => {
	response
		.writeHead(404, { 'content-type': 'application/json' })
		.end('{"message":"No such route"}');
};
