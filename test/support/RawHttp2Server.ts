import type { AddressInfo } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import { readCertificate } from './certificates.ts';

const PREFACE_LENGTH = 24;
const FRAME_HEADER_LENGTH = 9;

/** Frame types (RFC 9113 section 6). */
const TYPE = { data: 0, headers: 1, resetStream: 3, settings: 4, ping: 6, goAway: 7 } as const;
const END_STREAM = 0x1;
const ACK = 0x1;
const END_HEADERS = 0x4;

/** A connection, to write any frames to. */
export class RawHttp2Connection {
	readonly socket: TLSSocket;
	/** Ordinal, from 1. */
	readonly ordinal: number;

	constructor(socket: TLSSocket, ordinal: number) {
		this.socket = socket;
		this.ordinal = ordinal;
	}

	/** `:status: 200` and a content-type, without content-length (RFC 7541: 0x88, and 0x5f for index 31). */
	headers(stream: number, contentType = 'application/json'): void {
		const value = Buffer.from(contentType);
		const block = Buffer.concat([Buffer.from([0x88, 0x0f, 0x10, value.length]), value]);
		this.frame(TYPE.headers, END_HEADERS, stream, block);
	}

	data(stream: number, content: string | Buffer, { end = false } = {}): void {
		this.frame(TYPE.data, end ? END_STREAM : 0, stream, Buffer.from(content));
	}

	resetStream(stream: number, code: number): void {
		this.frame(TYPE.resetStream, 0, stream, uint32(code));
	}

	goAway(lastStream: number, code = 0): void {
		this.frame(TYPE.goAway, 0, 0, Buffer.concat([uint32(lastStream), uint32(code)]));
	}

	frame(type: number, flags: number, stream: number, payload: Buffer): void {
		const header = Buffer.alloc(FRAME_HEADER_LENGTH);
		header.writeUIntBE(payload.length, 0, 3);
		header.writeUInt8(type, 3);
		header.writeUInt8(flags, 4);
		header.writeUInt32BE(stream, 5);
		this.socket.write(Buffer.concat([header, payload]));
	}
}

/**
 * An HTTP/2 server on the loopback interface that writes exactly the frames that a test gives it. It
 * acknowledges settings and pings, and reads nothing of a request but that there is one.
 */
export class RawHttp2Server {
	readonly origin: string;
	/** Streams opened by clients, over all connections. */
	streams = 0;
	connections = 0;
	private readonly server: Server;
	private readonly sockets = new Set<TLSSocket>();

	/** @param respond called with each HEADERS frame that opens a stream */
	static async start(
		respond: (connection: RawHttp2Connection, stream: number) => void,
	): Promise<RawHttp2Server> {
		const server = createServer({ ...readCertificate('localhost'), ALPNProtocols: ['h2'] });
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		return new RawHttp2Server(server, respond);
	}

	private constructor(
		server: Server,
		respond: (connection: RawHttp2Connection, stream: number) => void,
	) {
		this.origin = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
		this.server = server;
		server.on('secureConnection', (socket: TLSSocket) => {
			this.sockets.add(socket);
			socket.on('close', () => this.sockets.delete(socket));
			socket.on('error', () => {}); // the client may reset the connection
			const connection = new RawHttp2Connection(socket, ++this.connections);
			connection.frame(TYPE.settings, 0, 0, Buffer.alloc(0));
			readFrames(socket, (type, flags, stream, payload) => {
				if (type === TYPE.settings && !(flags & ACK)) {
					connection.frame(TYPE.settings, ACK, 0, Buffer.alloc(0));
				} else if (type === TYPE.ping && !(flags & ACK)) {
					connection.frame(TYPE.ping, ACK, 0, payload);
				} else if (type === TYPE.headers) {
					this.streams++;
					respond(connection, stream);
				}
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

function readFrames(
	socket: TLSSocket,
	received: (type: number, flags: number, stream: number, payload: Buffer) => void,
): void {
	let pending = Buffer.alloc(0);
	let isPrefaceRead = false;
	socket.on('data', (chunk: Buffer) => {
		pending = Buffer.concat([pending, chunk]);
		if (!isPrefaceRead) {
			if (pending.length < PREFACE_LENGTH) return;
			pending = pending.subarray(PREFACE_LENGTH);
			isPrefaceRead = true;
		}
		while (pending.length >= FRAME_HEADER_LENGTH) {
			const end = FRAME_HEADER_LENGTH + pending.readUIntBE(0, 3);
			if (pending.length < end) return;
			const [type, flags] = [pending.readUInt8(3), pending.readUInt8(4)];
			const stream = pending.readUInt32BE(5) & 0x7fffffff;
			const payload = pending.subarray(FRAME_HEADER_LENGTH, end);
			pending = pending.subarray(end);
			received(type, flags, stream, payload);
		}
	});
}

function uint32(value: number): Buffer {
	const bytes = Buffer.alloc(4);
	bytes.writeUInt32BE(value);
	return bytes;
}
