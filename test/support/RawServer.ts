import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { readCertificate } from './certificates.ts';

/** A request as it came in, and the socket to write any bytes to. */
export interface RawExchange {
	readonly socket: Socket;
	/** Request line and header lines, without the empty line. */
	readonly head: string;
	readonly method: string;
	/** Path and query, as sent. */
	readonly url: string;
	readonly body: Buffer;
	/** Ordinal of the connection, from 1. */
	readonly connection: number;
	/** Ordinal of the request on its connection, from 1. */
	readonly ordinal: number;
}

export interface RawServerOptions {
	/** Speaks TLS with the throwaway certificate for localhost, HTTP/1.1 only. */
	readonly tls?: boolean;
}

/**
 * An HTTP/1.1 server on the loopback interface that reads requests and writes exactly the bytes
 * that a test gives it. For responses that Node's own server refuses to produce.
 */
export class RawServer {
	readonly origin: string;
	/** Every request received, in order of arrival. */
	readonly requests: RawExchange[] = [];
	/** Connections accepted so far. */
	connections = 0;
	private readonly server: Server;
	private readonly sockets = new Set<Socket>();

	/** @param respond called with each request, once its body is complete */
	static async start(
		respond: (exchange: RawExchange) => void,
		{ tls = false }: RawServerOptions = {},
	): Promise<RawServer> {
		const server = tls ? createTlsServer(readCertificate('localhost')) : createServer();
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		return new RawServer(server, tls, respond);
	}

	private constructor(server: Server, tls: boolean, respond: (exchange: RawExchange) => void) {
		const { port } = server.address() as AddressInfo;
		this.origin = `${tls ? 'https' : 'http'}://127.0.0.1:${port}`;
		this.server = server;
		server.on(tls ? 'secureConnection' : 'connection', (socket: Socket) => {
			const connection = ++this.connections;
			this.sockets.add(socket);
			socket.on('close', () => this.sockets.delete(socket));
			socket.on('error', () => {}); // the client may reset the connection
			readRequests(socket, connection, (exchange) => {
				this.requests.push(exchange);
				respond(exchange);
			});
		});
	}

	/** Stops listening and destroys every connection. */
	async close(): Promise<void> {
		const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
		for (const socket of this.sockets) socket.destroy();
		await closed;
	}
}

function readRequests(
	socket: Socket,
	connection: number,
	received: (exchange: RawExchange) => void,
): void {
	let pending = Buffer.alloc(0);
	let ordinal = 0;
	socket.on('data', (chunk: Buffer) => {
		pending = Buffer.concat([pending, chunk]);
		for (;;) {
			const end = pending.indexOf('\r\n\r\n');
			if (end < 0) return;
			const head = pending.toString('latin1', 0, end);
			const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
			const next = end + 4 + length;
			if (pending.length < next) return;
			const body = pending.subarray(end + 4, next);
			pending = pending.subarray(next);
			const [method = '', url = ''] = head.split(' ', 2);
			received({ socket, head, method, url, body, connection, ordinal: ++ordinal });
		}
	});
}
