import { type IncomingHttpHeaders, STATUS_CODES } from 'node:http';
import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';

import type { BodyReceiver, ReceivedBody } from './BodyReceiver';
import { isFramed } from './framing';
import { isUnprocessed } from './http2';
import type { HttpRequest } from './HttpRequest';
import type { HttpResponse, ResponseHead } from './HttpResponse';
import { JoinedPieces } from './JoinedPieces';
import { isOfStaleConnection } from './KeepAlive';
import { tooLarge } from './largestBody';
import { PiecewiseResponse } from './PiecewiseResponse';
import type { MemoryClaim } from './ReadingMemory';
import { isRedirect } from './redirect';
import { toResponseHeaders } from './responseHeaders';
import { StreamedBody } from './StreamedBody';
import { toTransportFailure, TransportFailure } from './TransportFailure';

/** A body that is ready to be written. */
export type OpenedBody = string | Buffer | Readable | undefined;

/** Bytes of a redirect's body that are read so that its connection can be used again. */
const LARGEST_DISCARDED = 64 * 1024;

/** How the response is read. */
export interface Reading<T> {
	/** Takes the body, if it wants it, while it arrives. */
	readonly receiver: BodyReceiver<T> | undefined;
	/** Whether a redirect will be followed, so that its own body does not matter. */
	readonly followsRedirects: boolean;
	/** Bytes that a body in memory may have, on the wire and decompressed. */
	readonly maxResponseSize: number;
	/** What such a body takes of the run's memory while it is read. */
	readonly claim: () => MemoryClaim;
}

/**
 * One request and its answer on one connection, on undici's dispatch interface: the cheapest
 * that undici has (no stream, no abort signal for each request), and one that can be aborted
 * at any moment, also before it has a connection.
 */
export class Exchange<T = unknown> implements Dispatcher.DispatchHandler {
	/** Resolves with the complete answer; rejects with a {@link TransportFailure}. */
	readonly response: Promise<HttpResponse<T>>;

	private readonly request: HttpRequest;
	private readonly body: OpenedBody;
	private readonly onSent: (() => void) | undefined;
	private readonly reading: Reading<T>;
	private resolve!: (response: HttpResponse<T> | Promise<HttpResponse<T>>) => void;
	private reject!: (failure: TransportFailure) => void;
	private controller: Dispatcher.DispatchController | undefined;
	private failure: TransportFailure | undefined;
	private head: ResponseHead | undefined;
	private streamed: StreamedBody<T> | undefined;
	/** The body, decompressed, unless a receiver takes it. */
	private readonly pieces = new JoinedPieces();
	private claim: MemoryClaim | undefined;
	/** What becomes of the body. */
	private use: 'keep' | 'store' | 'discard' = 'keep';
	/** Bytes that the body may have, on the wire and decompressed. */
	private most: number;
	/** Bytes of the body so far, on the wire. */
	private size = 0;
	private hasEnded = false;
	/** HTTP itself says where the body ends. */
	private isFramed = true;

	/**
	 * @param body what the request's body is when it is open
	 * @param onSent called when the request is written to its connection
	 */
	constructor(
		request: HttpRequest,
		body: OpenedBody,
		onSent: (() => void) | undefined,
		reading: Reading<T>,
	) {
		this.request = request;
		this.body = body;
		this.onSent = onSent;
		this.reading = reading;
		this.most = reading.maxResponseSize;
		this.response = new Promise((resolve, reject) => {
			this.resolve = resolve;
			this.reject = reject;
		});
	}

