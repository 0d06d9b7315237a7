import { Readable } from 'node:stream';
import type { BinaryHelperFunctions, IBinaryData } from 'n8n-workflow';

import type { BodyReceiver, ReceivedBody } from '../transport/BodyReceiver';
import type { ResponseHead } from '../transport/HttpResponse';
import { fileName } from './fileName';
import { formatOf } from './detectFormat';
import { isSuccess } from './HttpStatusError';
import type { ResponseOptions } from './responseOptions';

/** What files need of n8n's helpers. */
export type FileHelpers = Pick<BinaryHelperFunctions, 'prepareBinaryData'>;

/** Bytes of an error response that is kept in memory: far more than any has that is no file. */
const MAX_ERROR = 1024 * 1024;

/** Bytes. n8n detects a type by the content of what is in memory, but not by that of a stream. */
const MAX_DETECTED = 1024 * 1024;

/**
 * Puts bodies that are files into n8n's binary store while they arrive.
 *
 * A response with an error status is no file, unless it counts as a result. It may be requested again,
 * and a node cannot take back what it has stored. So it is stored only once it is the last one. One that
 * is larger than errors are is stored while it arrives; what is left of it goes with the execution.
 */
export class FileReceiver implements BodyReceiver<IBinaryData> {
	/** In this mode n8n puts files into the items themselves. */
	readonly keepsInMemory = process.env.N8N_DEFAULT_BINARY_DATA_MODE === 'default';
	private readonly options: ResponseOptions;
	private readonly helpers: FileHelpers;
	private readonly keepsErrors: boolean;

	/** @param isPage whether a response is one of several, whose last one may have any status */
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
			if (!this.keepsErrors) return { body: await beginningOf(body, MAX_ERROR) };
			content = await inMemoryIfSmall(body, MAX_ERROR);
			if (Buffer.isBuffer(content)) return { body: content };
		}
		const stored = await storeFile(head, content, this.options, this.helpers);
		return { body: Buffer.alloc(0), stored };
	}
}

/**
 * Stores a body as n8n binary data, with name, type and origin as n8n's own nodes set them. A body
 * without a type has that of its name's extension, else the one that its bytes look like, else that of
 * unknown bytes (RFC 9110 section 8.3).
 *
 * @throws n8n's error if it cannot be stored; n8n deletes what has been written
 */
export async function storeFile(
	{ headers, url }: ResponseHead,
	body: Readable | Buffer,
	options: ResponseOptions,
	helpers: FileHelpers,
): Promise<IBinaryData> {
	let [type] = String(headers['content-type'] ?? '').split(/[ ;]/);
	const name = fileName(String(headers['content-disposition'] ?? ''), url);
	let content = body;
	if (!type && !/\.\w+$/.test(name ?? '') && !Buffer.isBuffer(body)) {
		content = await inMemoryIfSmall(body, MAX_DETECTED);
		if (!Buffer.isBuffer(content)) type = 'application/octet-stream';
	}
	const data = await helpers.prepareBinaryData(content, name, type || undefined);
	if (name !== undefined) data.directory = url.href;
	else if (data.fileExtension) {
		data.fileName = `${options.outputPropertyName}.${data.fileExtension}`;
	}
	return data;
}

/** @returns the whole body if it has at most so many bytes, else a stream of it from its beginning */
async function inMemoryIfSmall(body: Readable, most: number): Promise<Buffer | Readable> {
	const chunks: Buffer[] = [];
	let size = 0;
	const rest = (body as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
	while (size <= most) {
		const next = await rest.next();
		if (next.done) return Buffer.concat(chunks);
		chunks.push(next.value);
		size += next.value.length;
	}
	const whole = async function* () {
		yield* chunks;
		yield* { [Symbol.asyncIterator]: () => rest };
	};
	return Readable.from(whole(), { objectMode: false });
}

/** Reads at most so many bytes. */
async function beginningOf(body: Readable, most: number): Promise<Buffer> {
	const chunks: Buffer[] = [];
	let size = 0;
	for await (const chunk of body as AsyncIterable<Buffer>) {
		chunks.push(chunk.subarray(0, most - size));
		size += chunk.length;
		if (size >= most) break;
	}
	return Buffer.concat(chunks);
}
