import { type IncomingHttpHeaders, STATUS_CODES } from 'node:http';
import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';

import type { BodyReceiver, ReceivedBody } from './BodyReceiver';
import type { Cancellation, Progress } from './Cancellation';
import { type ExchangeFacts, isMarkedAsReused } from './ExchangeFacts';
import { isOfStaleConnection } from './guardHttp1';
import { isUnprocessed } from './http2';
import type { HttpRequest } from './HttpRequest';
import type { HttpResponse, ResponseHead } from './HttpResponse';
import { MEGABYTE, tooLarge } from './bodySizeLimits';
import { BodyPieces, PiecewiseResponse } from './PiecewiseResponse';
import type { MemoryUser, ResponseMemory } from './ResponseMemory';
import { isFramed, isRedirect, toResponseHeaders } from './responseHeaders';
import { StreamedBody } from './StreamedBody';
import { toTransportFailure } from './toTransportFailure';
import { copyOf, TransportFailure } from './TransportFailure';

/** Bytes of a redirect's body that are read so that its connection can be used again. */
const LARGEST_DISCARDED = 64 * 1024;

/** Bytes that are kept of an error response that is too large. Many may wait for their next try. */
const LARGEST_BEGINNING = MEGABYTE;

export interface SendOptions<T> {
	/** Milliseconds that the request may take; its own timeout, if left out. */
	readonly timeLeft?: number;
	/** Called once, when the request is written to its connection. */
	readonly onSent?: (() => void) | undefined;
	/** Takes the bodies that it wants while they arrive. */
	readonly receiver?: BodyReceiver<T> | undefined;
	/** Learns what becomes of the exchange. */
	readonly facts?: { readonly exchange: ExchangeFacts } | undefined;
}

/**
 * One request and its response on one connection, on undici's dispatch interface: the cheapest
 * that undici has (no stream, no abort signal for each request), and one that can be aborted
 * at any moment, also before it has a connection.
 */
export class Exchange<T = unknown> implements Dispatcher.DispatchHandler, MemoryUser {
	/** Resolves with the complete response; rejects with a {@link TransportFailure}. */
	readonly response: Promise<HttpResponse<T>>;
	/** Bytes of the run's memory. */
	taken = 0;

	private readonly request: HttpRequest;
	private readonly body: string | Buffer | Readable | undefined;
	private readonly options: SendOptions<T>;
	private readonly facts: ExchangeFacts | undefined;
	private readonly memory: ResponseMemory;
	private readonly cancellation: Pick<Cancellation, 'pause' | 'resume'>;
	private resolve!: (response: HttpResponse<T>) => void;
	private reject!: (failure: TransportFailure) => void;
	private controller: Dispatcher.DispatchController | undefined;
	private failure: TransportFailure | undefined;
	private head: ResponseHead | undefined;
	/** What becomes of the response's body. */
	private use: 'keep' | 'store' | 'discard' = 'keep';
	private streamed: StreamedBody<T> | undefined;
	/** The body, decompressed, unless a receiver takes it. */
	private pieces = new BodyPieces();
	/** Paused while there is no memory. */
	private paused: { resume(): unknown } | undefined;
	/** Bytes that the body may have, on the wire and decompressed. */
	private most: number;
	/** Bytes of the body so far, on the wire. */
	private size = 0;
	private hasEnded = false;

	/**
	 * @param body the request's body, ready to be written
	 * @param memory what the run's responses may take while they are read
	 * @param cancellation its clock stands still while the response waits for memory
	 */
	constructor(
		request: HttpRequest,
		body: string | Buffer | Readable | undefined,
		options: SendOptions<T>,
		memory: ResponseMemory,
		cancellation: Pick<Cancellation, 'pause' | 'resume'>,
	) {
		this.request = request;
		this.body = body;
		this.options = options;
		this.facts = options.facts?.exchange;
		this.memory = memory;
		this.cancellation = cancellation;
		this.most = request.maxResponseSize;
		this.response = new Promise((resolve, reject) => {
			this.resolve = resolve;
			this.reject = reject;
		});
	}

