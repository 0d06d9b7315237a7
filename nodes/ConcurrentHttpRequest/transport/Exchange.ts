import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';

import { ACCEPT_ENCODING, decompress } from './decompress';
import type { HttpRequest } from './HttpRequest';
import type { HttpResponse } from './HttpResponse';
import { toResponseHeaders } from './responseHeaders';
import { toTransportFailure, type TransportFailure } from './TransportFailure';

/** What one exchange sends: of a request, the part that a redirect can change. */
export type ExchangeRequest = Pick<HttpRequest, 'method' | 'url' | 'headers' | 'body'>;

/** The same with its body open, when it is one that is read while it is sent. */
export interface OpenRequest extends Omit<ExchangeRequest, 'body'> {
	readonly body: string | Buffer | Readable | undefined;
}

/**
 * One request and its answer on one connection, on undici's dispatch interface: the cheapest
 * that undici has (no stream, no abort signal for each request), and one that can be aborted
 * at any moment, also before it has a connection.
 */
export class Exchange implements Dispatcher.DispatchHandler {
	/** Resolves with the complete answer; rejects with a {@link TransportFailure}. */
	readonly response: Promise<HttpResponse>;

	private readonly request: OpenRequest;
	private resolve!: (response: HttpResponse | Promise<HttpResponse>) => void;
	private reject!: (failure: TransportFailure) => void;
	private controller: Dispatcher.DispatchController | undefined;
	private failure: TransportFailure | undefined;
	private statusCode = 0;
	private statusMessage = '';
	private headers: IncomingHttpHeaders = {};
	private readonly chunks: Buffer[] = [];

	constructor(request: OpenRequest) {
		this.request = request;
		this.response = new Promise((resolve, reject) => {
			this.resolve = resolve;
			this.reject = reject;
		});
	}

	start(dispatcher: Dispatcher): void {
		const { method, url, headers, body } = this.request;
		dispatcher.dispatch(
			{
				origin: url.origin,
				path: url.pathname + url.search,
				method,
				headers: withAcceptEncoding(headers),
				body: body ?? null,
				// undici closes the connection after a HEAD request unless told otherwise.
				reset: false,
			},
			this,
		);
	}

	/** Ends the exchange at once. Without a connection yet, nothing of it will be sent. */
	abort(failure: TransportFailure): void {
		this.fail(failure);
		this.controller?.abort(failure);
	}

	onRequestStart(controller: Dispatcher.DispatchController): void {
		this.controller = controller;
		if (this.failure) controller.abort(this.failure);
	}

	onResponseStart(
		_controller: Dispatcher.DispatchController,
		statusCode: number,
		headers: IncomingHttpHeaders,
		statusMessage?: string,
	): void {
		this.statusCode = statusCode;
		this.statusMessage = statusMessage ?? '';
		this.headers = headers;
	}

	onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
		this.chunks.push(chunk);
	}

	onResponseEnd(): void {
		this.resolve(this.complete());
	}

	onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
		this.fail(toTransportFailure(error));
	}

	private fail(failure: TransportFailure): void {
		this.failure ??= failure;
		this.chunks.length = 0;
		this.reject(this.failure);
	}

	private async complete(): Promise<HttpResponse> {
		const { chunks, statusCode, statusMessage } = this;
		const { url } = this.request;
		const headers = toResponseHeaders(this.headers);
		const [only] = chunks;
		const body = chunks.length === 1 && only ? only : Buffer.concat(chunks);
		const encoding = headers['content-encoding'];
		if (typeof encoding !== 'string' || body.length === 0) {
			return { statusCode, statusMessage, headers, body, url };
		}
		const decoded = await decompress(body, encoding);
		// The header describes the bytes on the wire; HTTP Request, too, drops it with them.
		if (decoded.complete) delete headers['content-encoding'];
		return { statusCode, statusMessage, headers, body: decoded.body, url };
	}
}

/** What can be decompressed is asked for, unless the item asks for something itself. */
function withAcceptEncoding(headers: ExchangeRequest['headers']): ExchangeRequest['headers'] {
	const isAsked = Object.keys(headers).some((name) => name.toLowerCase() === 'accept-encoding');
	return isAsked ? headers : { ...headers, 'accept-encoding': ACCEPT_ENCODING };
}
