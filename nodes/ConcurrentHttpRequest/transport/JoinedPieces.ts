/** Bytes. What is smaller costs more as an object of its own than it holds. */
const SMALL = 1024;

/** Small pieces in a row that are joined. */
const JOINED_AT_ONCE = 1024;

/**
 * The pieces of a body as they arrive. A server may send a byte at a time, and a Buffer takes about
 * 100 bytes beside its content, so many small pieces become one.
 */
export class JoinedPieces {
	readonly list: Buffer[] = [];
	private smallInARow = 0;

	push(piece: Buffer): void {
		this.list.push(piece);
		if (piece.length >= SMALL) {
			this.smallInARow = 0;
		} else if (++this.smallInARow === JOINED_AT_ONCE) {
			this.list.push(Buffer.concat(this.list.splice(-JOINED_AT_ONCE)));
			this.smallInARow = 0;
		}
	}

	clear(): void {
		this.list.length = 0;
		this.smallInARow = 0;
	}
}
