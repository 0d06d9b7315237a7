import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import {
	constants,
	createSecureServer,
	type Http2ServerRequest,
	type Http2ServerResponse,
} from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { once } from 'node:events';
import { readCertificate } from '../../support/certificates.ts';

/** What may be wrong with a response, and whether the next try then succeeds. */
export const FAULTS = [
	{ name: 'reset', recovers: true },
	{ name: 'reset in body', recovers: true },
	{ name: 'closed', recovers: true },
	{ name: 'cut body', recovers: true },
	{ name: 'silent', recovers: true },
	{ name: 'silent in body', recovers: true },
	{ name: 'slow', recovers: true },
	{ name: '503', recovers: true },
	{ name: 'bad gzip', recovers: false },
	{ name: 'redirect loop', recovers: false },
	// Over HTTP/1.1 to a host of their own: one pauses it, the others exist in no other protocol.
	{ name: '429', recovers: true, isRude: true },
	{ name: 'bad chunk', recovers: false, isRude: true },
	{ name: 'no HTTP', recovers: false, isRude: true },
	{ name: 'too many bytes', recovers: true, isRude: true },
] as const;

type Fault = (typeof FAULTS)[number];

/** One request in a hundred meets a fault, each kind as often as any other. */
export function faultOf(number: number): Fault | undefined {
	return number % 100 === 37 ? FAULTS[Math.floor(number / 100) % FAULTS.length] : undefined;
}

type AnyRequest = IncomingMessage | Http2ServerRequest;
type AnyResponse = ServerResponse | Http2ServerResponse;

/** Servers over plain HTTP/1.1, TLS, and HTTP/2, that fail one request in a hundred. */
export class FaultyServers {
	requests = 0;
	/** Numbers whose fault has been had. */
	private readonly failed = new Set<number>();
	private readonly sockets = new Set<Socket>();
	private readonly servers: Server[];
	readonly origins: readonly string[];
	readonly rudeOrigin: string;

	static async start(): Promise<FaultyServers> {
		const tls = { ...readCertificate('localhost') };
		const servers = [
			createServer(),
			createSecureServer({ ...tls, allowHTTP1: true }) as unknown as Server,
			createSecureServer({
				...tls,
				allowHTTP1: true,
				ALPNProtocols: ['http/1.1'],
			}) as unknown as Server,
			createServer(),
		];
		for (const server of servers) {
			server.keepAliveTimeout = 60_000;
			server.listen(0, '127.0.0.1');
			await once(server, 'listening');
		}
		return new FaultyServers(servers);
	}

	private constructor(servers: Server[]) {
		this.servers = servers;
		const origins = servers.map((server, index) => {
			const { port } = server.address() as AddressInfo;
			return `${index === 1 || index === 2 ? 'https' : 'http'}://localhost:${port}`;
		});
		this.origins = origins.slice(0, 3);
		this.rudeOrigin = origins[3] ?? '';
		for (const server of servers) {
			server.on('connection', (socket: Socket) => {
				this.sockets.add(socket);
				socket.on('error', () => {});
				socket.once('close', () => this.sockets.delete(socket));
			});
			server.on('sessionError', () => {});
			server.on('request', (request, response) => this.respond(request, response));
		}
	}

	get openSockets(): number {
		return this.sockets.size;
	}

	/** Forgets the faults that were had. */
	reset(): void {
		this.requests = 0;
		this.failed.clear();
	}

	async close(): Promise<void> {
		for (const server of this.servers) server.close();
		for (const socket of this.sockets) socket.destroy();
	}

	private respond(request: AnyRequest, response: AnyResponse): void {
		this.requests++;
		response.on('error', () => {});
		const number = Number((request.url ?? '').slice(1));
		const fault = faultOf(number);
		if (fault && (!fault.recovers || !this.failed.has(number))) {
			this.failed.add(number);
			this.fail(fault.name, number, response);
		} else ok(number, response);
	}

	private fail(name: Fault['name'], number: number, response: AnyResponse): void {
		const headers = response as ServerResponse;
		switch (name) {
			case 'reset':
				return reset(response);
			case 'closed':
				return close(response);
			case 'reset in body':
			case 'cut body':
			case 'silent in body':
				headers.writeHead(200, { 'content-length': 100, 'content-type': 'application/json' });
				headers.write('{"half":');
				if (name === 'silent in body') return;
				setTimeout(() => (name === 'cut body' ? close(response) : reset(response)), 5);
				return;
			case 'silent':
				return;
			case 'slow':
				setTimeout(() => ok(number, response), 300);
				return;
			case '503':
				headers.writeHead(503).end();
				return;
			case '429':
				headers.writeHead(429, { 'retry-after': '0.2' }).end();
				return;
			case 'bad gzip':
				headers.writeHead(200, { 'content-encoding': 'gzip' }).end('this is not gzip');
				return;
			case 'redirect loop':
				headers.writeHead(302, { location: `/${number}` }).end();
				return;
			case 'bad chunk':
				raw(response, 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n');
				return;
			case 'no HTTP':
				raw(response, 'SSH-2.0-OpenSSH_9.2\r\n');
				return;
			case 'too many bytes':
				raw(response, 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}and more');
		}
	}
}

function ok(number: number, response: AnyResponse): void {
	(response as ServerResponse)
		.writeHead(200, { 'content-type': 'application/json' })
		.end(JSON.stringify({ number, text: 'x'.repeat(200) }));
}

function reset(response: AnyResponse): void {
	if ('stream' in response) response.stream.close(constants.NGHTTP2_INTERNAL_ERROR);
	else response.socket?.resetAndDestroy();
}

function close(response: AnyResponse): void {
	if ('stream' in response) response.stream.session?.destroy();
	else response.socket?.destroy();
}

function raw(response: AnyResponse, text: string): void {
	response.socket?.end(text);
}
