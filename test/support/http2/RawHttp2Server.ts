import {
	createServer as createTcpServer,
	type AddressInfo,
	type Server,
	type Socket,
} from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import { readCertificate } from '../certificates.ts';

const PREFACE_LENGTH = 24;
const FRAME_HEADER_LENGTH = 9;

/** Frame types (RFC 9113 section 6). */
export const FRAME = {
	...{ data: 0, headers: 1, resetStream: 3, settings: 4, pushPromise: 5, ping: 6, goAway: 7 },
	...{ windowUpdate: 8, continuation: 9 },
} as const;
const END_STREAM = 0x1;
const ACK = 0x1;
const END_HEADERS = 0x4;

/** Identifiers of settings (RFC 9113 section 6.5.2). */
export const SETTING = { maxConcurrentStreams: 3, initialWindowSize: 4 } as const;

type Settings = ReadonlyArray<readonly [id: number, value: number]>;

/** A connection, to write any frames to. */
export class RawHttp2Connection {
	readonly socket: TLSSocket;
	/** Ordinal, from 1. */
	readonly ordinal: number;
	/** Streams that the client has opened. */
	streams = 0;
	private readonly tcp: Socket;

	constructor(tcp: Socket, socket: TLSSocket, ordinal: number) {
		this.tcp = tcp;
		this.socket = socket;
		this.ordinal = ordinal;
	}

	/** `:status: 200` and a content-type, without content-length. */
	headers(stream: number, contentType = 'application/json', { end = false } = {}): void {
		const flags = END_HEADERS | (end ? END_STREAM : 0);
		this.frame(FRAME.headers, flags, stream, headerBlock(contentType));
	}

	data(stream: number, content: string | Buffer, { end = false } = {}): void {
		this.frame(FRAME.data, end ? END_STREAM : 0, stream, Buffer.from(content));
	}

	/** Ends a response with a field after its body (RFC 9113 section 8.1). */
	trailers(stream: number): void {
		const field = Buffer.from('\0\x05x-sum\x011');
		this.frame(FRAME.headers, END_HEADERS | END_STREAM, stream, field);
	}

	resetStream(stream: number, code: number): void {
		this.frame(FRAME.resetStream, 0, stream, uint32(code));
	}

	goAway(lastStream: number, code = 0): void {
		this.frame(FRAME.goAway, 0, 0, Buffer.concat([uint32(lastStream), uint32(code)]));
	}

	settings(settings: Settings): void {
		const entries = settings.map(([id, value]) => Buffer.concat([uint16(id), uint32(value)]));
		this.frame(FRAME.settings, 0, 0, Buffer.concat(entries));
	}

	/** @param stream 0 for the connection */
	windowUpdate(stream: number, bytes: number): void {
		this.frame(FRAME.windowUpdate, 0, stream, uint32(bytes));
	}

	frame(type: number, flags: number, stream: number, payload: Buffer): void {
		this.socket.write(frameOf(type, flags, stream, payload));
	}

	/** Ends the connection with a TCP reset, and drops what is not sent yet. */
	reset(): void {
		this.tcp.resetAndDestroy();
	}
}

export interface RawHttp2ServerOptions {
	/** What the server's first frame announces. */
	readonly settings?: Settings;
	/** Called when a client has connected, before the server's first frame. */
	readonly connected?: (connection: RawHttp2Connection) => void;
	/** Called when a request is complete. */
	readonly received?: (connection: RawHttp2Connection, stream: number, body: Buffer) => void;
	/** Give back the window that uploads use; without it, an upload stops after 64 KiB. */
	readonly opensWindows?: boolean;
}

/**
 * An HTTP/2 server on the loopback interface that writes exactly the frames that a test gives it. It
 * acknowledges settings and pings, and reads nothing of a request but its body.
 */
export class RawHttp2Server {
	readonly origin: string;
	/** Streams opened by clients, over all connections. */
	streams = 0;
	connections = 0;
	/** Code with which clients have reset each stream, by connection and stream. */
	readonly resets = new Map<string, number>();
	private readonly server: Server;
	private readonly sockets = new Set<Socket>();
	private readonly options: RawHttp2ServerOptions;

