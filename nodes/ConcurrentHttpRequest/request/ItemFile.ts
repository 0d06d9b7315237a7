import type { Readable } from 'node:stream';
import {
	BINARY_ENCODING,
	type IBinaryData,
	type IExecuteFunctions,
	type INodeExecutionData,
} from 'n8n-workflow';

import { InvalidParameter } from '../parameters/InvalidParameter';
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
 * @throws {InvalidParameter} when the item has no such binary
 */
export function readFile(
	helpers: IExecuteFunctions['helpers'],
	item: INodeExecutionData,
	itemIndex: number,
	field: unknown,
): ItemFile {
	const data = binaryOf(helpers, item, itemIndex, field);
	const { id, fileName, mimeType } = data;
	const content = id
		? {
				size: async () => (await helpers.getBinaryMetadata(id)).fileSize,
				read: async () => await helpers.getBinaryStream(id),
			}
		: Buffer.from(data.data, BINARY_ENCODING);
	return { fileName, mimeType, content };
}

function binaryOf(
	helpers: IExecuteFunctions['helpers'],
	item: INodeExecutionData,
	itemIndex: number,
	field: unknown,
): IBinaryData {
	try {
		return helpers.assertBinaryData(itemIndex, field as string | IBinaryData);
	} catch {
		const name = typeof field === 'string' ? `is "${field}"` : 'is neither a name nor a file';
		throw new InvalidParameter(
			'Input Data Field Name',
			`${name}, but the item has no file there`,
			whatThereIs(item),
		);
	}
}

/** With the binary mode `combined` n8n keeps files among the fields of the JSON. */
function whatThereIs({ binary, json }: INodeExecutionData): string {
	const names = Object.entries({ ...json, ...binary }).flatMap(([name, value]) => {
		if (!isFile(value)) return [];
		return value.fileName ? `"${name}" (${value.fileName})` : `"${name}"`;
	});
	if (names.length === 0) {
		return 'The item has no files. Check the output of the node before this one: some nodes, such as Edit Fields, can leave files out.';
	}
	const list = new Intl.ListFormat('en').format(names);
	return names.length === 1
		? `The item has a file in ${list}. Enter that name.`
		: `The item has files in ${list}. Enter one of these names.`;
}

function isFile(value: unknown): value is IBinaryData {
	if (typeof value !== 'object' || value === null) return false;
	return 'mimeType' in value && ('data' in value || 'id' in value);
}

/** A file as a whole body. */
export function toBody({ content }: ItemFile): Buffer | RepeatableBody {
	if (Buffer.isBuffer(content)) return content;
	return {
		open: async () => ({ length: await content.size(), stream: await content.read() }),
	};
}
