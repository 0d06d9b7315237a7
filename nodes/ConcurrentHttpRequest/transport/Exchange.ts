import { type IncomingHttpHeaders, STATUS_CODES } from 'node:http';
import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';

import type { BodyReceiver } from './BodyReceiver';
import { decompress } from './decompress';
import { isFramed } from './framing';
import { isUnprocessed } from './http2';
import type { Hop } from './HttpRequest';
import type { HttpResponse, ResponseHead } from './HttpResponse';
import { isOfStaleConnection } from './KeepAlive';
import { LARGEST_BODY, tooLarge } from './largestBody';
import { PiecewiseResponse } from './PiecewiseResponse';
import { toResponseHeaders } from './responseHeaders';
import { StreamedBody } from './StreamedBody';
import { toTransportFailure, TransportFailure } from './TransportFailure';

/** A body that is ready to be written. */
export type OpenedBody = string | Buffer | Readable | undefined;

/**
 * One request and its answer on one connection, on undici's dispatch interface: the cheapest
 * that undici has (no stream, no abort signal for each request), and one that can be aborted
 * at any moment, also before it has a connection.
 */
export class Exchange<T = unknown> implements Dispatcher.DispatchHandler {
	/** Resolves with the complete answer; rejects with a {@link TransportFailure}. */
	readonly response: Promise<HttpResponse<T>>;

	private readonly hop: Hop;
	private readonly body: OpenedBody;
	private readonly onSent: (() => void) | undefined;
	private readonly receiver: BodyReceiver<T> | undefined;
	private resolve!: (response: HttpResponse<T> | Promise<HttpResponse<T>>) => void;
	private reject!: (failure: TransportFailure) => void;
	private controller: Dispatcher.DispatchController | undefined;
	private failure: TransportFailure | undefined;
	private head: ResponseHead | undefined;
	private streamed: StreamedBody<T> | undefined;
	private readonly chunks: Buffer[] = [];
	/** Bytes of the body so far. */
	private size = 0;
	private hasEnded = false;
	/** HTTP itself says where the body ends. */
	private isFramed = true;

	/**
	 * @param body what the hop's body is when it is open
	 * @param onSent called when the request is written to its connection
	 * @param receiver takes the body, if it wants it, while it arrives
	 */
	constructor(hop: Hop, body: OpenedBody, onSent?: () => void, receiver?: BodyReceiver<T>) {
		this.hop = hop;
		this.body = body;
		this.onSent = onSent;
		this.receiver = receiver;
		this.response = new Promise((resolve, reject) => {
			this.resolve = resolve;
			this.reject = reject;
		});
	}

	start(dispatcher: Dispatcher): void {
		const { method, url, origin, headers } = this.hop;
		dispatcher.dispatch(
			{
				origin,
				path: url.pathname + url.search,
				method,
				headers,
				body: this.body ?? null,
			},
			this,
		);
	}

	/**
	 * Ends the exchange at once, but for a receiver that has begun to take the body: it may undo
	 * that first. Without a connection yet, nothing of it will be sent.
	 */
	abort(failure: TransportFailure): void {
		this.fail(failure);
		this.controller?.abort(failure);
	}

	onRequestStart(controller: Dispatcher.DispatchController): void {
		this.controller = controller;
		if (this.failure) controller.abort(this.failure);
		else this.onSent?.();
	}

	onResponseStart(
		controller: Dispatcher.DispatchController,
		statusCode: number,
		headers: IncomingHttpHeaders,
		statusMessage = '',
	): void {
		// Interim responses come before the one that counts (RFC 9110 section 15.2).
		if (statusCode < 200) return;
		// HTTP/2 has no reason phrase (RFC 9113 section 8.3.2), so it is the usual one. undici hands
		// over the raw lines of a header in a list; HTTP/2 has no lines.
		const isHttp2 = !Array.isArray(controller.rawHeaders);
		this.head = {
			statusCode,
			statusMessage: isHttp2 ? (STATUS_CODES[statusCode] ?? '') : statusMessage,
			headers: toResponseHeaders(headers),
			url: this.hop.url,
		};
		this.isFramed = isHttp2 || isFramed(this.head.headers);
		if (this.receiver?.wants(this.head)) this.stream(controller, this.receiver, this.head);
	}

	onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
		this.size += chunk.length;
		if (this.streamed) {
			this.streamed.push(chunk);
			return;
		}
		if (this.size > LARGEST_BODY) this.abort(tooLarge());
		else this.chunks.push(chunk);
	}

	onResponseEnd(): void {
		this.hasEnded = true;
		// undici reports a proxy that wants a login as an error, and then the end of its answer.
		if (this.failure) return;
		if (this.streamed) this.streamed.end();
		else if (this.head) this.resolve(this.complete(this.head));
	}

	onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
		const failure = this.withMissing(toTransportFailure(error));
		failure.isStaleConnection = isOfStaleConnection(error);
		failure.isUnprocessed = this.head === undefined && isUnprocessed(error);
		this.fail(failure);
	}

	/** Says how much has come of a response that was cut off, where that tells something. */
	private withMissing(failure: TransportFailure): TransportFailure {
		const { kind, cause } = failure;
		if (kind !== 'connection reset') return failure;
		const announced = this.head?.headers['content-length'];
		if (typeof announced === 'string') {
			return new TransportFailure(
				kind,
				`The server closed the connection after ${this.size} of the ${announced} bytes that Content-Length announces`,
				cause,
			);
		}
		if (this.hop.url.protocol === 'http:' && hasReceivedNothing(cause)) {
			return new TransportFailure(
				kind,
				'The server closed the connection without sending anything. If it speaks HTTPS at this port, write https:// in the URL',
				cause,
			);
		}
		return failure;
	}

	private fail(failure: TransportFailure): void {
		const reason = (this.failure ??= failure);
		this.chunks.length = 0;
		if (this.streamed && !this.hasEnded) {
			// The process may end right after the last item: nothing half written may be left then.
			void this.streamed.cutOff(reason).then(() => this.reject(reason));
		} else {
			this.reject(reason);
		}
	}

	/** The answer is complete when the receiver says so; it may have had enough before the end. */
	private stream(
		controller: Dispatcher.DispatchController,
		receiver: BodyReceiver<T>,
		head: ResponseHead,
	): void {
		this.streamed = new StreamedBody(controller, head, receiver, this.isFramed);
		this.streamed.received.then(
			(received) => {
				if (this.failure) return;
				this.resolve({ ...head, ...received });
				if (!this.hasEnded) controller.abort(new Error('The rest of the answer is not needed'));
			},
			(failure: TransportFailure) => this.abort(failure),
		);
	}

	private complete(head: ResponseHead): HttpResponse<T> | Promise<HttpResponse<T>> {
		const { chunks } = this;
		const { headers } = head;
		const encoding = headers['content-encoding'];
		if (typeof encoding !== 'string' || chunks.length === 0) {
			return new PiecewiseResponse(head, chunks);
		}
		return decompress(Buffer.concat(chunks), encoding, LARGEST_BODY, this.isFramed).then(
			(decoded) => {
				// The header describes the bytes on the wire; HTTP Request, too, drops it with them.
				if (decoded.complete) delete headers['content-encoding'];
				return { ...head, body: decoded.body };
			},
		);
	}
}

/** undici describes the socket in its own errors. */
function hasReceivedNothing(error: unknown): boolean {
	return (error as { socket?: { bytesRead?: number } } | undefined)?.socket?.bytesRead === 0;
}
