import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

/**
 * A proxy through which exactly one host can be reached, and that host is a port of this machine.
 * Every other CONNECT is refused, so a process behind it sends nothing to the outside.
 */
export class RegistryDoor {
	/** For `HTTPS_PROXY`. */
	readonly url: string;
	private readonly server: Server;
	private readonly sockets = new Set<Duplex>();

	/**
	 * @param host the one that is let through, such as `registry.npmjs.org`
	 * @param port of 127.0.0.1, that takes its place
	 * @param address of this machine, to listen on
	 */
	static async open(host: string, port: number, address: string): Promise<RegistryDoor> {
		const server = createServer((_request, response) => response.writeHead(403).end());
		await new Promise<void>((resolve) => server.listen(0, address, resolve));
		return new RegistryDoor(server, host, port);
	}

	private constructor(server: Server, host: string, port: number) {
		this.server = server;
		const { address, port: ownPort } = server.address() as AddressInfo;
		this.url = `http://${address}:${ownPort}`;
		server.on('connect', (request, client, head) => {
			this.track(client);
			if (request.url !== `${host}:443`) {
				client.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n');
				return;
			}
			const upstream = connect(port, '127.0.0.1', () => {
				client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
				upstream.write(head);
				upstream.pipe(client).pipe(upstream);
			});
			this.track(upstream);
			upstream.once('close', () => client.destroy());
			client.once('close', () => upstream.destroy());
		});
	}

	async close(): Promise<void> {
		const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
		for (const socket of this.sockets) socket.destroy();
		this.server.closeAllConnections();
		await closed;
	}

	private track(socket: Duplex): void {
		this.sockets.add(socket);
		socket.on('error', () => {});
		socket.once('close', () => this.sockets.delete(socket));
	}
}