	start(dispatcher: Dispatcher): void {
		const { method, url, origin, headers } = this.request;
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
		// A cancelled request is not sent again, and its failure may be that of several.
		if (!this.controller && failure.kind === 'timeout') failure.isUnsent = true;
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
			url: this.request.url,
		};
		this.isFramed = isHttp2 || isFramed(this.head.headers);
		const { receiver, followsRedirects } = this.reading;
		if (followsRedirects && isRedirect(this.head)) {
			this.use = 'discard';
			this.most = Infinity;
		} else if (receiver?.wants(this.head)) {
			this.use = 'store';
			if (!receiver.keepsInMemory) this.most = Infinity;
			this.stream(controller, receiver, this.head);
		}
	}

	onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
		this.size += chunk.length;
		const { failure, head, use } = this;
		if (failure || !head) return;
		if (this.size > this.most) {
			this.exceed(head, tooLarge(this.most));
			return;
		}
		if (use === 'store') this.streamed?.push(chunk);
		else if (use === 'keep') this.receive(controller, head, chunk);
		else if (this.size > LARGEST_DISCARDED) this.finish(controller, head);
	}

	onResponseEnd(controller: Dispatcher.DispatchController): void {
		this.hasEnded = true;
		// undici reports a proxy that wants a login as an error, and then the end of its answer.
		if (this.failure) return;
		if (this.streamed) this.streamed.end();
		else if (this.head) this.finish(controller, this.head);
	}

	onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
		const failure = this.withMissing(toTransportFailure(error));
		failure.isStaleConnection = isOfStaleConnection(error);
		failure.isUnprocessed = this.head === undefined && isUnprocessed(error);
		// undici starts a request when there is a connection, and writes it then. A failure of our own
		// may be that of several requests.
		if (!this.controller && failure !== error) failure.isUnsent = true;
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
		if (this.request.url.protocol === 'http:' && hasReceivedNothing(cause)) {
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
		this.pieces.clear();
		this.claim?.release();
		const undone = this.streamed?.cutOff(reason);
		if (undone && !this.hasEnded) {
			// The process may end right after the last item: nothing half written may be left then.
			void undone.then(() => this.reject(reason));
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
		const { isFramed, most } = this;
		try {
			this.streamed = new StreamedBody(controller, head, receiver, { isFramed, most });
		} catch (error) {
			this.abort(toTransportFailure(error));
			return;
		}
		this.streamed.received.then(
			(received) => {
				if (!this.failure) this.finish(controller, head, received);
			},
			(failure: TransportFailure) => this.exceed(head, failure),
		);
	}

	/** Of an error response that is too large, the status and the beginning are kept. */
	private exceed(head: ResponseHead, failure: TransportFailure): void {
		const isKept = this.use === 'keep' && failure.kind === 'response too large';
		if (!isKept || head.statusCode < 400) {
			this.abort(failure);
		} else if (!this.failure) {
			const response = new PiecewiseResponse(head, [...this.pieces.list]);
			this.resolve(Object.assign(response, { tooLarge: failure }));
			this.abort(failure);
		}
	}

	/** Takes a piece of a body that is kept in memory. */
	private receive(
		controller: Dispatcher.DispatchController,
		head: ResponseHead,
		chunk: Buffer,
	): void {
		const isFirst = this.size === chunk.length;
		const isCompressed = typeof head.headers['content-encoding'] === 'string';
		if (isFirst && isCompressed) this.decompress(controller, head);
		if (this.streamed) this.streamed.push(chunk);
		else if (!isCompressed) this.keep(chunk, controller);
	}

	/** Has the body decompressed while it arrives, so that one that swells is not in memory as a whole. */
	private decompress(controller: Dispatcher.DispatchController, head: ResponseHead): void {
		const receive = (_head: ResponseHead, body: Readable) =>
			new Promise<ReceivedBody<T>>((resolve, reject) => {
				body.on('data', (chunk: Buffer) => this.keep(chunk, body));
				body.on('end', () => resolve({ body: Buffer.alloc(0) })).on('error', reject);
			});
		this.stream(controller, { wants: () => true, receive }, head);
	}

	private keep(chunk: Buffer, source: { pause(): unknown; resume(): unknown }): void {
		this.pieces.push(chunk);
		this.claim ??= this.reading.claim();
		// Another response may make room from within undici's parser, which cannot be entered twice.
		const goOn = () => queueMicrotask(() => source.resume());
		if (!this.claim.add(chunk.length, goOn)) source.pause();
	}

	/** The response is complete, or as much of it as is needed. */
	private finish(
		controller: Dispatcher.DispatchController,
		head: ResponseHead,
		received?: ReceivedBody<T>,
	): void {
		this.claim?.release();
		this.resolve(
			received && this.use === 'store'
				? { ...head, ...received }
				: new PiecewiseResponse(head, this.pieces.list),
		);
		if (!this.hasEnded) controller.abort(new Error('The rest of the answer is not needed'));
	}
}

/** undici describes the socket in its own errors. */
function hasReceivedNothing(error: unknown): boolean {
	return (error as { socket?: { bytesRead?: number } } | undefined)?.socket?.bytesRead === 0;
}
