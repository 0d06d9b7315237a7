import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

interface Connection {
	ordinal: number;
	/** Whether a request that counts came on it, so that asking for statistics does not count. */
	used: boolean;
	/** How many resets came before it. */
	epoch: number;
}

/** Counts requests and connections of a test server, and wakes those who wait for a count. */
export class Counters {
	inFlight = 0;
	mostInFlight = 0;
	connections = 0;
	aborted = 0;
	readonly sockets = new Set<Socket>();

	private nextOrdinal = 1;
	private epoch = 0;
	private readonly known = new WeakMap<Socket, Connection>();
	private readonly waiting = new Set<() => void>();

	reset(): void {
		this.epoch++;
		this.mostInFlight = this.inFlight;
		this.connections = 0;
		this.aborted = 0;
	}

	/** The raw socket, before any TLS: what has to be destroyed when the server closes. */
	socketOpened(socket: Socket): void {
		this.sockets.add(socket);
		// A reset by the peer is ordinary here, and seen by the 'close' that follows.
		socket.on('error', () => {});
		socket.once('close', () => {
			this.sockets.delete(socket);
			this.changed();
		});
		this.changed();
	}

	/** The socket on which requests arrive: the raw one, or the TLS one after its handshake. */
	connectionOpened(socket: Socket): void {
		this.known.set(socket, { ordinal: this.nextOrdinal++, used: false, epoch: this.epoch });
		this.connections++;
		this.changed();
	}

	ordinalOf(socket: Socket): number {
		return this.known.get(socket)?.ordinal ?? 0;
	}

	/** Takes back the counting of a connection on which only statistics were asked for. */
	discountConnection(socket: Socket): void {
		const connection = this.known.get(socket);
		if (!connection || connection.used) return;
		connection.used = true;
		if (connection.epoch === this.epoch) this.connections--;
	}

	requestStarted(socket: Socket, response: ServerResponse): void {
		const connection = this.known.get(socket);
		if (connection) connection.used = true;
		this.inFlight++;
		this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);

		let over = false;
		const finish = () => {
			if (over) return;
			over = true;
			this.inFlight--;
			if (!response.writableEnded) this.aborted++;
			this.changed();
		};
		// 'prefinish' comes within `end()`. By the time of 'finish' a client in this very process
		// may have read the answer and sent its next request: that one would be counted on top.
		response.once('prefinish', finish);
		response.once('close', finish);
		this.changed();
	}

	changed(): void {
		for (const check of [...this.waiting]) check();
	}

	async waitUntil(condition: () => boolean): Promise<void> {
		await new Promise<void>((resolve, reject) => {
			const check = () => {
				try {
					if (!condition()) return;
					resolve();
				} catch (error) {
					reject(error instanceof Error ? error : new Error(String(error)));
				}
				this.waiting.delete(check);
			};
			this.waiting.add(check);
			check();
		});
	}
}
