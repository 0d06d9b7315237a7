import type { Readable } from 'node:stream';
import type { IBinaryData } from 'n8n-workflow';

import type { BodyReceiver, ReceivedBody } from '../transport/BodyReceiver';
import type { ResponseHead } from '../transport/HttpResponse';
import { type FileHelpers, storeFile } from './file';
import { formatOf } from './formatOf';
import { isSuccess } from './isSuccess';
import type { ResponseOptions } from './ResponseOptions';

/** Bytes of an answer that is an error: far more than any says, and no file. */
const LARGEST_ERROR = 1024 * 1024;

/**
 * Puts the bodies that are files into n8n's binary store while they arrive. An answer with an error
 * status is no file: it may be asked for again, and what is stored cannot be taken back. Where such
 * an answer counts as a result, it is stored once it is the last.
 */
export class FileReceiver implements BodyReceiver<IBinaryData> {
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
		return formatOf(head, this.options) === 'file' && (isSuccess(head) || !this.keepsErrors);
	}

	async receive(head: ResponseHead, body: Readable): Promise<ReceivedBody<IBinaryData>> {
		if (!isSuccess(head)) return { body: await beginning(body, LARGEST_ERROR) };
		const stored = await storeFile(head, body, this.options, this.helpers);
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
