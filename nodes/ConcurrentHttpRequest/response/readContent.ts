import type { IBinaryData } from 'n8n-workflow';

import type { HttpResponse } from '../transport/HttpResponse';
import { decodeText, type TextHelpers } from './decodeText';
import { type FileHelpers, storeFile } from './FileReceiver';
import { formatOf } from './detectFormat';
import type { ResponseContent } from './ResponseContent';
import type { ResponseOptions } from './responseOptions';
import { UnreadableResponse } from './UnreadableResponse';

/**
 * Reads a body in the format that the user chose, or that its type stands for. A `FileReceiver` has
 * already stored a file, unless it has an error's status.
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
	const decoded = decodeText(response, String(response.headers['content-type'] ?? ''), helpers);
	// Awaiting a value that is there already costs a turn of the microtask queue.
	const text = typeof decoded === 'string' ? decoded : await decoded;
	return format === 'json'
		? { kind: 'json', value: parseJsonBody(text, options, response.url) }
		: { kind: 'text', text };
}

/**
 * Parses a JSON body. A blank one is an empty object, because many servers label empty responses as
 * JSON.
 *
 * @param url where the text came from
 * @throws {UnreadableResponse}
 */
export function parseJsonBody(text: string, options: ResponseOptions, url?: URL): unknown {
	if (text.trim() === '') return {};
	try {
		return JSON.parse(text) as unknown;
	} catch {
		// Only its label says that it is JSON; the user did not choose JSON.
		if (options.neverError && options.format === 'autodetect') return {};
		throw new UnreadableResponse(
			'The response is not valid JSON',
			'To get it as it is, set Options > Response > Response Format to Text.',
			url && { text, url },
		);
	}
}
