import type { Readable } from 'node:stream';
import type { IBinaryData } from 'n8n-workflow';

import type { BodyReceiver, ReceivedBody } from '../transport/BodyReceiver';
import type { ResponseHead } from '../transport/HttpResponse';
import { type FileHelpers, storeFile } from './file';
import { formatOf } from './formatOf';
import { inMemoryIfSmall } from '../output/inMemoryIfSmall';
import { isSuccess } from './isSuccess';
import type { ResponseOptions } from '../parameters/responseOptions';

/** Bytes of an answer that is an error: far more than any says that is no file. */
const LARGEST_ERROR = 1024 * 1024;

/**
 * Puts the bodies that are files into n8n's binary store while they arrive.
 *
 * An answer with an error status is no file, unless it counts as a result. It may be asked for again,
 * and a node cannot take back what it has stored. So it is stored once it is the last, and only one
 * that is larger than errors are while it arrives: what may be left of those goes with the execution.
 */
export class FileReceiver implements BodyReceiver<IBinaryData> {
	/** Then n8n puts files into the items themselves. */
	readonly keepsInMemory = process.env.N8N_DEFAULT_BINARY_DATA_MODE === 'default';
	private readonly options: ResponseOptions;
	private readonly helpers: FileHelpers;
	private readonly keepsErrors: boolean;

	/** @param isPage whether an answer is one of several, whose last one may have any status */
	constructor(options: ResponseOptions, helpers: FileHelpers, isPage = false) {
		this.options = options;
		this.helpers = helpers;
		this.keepsErrors = options.neverError || isPage;
	}

	wants(head: ResponseHead): boolean {
		return formatOf(head, this.options) === 'file';
	}

	async receive(head: ResponseHead, body: Readable): Promise<ReceivedBody<IBinaryData>> {
		let content: Buffer | Readable = body;
		if (!isSuccess(head)) {
			if (!this.keepsErrors) return { body: await beginning(body, LARGEST_ERROR) };
			content = await inMemoryIfSmall(body, LARGEST_ERROR);
			if (Buffer.isBuffer(content)) return { body: content };
		}
		const stored = await storeFile(head, content, this.options, this.helpers);
		return { body: Buffer.alloc(0), stored };
	}
}

/** Reads up to so many bytes, and no further. */
async function beginning(body: Readable, most: number): Promise<Buffer> {
	const chunks: Buffer[] = [];
	let size = 0;
	for await (const chunk of body as AsyncIterable<Buffer>) {
		chunks.push(chunk.subarray(0, most - size));
		size += chunk.length;
		if (size >= most) break;
	}
	return Buffer.concat(chunks);
}