	start(dispatcher: Dispatcher): void {
		const { method, url, origin, headers } = this.request;
		const path = url.pathname + url.search;
		dispatcher.dispatch({ origin, path, method, headers, body: this.body ?? null }, this);
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

	/** How far it has come. */
	get progress(): Progress {
		const announced = this.head?.headers['content-length'];
		return {
			hasConnection: this.controller !== undefined,
			hasHead: this.head !== undefined,
			bytes: this.size,
			announced: typeof announced === 'string' ? announced : undefined,
		};
	}

	onRequestStart(controller: Dispatcher.DispatchController): void {
		this.controller = controller;
		if (this.failure) controller.abort(this.failure);
		else this.options.onSent?.();
	}

	onResponseStart(
		controller: Dispatcher.DispatchController,
		statusCode: number,
		headers: IncomingHttpHeaders,
		statusMessage = '',
	): void {
		// Interim responses come before the one that counts (RFC 9110 section 15.2).
		if (statusCode < 200) return;
		const isOverHttp2 = isHttp2(controller);
		this.facts?.responded(isOverHttp2 ? '2' : '1.1', isMarkedAsReused(controller.rawHeaders));
		// HTTP/2 has no reason phrase (RFC 9113 section 8.3.2), so it is the usual one.
		this.head = {
			statusCode,
			statusMessage: isOverHttp2 ? (STATUS_CODES[statusCode] ?? '') : statusMessage,
			headers: toResponseHeaders(headers),
			url: this.request.url,
		};
		const { receiver } = this.options;
		if (this.request.maxRedirects > 0 && isRedirect(this.head)) {
			this.use = 'discard';
			this.most = Infinity;
			const { method } = this.request;
			// A body without a length ends with its connection, which cannot be used again anyway.
			const hasLength = isOverHttp2 || method === 'HEAD' || isFramed(this.head.headers);
			if (!hasLength) this.finish(this.head);
		} else if (receiver?.wants(this.head)) {
			this.use = 'store';
			if (!receiver.keepsInMemory) this.most = Infinity;
			this.stream(controller, receiver, this.head);
		}
	}

	onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
		const isFirst = this.size === 0;
		this.size += chunk.length;
		if (this.facts) this.facts.bytes = this.size;
		const { failure, head, use } = this;
		if (failure || !head) return;
		if (this.size > this.most) {
			this.exceed(head, tooLarge(this.most));
		} else if (use === 'discard') {
			if (this.size > LARGEST_DISCARDED) this.finish(head);
		} else {
			const isCompressed = typeof head.headers['content-encoding'] === 'string';
			if (isFirst && isCompressed && use === 'keep') this.decompress(controller, head);
			if (this.streamed) this.streamed.push(chunk);
			else if (!isCompressed) this.keep(chunk, controller);
		}
	}

	onResponseEnd(): void {
		this.hasEnded = true;
		// undici reports a proxy that wants a login as an error, and then the end of its response.
		if (this.failure) return;
		if (this.streamed) this.streamed.end();
		else if (this.head) this.finish(this.head);
	}

	onResponseError(controller: Dispatcher.DispatchController, error: Error): void {
		// A failure of our own may be that of several requests.
		const isOwn = error instanceof TransportFailure;
		if (this.use === 'discard' && this.head && !isOwn && !isHttp2(controller)) {
			// The head of a redirect says where to go on. The body that was cut off is not needed.
			this.hasEnded = true;
			this.finish(this.head);
			return;
		}
		const failure = this.withMissing(isOwn ? copyOf(error) : toTransportFailure(error));
		failure.isStaleConnection = isOfStaleConnection(error);
		failure.isUnprocessed = this.head === undefined && isUnprocessed(error);
		// undici starts a request when there is a connection, and writes it then.
		if (!this.controller && !isOwn) failure.isUnsent = true;
		this.fail(failure);
		// undici goes on reading the response of a proxy that wants a login.
		this.controller?.abort(failure);
	}

