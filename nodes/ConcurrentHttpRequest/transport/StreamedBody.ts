import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';

import type { BodyReceiver, ReceivedBody } from './BodyReceiver';
import { decompress } from './decompress';
import type { ResponseHead } from './HttpResponse';
import { TransportFailure } from './TransportFailure';

/**
 * A body on its way from a connection to a receiver. While the receiver is busy, the connection
 * is not read and the server has to wait (flow control of TCP, or of the HTTP/2 stream).
 */
export class StreamedBody<T> {
	/** What the receiver made of it; rejects with a {@link TransportFailure}. */
	readonly received: Promise<ReceivedBody<T>>;
	private readonly source: Readable;
	/** The source, decompressed. */
	private readonly body: Readable;
	private readonly controller: Dispatcher.DispatchController;

	/**
	 * @param head loses its Content-Encoding where that is undone
	 * @throws {TransportFailure} where the body is not decompressed, whatever it is
	 */
	constructor(
		controller: Dispatcher.DispatchController,
		head: ResponseHead,
		receiver: Pick<BodyReceiver<T>, 'receive'>,
		options: { readonly isFramed: boolean; readonly most: number },
	) {
		this.controller = controller;
		this.source = new Readable({ read: () => controller.resume() });
		const { headers } = head;
		const encoding = headers['content-encoding'];
		const { body, complete } = decompress(
			this.source,
			typeof encoding === 'string' ? encoding : '',
			options,
		);
		this.body = body;
		// The header describes the bytes on the wire; HTTP Request, too, drops it with them.
		if (complete) delete headers['content-encoding'];
		// The receiver handles failures in its own way. An error without a listener would crash n8n.
		for (const stream of [this.source, body]) stream.on('error', () => {});
		this.received = receiver.receive(head, body).then(
			(received) => {
				if (body.errored instanceof TransportFailure) throw body.errored;
				return received;
			},
			(error: unknown) => {
				// n8n gives a failure of the stream a message of its own.
				const reason = body.errored ?? error;
				throw reason instanceof TransportFailure ? reason : notStored(error);
			},
		);
	}

	push(chunk: Buffer): void {
		if (!this.source.push(chunk)) this.controller.pause();
	}

	/** The last byte has arrived. */
	end(): void {
		this.source.push(null);
	}

	/**
	 * Ends the stream in the middle, so that the receiver cannot take it for complete.
	 *
	 * @returns resolves once the receiver is done with it
	 */
	async cutOff(failure: TransportFailure): Promise<void> {
		this.source.destroy(failure);
		// What has arrived may take long to decompress.
		this.body.destroy(failure);
		await this.received.catch(() => {});
	}
}

function notStored(error: unknown): TransportFailure {
	const reason = error instanceof Error ? error.message : String(error);
	return new TransportFailure('file not stored', `The file could not be stored: ${reason}`, error);
}
