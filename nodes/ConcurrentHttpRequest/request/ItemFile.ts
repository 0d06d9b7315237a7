import type { Readable } from 'node:stream';
import { BINARY_ENCODING, type IBinaryData, type IExecuteFunctions } from 'n8n-workflow';

import type { RepeatableBody } from '../transport/RepeatableBody';

/** A binary of the input item. */
export interface ItemFile {
	readonly fileName: string | undefined;
	readonly mimeType: string | undefined;
	/** Held in the item itself, or in n8n's store, from where it is read while it is sent. */
	readonly content: Buffer | StoredFile;
}

/** A file in n8n's binary store, whichever that is: a folder, the database, or object storage. */
export interface StoredFile {
	/** Bytes; `undefined` where the store does not know. */
	size(): Promise<number | undefined>;
	/** From its beginning, each time. */
	read(): Promise<Readable>;
}

/**
 * @param field the name of a binary field, or n8n binary data that an expression gives
 * @throws n8n's error when the item has no such binary
 */
export function readFile(
	helpers: IExecuteFunctions['helpers'],
	itemIndex: number,
	field: unknown,
): ItemFile {
	const data = helpers.assertBinaryData(itemIndex, field as string | IBinaryData);
	const { id, fileName, mimeType } = data;
	const content = id
		? {
				size: async () => (await helpers.getBinaryMetadata(id)).fileSize,
				read: async () => await helpers.getBinaryStream(id),
			}
		: Buffer.from(data.data, BINARY_ENCODING);
	return { fileName, mimeType, content };
}

/** A file as a whole body. */
export function toBody({ content }: ItemFile): Buffer | RepeatableBody {
	if (Buffer.isBuffer(content)) return content;
	return {
		open: async () => ({ length: await content.size(), stream: await content.read() }),
	};
}
