import type { IBinaryKeyData, IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { HttpResponse } from '../transport/HttpResponse';
import { decodeText, type TextHelpers } from './decodeText';
import { detectFormat } from './detectFormat';
import { type FileHelpers, toBinaryData } from './file';
import { parseJsonBody } from './json';
import type { ResponseOptions } from './ResponseOptions';

/** What an answer belongs to. */
export interface ResponseSource {
	readonly itemIndex: number;
	/** The input item: it keeps its fields and binaries where the answer is a file. */
	readonly item: INodeExecutionData;
}

/**
 * Turns an answer into the item's output: JSON lists become one item for each entry, a text one
 * item with a field, a file an item with a binary. Each is paired with the input item.
 *
 * @throws {UnreadableResponse}
 */
export async function toItems(
	response: HttpResponse,
	options: ResponseOptions,
	source: ResponseSource,
	helpers: TextHelpers & FileHelpers,
): Promise<INodeExecutionData[]> {
	const pairedItem = { item: source.itemIndex };
	const { headers, statusCode, statusMessage } = response;
	const contentType = String(headers['content-type'] ?? '');
	const format = options.format === 'autodetect' ? detectFormat(contentType) : options.format;

	if (format === 'file') {
		const file = await toBinaryData(response, options, helpers);
		const binary: IBinaryKeyData = { ...source.item.binary, [options.outputPropertyName]: file };
		const json = options.fullResponse ? { headers, statusCode, statusMessage } : source.item.json;
		return [{ json, binary, pairedItem }];
	}

	const text = await decodeText(response, contentType, helpers);
	if (format === 'text') {
		// HTTP Request leaves the field out where the body is empty.
		const body = { [options.outputPropertyName]: text === '' ? undefined : text };
		const json = options.fullResponse ? { ...body, headers, statusCode, statusMessage } : body;
		return [{ json, pairedItem }];
	}

	const body = parseJsonBody(text, options);
	if (options.fullResponse) {
		return [{ json: { body, headers, statusCode, statusMessage } as IDataObject, pairedItem }];
	}
	const entries = Array.isArray(body) ? body : [body];
	return entries.map((entry) => ({ json: toItemJson(entry), pairedItem }));
}

/** An item's json is an object; a bare number, text or list needs a field to stand in. */
function toItemJson(value: unknown): IDataObject {
	if (value === null || value === undefined) return {};
	return typeof value === 'object' && !Array.isArray(value)
		? (value as IDataObject)
		: { data: value };
}
