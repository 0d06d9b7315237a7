import type { EventEmitter } from 'node:events';
import type { buildConnector } from 'undici';
import { VirtualSocket } from './VirtualSocket.ts';

interface Host {
	/** Gets each connection as its event `connection`, as Node's HTTP servers do. */
	readonly server: Pick<EventEmitter, 'emit'>;
	/** Milliseconds until a connection to it is made. */
	readonly latency: number;
}

/** HTTP servers and clients of this process, connected in memory. No port is opened. */
export class VirtualNetwork {
	/** Both ends of every connection that is open or being opened. */
	readonly sockets = new Set<VirtualSocket>();
	private readonly hosts = new Map<string, Host>();

	/**
	 * @param host with its port
	 * @param latency milliseconds
	 */
	listen(host: string, server: Host['server'], latency = 0): void {
		this.hosts.set(host, { server, latency });
	}

	/** In place of undici's function of this name. It makes connections as fast as its timers tick. */
	readonly buildConnector = (): buildConnector.connector => (options, callback) => {
		const socket = this.track(new VirtualSocket());
		socket.connecting = true;
		const { hostname } = options;
		const port = options.port || '80';
		const target = this.hosts.get(`${hostname}:${port}`);
		const timer = setTimeout(() => {
			socket.connecting = false;
			if (!target) {
				socket.destroy();
				callback(refused(`${hostname}:${port}`), null);
				return;
			}
			const accepted = this.track(new VirtualSocket());
			VirtualSocket.join(socket, accepted);
			// A reset is ordinary here, and seen by what follows.
			accepted.on('error', () => {});
			target.server.emit('connection', accepted);
			callback(null, socket as never);
		}, target?.latency ?? 0);
		socket.once('close', () => clearTimeout(timer));
		socket.on('error', (error) => {
			if (socket.connecting) callback(error, null);
		});
		return socket as never;
	};

	private track(socket: VirtualSocket): VirtualSocket {
		this.sockets.add(socket);
		socket.once('close', () => this.sockets.delete(socket));
		return socket;
	}
}

function refused(target: string): Error {
	const error = new Error(`connect ECONNREFUSED ${target}`);
	return Object.assign(error, { code: 'ECONNREFUSED', syscall: 'connect' });
}
