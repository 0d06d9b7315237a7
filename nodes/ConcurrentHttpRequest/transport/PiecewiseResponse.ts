import type { HttpResponse, ResponseHead, ResponseHeaders } from './HttpResponse';

/** Bytes. A smaller piece costs more as an object of its own than it holds. */
const SMALL = 1024;

/** Small pieces in a row that are joined. */
const JOINED_AT_ONCE = 1024;

/**
 * The pieces of a body as they arrive. A server may send a byte at a time, and a Buffer takes about
 * 100 bytes beside its content, so many small pieces become one.
 */
export class BodyPieces {
	readonly list: Buffer[] = [];
	private smallInARow = 0;

	push(piece: Buffer): void {
		const isSmall = piece.length < SMALL;
		if (!isSmall && this.smallInARow > 1) this.join();
		this.list.push(piece);
		this.smallInARow = isSmall ? this.smallInARow + 1 : 0;
		if (this.smallInARow === JOINED_AT_ONCE) this.join();
	}

	private join(): void {
		this.list.push(Buffer.concat(this.list.splice(-this.smallInARow)));
		this.smallInARow = 0;
	}
}

/**
 * A response whose body is joined only where that is needed. V8 collects all garbage whenever
 * 64 MB of buffers have come, which takes long where a run keeps much: to join every body doubles
 * that (docs/performance.md).
 */
export class PiecewiseResponse implements HttpResponse {
	readonly statusCode: number;
	readonly statusMessage: string;
	readonly headers: ResponseHeaders;
	readonly url: URL;
	readonly pieces: readonly Buffer[];
	readonly tooLarge: HttpResponse['tooLarge'];
	private joined: Buffer | undefined;

	constructor(
		{ statusCode, statusMessage, headers, url }: ResponseHead,
		pieces: readonly Buffer[],
		tooLarge?: HttpResponse['tooLarge'],
	) {
		this.statusCode = statusCode;
		this.statusMessage = statusMessage;
		this.headers = headers;
		this.url = url;
		this.pieces = pieces;
		this.tooLarge = tooLarge;
	}

	get body(): Buffer {
		const [only] = this.pieces;
		if (only && this.pieces.length === 1) return only;
		return (this.joined ??= Buffer.concat(this.pieces));
	}
}
