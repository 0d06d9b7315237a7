import type { IBinaryData } from 'n8n-workflow';

import type { HttpResponse } from '../transport/HttpResponse';
import { decodeText, type TextHelpers } from './decodeText';
import { type FileHelpers, storeFile } from './file';
import { formatOf } from './formatOf';
import { parseJsonBody } from './json';
import type { ResponseContent } from './ResponseContent';
import type { ResponseOptions } from '../parameters/responseOptions';

/**
 * Reads a body in the format that the user chose, or that the answer's type stands for. A file has
 * been stored already, by a `FileReceiver`, unless its status is an error's.
 *
 * @throws {UnreadableResponse}
 */
export async function readContent(
	response: HttpResponse<IBinaryData>,
	options: ResponseOptions,
	helpers: TextHelpers & FileHelpers,
): Promise<ResponseContent> {
	if (response.stored !== undefined) return { kind: 'file', file: response.stored };
	const format = formatOf(response, options);
	if (format === 'file') {
		return { kind: 'file', file: await storeFile(response, response.body, options, helpers) };
	}
	const contentType = String(response.headers['content-type'] ?? '');
	const decoded = decodeText(response, contentType, helpers);
	// To wait for what is there already costs a turn of the queue.
	const text = typeof decoded === 'string' ? decoded : await decoded;
	return format === 'json'
		? { kind: 'json', value: parseJsonBody(text, options) }
		: { kind: 'text', text };
}