	/** There is memory to read on. */
	goOn(): void {
		const { paused } = this;
		this.paused = undefined;
		this.cancellation.resume();
		// Another response may make room from within undici's parser, which cannot be entered twice.
		queueMicrotask(() => paused?.resume());
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
			const closed = new TransportFailure(
				kind,
				'The server closed the connection without sending anything',
				cause,
			);
			closed.hint =
				'If it speaks HTTPS at this port, write https:// instead of http:// in the URL. If other items succeed, try again, or lower Max Concurrency.';
			return closed;
		}
		return failure;
	}

	private fail(failure: TransportFailure): void {
		const reason = (this.failure ??= failure);
		this.pieces = new BodyPieces();
		this.memory.release(this);
		const undone = this.streamed?.cutOff(reason);
		if (undone && !this.hasEnded) {
			// The process may end right after the last item: nothing half written may be left then.
			void undone.then(() => this.reject(reason));
		} else {
			this.reject(reason);
		}
	}

	/** Keeps the status and the beginning of an error response that is too large. */
	private exceed(head: ResponseHead, failure: TransportFailure): void {
		const isCut = this.use === 'keep' && failure.kind === 'response too large';
		if (isCut && head.statusCode >= 400 && !this.failure) {
			let bytes = 0;
			const beginning = this.pieces.list.filter(
				(piece) => (bytes += piece.length) <= LARGEST_BEGINNING,
			);
			this.resolve(new PiecewiseResponse(head, beginning, failure));
		}
		this.abort(failure);
	}

	/** The response is complete when the receiver says so; it may have had enough before the end. */
	private stream(
		controller: Dispatcher.DispatchController,
		receiver: Pick<BodyReceiver<T>, 'receive'>,
		head: ResponseHead,
	): void {
		const options = {
			isFramed: isHttp2(controller) || isFramed(head.headers),
			most: this.most,
		};
		try {
			this.streamed = new StreamedBody(controller, head, receiver, options);
		} catch (error) {
			this.abort(toTransportFailure(error));
			return;
		}
		this.streamed.received.then(
			(received) => {
				if (!this.failure) this.finish(head, received);
			},
			(failure: TransportFailure) => this.exceed(head, failure),
		);
	}

	/** Has the body decompressed while it arrives, so that one that swells is not in memory as a whole. */
	private decompress(controller: Dispatcher.DispatchController, head: ResponseHead): void {
		const receive = (_head: ResponseHead, body: Readable) =>
			new Promise<ReceivedBody<T>>((resolve, reject) => {
				body.on('data', (chunk: Buffer) => this.keep(chunk, body));
				body.on('end', () => resolve({ body: Buffer.alloc(0) })).on('error', reject);
			});
		this.stream(controller, { receive }, head);
	}

	/** @param source stops while the run has no memory to read on */
	private keep(chunk: Buffer, source: { pause(): unknown; resume(): unknown }): void {
		this.pieces.push(chunk);
		if (this.memory.take(this, chunk.length)) return;
		source.pause();
		this.paused = source;
		this.cancellation.pause();
	}

	/** The response is complete, or as much of it as is needed. */
	private finish(head: ResponseHead, received?: ReceivedBody<T>): void {
		this.memory.release(this);
		this.resolve(
			received && this.use === 'store'
				? { ...head, ...received }
				: new PiecewiseResponse(head, this.pieces.list),
		);
		if (!this.hasEnded) {
			this.controller?.abort(new Error('The rest of the response is not needed'));
		}
	}
}

/** undici hands over the raw lines of a header in a list; HTTP/2 has no lines. */
function isHttp2(controller: Dispatcher.DispatchController): boolean {
	return !Array.isArray(controller.rawHeaders);
}

/** undici describes the socket in its own errors. */
function hasReceivedNothing(error: unknown): boolean {
	return (error as { socket?: { bytesRead?: number } } | undefined)?.socket?.bytesRead === 0;
}