	/** @param respond called with each HEADERS frame that opens a stream */
	static async start(
		respond: (connection: RawHttp2Connection, stream: number) => void,
		options: RawHttp2ServerOptions = {},
	): Promise<RawHttp2Server> {
		// As real servers do, it goes on reading after it has ended a connection: else the client gets a
		// reset, and loses what it has not read.
		const server = createTcpServer({ allowHalfOpen: true });
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		return new RawHttp2Server(server, respond, options);
	}

	private constructor(
		server: Server,
		respond: (connection: RawHttp2Connection, stream: number) => void,
		options: RawHttp2ServerOptions,
	) {
		this.origin = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
		this.server = server;
		this.options = options;
		const secureContext = createSecureContext(readCertificate('localhost'));
		server.on('connection', (tcp: Socket) => {
			this.sockets.add(tcp);
			tcp.on('close', () => this.sockets.delete(tcp));
			const socket = new TLSSocket(tcp, {
				...{ isServer: true, secureContext, ALPNProtocols: ['h2'], allowHalfOpen: true },
			});
			socket.once('end', () => socket.end());
			tcp.once('end', () => socket.end());
			// The client may reset the connection.
			for (const each of [tcp, socket]) each.on('error', () => {});
			socket.once('secure', () => this.serve(tcp, socket, respond));
		});
	}

	/** Connections that are open at this moment. */
	get openSockets(): number {
		return this.sockets.size;
	}

	/** Stops listening and destroys every connection. */
	async close(): Promise<void> {
		const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
		for (const socket of this.sockets) socket.destroy();
		await closed;
	}

	private serve(
		tcp: Socket,
		socket: TLSSocket,
		respond: (connection: RawHttp2Connection, stream: number) => void,
	): void {
		const { settings = [], connected, received, opensWindows = false } = this.options;
		const connection = new RawHttp2Connection(tcp, socket, ++this.connections);
		const bodies = new Map<number, Buffer[]>();
		connected?.(connection);
		connection.settings(settings);
		readFrames(socket, (type, flags, stream, payload) => {
			if (type === FRAME.settings && !(flags & ACK)) {
				connection.frame(FRAME.settings, ACK, 0, Buffer.alloc(0));
			} else if (type === FRAME.ping && !(flags & ACK)) {
				connection.frame(FRAME.ping, ACK, 0, payload);
			} else if (type === FRAME.resetStream) {
				this.resets.set(`${connection.ordinal} ${stream}`, payload.readUInt32BE(0));
			} else if (type === FRAME.headers) {
				this.streams++;
				connection.streams++;
				bodies.set(stream, []);
				respond(connection, stream);
			} else if (type === FRAME.data) {
				bodies.get(stream)?.push(payload);
				if (opensWindows && payload.length > 0) {
					connection.windowUpdate(0, payload.length);
					if (!(flags & END_STREAM)) connection.windowUpdate(stream, payload.length);
				}
			}
			if ((type === FRAME.headers || type === FRAME.data) && flags & END_STREAM) {
				const body = Buffer.concat(bodies.get(stream) ?? []);
				bodies.delete(stream);
				received?.(connection, stream, body);
			}
		});
	}
}

/** `:status: 200` and a content-type (RFC 7541: 0x88, and 0x5f for index 31). */
export function headerBlock(contentType: string): Buffer {
	const value = Buffer.from(contentType);
	return Buffer.concat([Buffer.from([0x88, 0x0f, 0x10, value.length]), value]);
}

/** A frame as it goes on the wire. */
export function frameOf(type: number, flags: number, stream: number, payload: Buffer): Buffer {
	const header = Buffer.alloc(FRAME_HEADER_LENGTH);
	header.writeUIntBE(payload.length, 0, 3);
	header.writeUInt8(type, 3);
	header.writeUInt8(flags, 4);
	header.writeUInt32BE(stream, 5);
	return Buffer.concat([header, payload]);
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

function uint16(value: number): Buffer {
	const bytes = Buffer.alloc(2);
	bytes.writeUInt16BE(value);
	return bytes;
}

function uint32(value: number): Buffer {
	const bytes = Buffer.alloc(4);
	bytes.writeUInt32BE(value);
	return bytes;
}
