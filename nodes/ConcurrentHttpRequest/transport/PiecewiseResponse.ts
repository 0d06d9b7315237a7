import type { HttpResponse, ResponseHead, ResponseHeaders } from './HttpResponse';

/**
 * An answer whose body is joined only where that is needed. V8 collects all garbage whenever
 * 64 MB of buffers have come, which takes long where a run keeps much: to join every body doubles
 * that (docs/performance.md).
 */
export class PiecewiseResponse implements HttpResponse {
	readonly statusCode: number;
	readonly statusMessage: string;
	readonly headers: ResponseHeaders;
	readonly url: URL;
	readonly pieces: readonly Buffer[];
	private joined: Buffer | undefined;

	constructor(
		{ statusCode, statusMessage, headers, url }: ResponseHead,
		pieces: readonly Buffer[],
	) {
		this.statusCode = statusCode;
		this.statusMessage = statusMessage;
		this.headers = headers;
		this.url = url;
		this.pieces = pieces;
	}

	get body(): Buffer {
		const [only] = this.pieces;
		if (only && this.pieces.length === 1) return only;
		return (this.joined ??= Buffer.concat(this.pieces));
	}
}
