import { Duplex } from 'node:stream';

/** What the system says of a connection that the other side has reset. */
function resetByPeer(syscall: 'read' | 'write'): Error {
	return Object.assign(new Error(`${syscall} ECONNRESET`), { code: 'ECONNRESET', syscall });
}

/**
 * One end of a TCP connection within this process, in place of a `net.Socket`. Bytes arrive at once; an
 * end, a reset and a full buffer reach the other end as they do over TCP.
 */
export class VirtualSocket extends Duplex {
	connecting = false;
	bytesRead = 0;
	bytesWritten = 0;
	timeout = 0;
	/** Called when the other end has gone away, before anything else hears of it. */
	onPeerGone: (() => void) | undefined;
	/** What it has sent may still be read. */
	peerIsGone = false;
	private peer: VirtualSocket | undefined;
	/** Acknowledges the bytes for which this end has had no room yet. */
	private acknowledge: (() => void) | undefined;

	constructor() {
		super({ allowHalfOpen: false });
	}

	/** Two ends of one connection. */
	static join(one: VirtualSocket, other: VirtualSocket): void {
		one.peer = other;
		other.peer = one;
	}

	/** Ends the connection as `SO_LINGER` at 0 does: the other end gets an error. */
	resetAndDestroy(): this {
		const { peer } = this;
		this.peer = undefined;
		if (peer) {
			peer.peer = undefined;
			peer.losePeer();
			peer.destroy(resetByPeer('read'));
		}
		return this.destroy();
	}

	setKeepAlive(): this {
		return this;
	}

	setNoDelay(): this {
		return this;
	}

	setTimeout(): this {
		return this;
	}

	ref(): this {
		return this;
	}

	unref(): this {
		return this;
	}

	override _write(chunk: Buffer, _encoding: string, callback: (error?: Error | null) => void) {
		if (!this.peer || this.peer.destroyed) {
			callback(resetByPeer('write'));
			return;
		}
		this.bytesWritten += chunk.length;
		this.peer.receive(chunk, () => callback());
	}

	override _read(): void {
		const { acknowledge } = this;
		this.acknowledge = undefined;
		acknowledge?.();
	}

	override _final(callback: (error?: Error | null) => void): void {
		this.peer?.receiveEnd();
		callback();
	}

	override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
		const { peer } = this;
		this.peer = undefined;
		this._read();
		if (peer) {
			peer.losePeer();
			peer.receiveEnd();
		}
		callback(error);
	}

	private losePeer(): void {
		this.peerIsGone = true;
		this.onPeerGone?.();
	}

	private receive(chunk: Buffer, acknowledge: () => void): void {
		this.bytesRead += chunk.length;
		if (this.push(chunk)) acknowledge();
		else this.acknowledge = acknowledge;
	}

	private receiveEnd(): void {
		if (!this.readableEnded && !this.destroyed && !this.hasEnd) this.push(null);
		this.hasEnd = true;
	}

	private hasEnd = false;
}
