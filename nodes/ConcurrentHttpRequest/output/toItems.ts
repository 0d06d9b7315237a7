import type { IBinaryData, IBinaryKeyData, IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { HttpResponse } from '../transport/HttpResponse';
import type { TextHelpers } from '../response/decodeText';
import type { FileHelpers } from '../response/FileReceiver';
import { readContent } from '../response/readContent';
import type { ResponseContent } from '../response/ResponseContent';
import type { ResponseOptions } from '../response/responseOptions';
import { type Arrangement, arrange } from './arrange';
import type { ResponseSource } from './ResponseSource';
import { toFields } from './toFields';

/**
 * Turns a response into the item's output: a JSON list becomes one item for each entry, text an item
 * with a field, a file an item with a binary. Each is paired with the input item.
 *
 * @param arrangement `undefined` where the output is that of HTTP Request
 * @throws {UnreadableResponse}
 * @throws {InvalidParameter} where an input item is to keep a file whose name the response's file has
 */
export async function toItems(
	response: HttpResponse<IBinaryData>,
	options: ResponseOptions,
	source: ResponseSource,
	helpers: TextHelpers & FileHelpers,
	arrangement?: Arrangement,
): Promise<INodeExecutionData[]> {
	const content = await readContent(response, options, helpers);
	const wanted = options.optimize ? await options.optimize(content) : content;
	return contentToItems(wanted, response, options, source, arrangement);
}

/** The same for a body that has been read. */
export function contentToItems(
	content: ResponseContent,
	response: HttpResponse,
	options: ResponseOptions,
	source: ResponseSource,
	arrangement?: Arrangement,
): INodeExecutionData[] {
	if (arrangement) return arrange(content, response, options, source, arrangement);
	const { headers, statusCode, statusMessage } = response;
	const pairedItem = { item: source.itemIndex };
	const { outputPropertyName, fullResponse, optimize } = options;
	if (content.kind === 'file') {
		const binary: IBinaryKeyData = { ...source.item.binary, [outputPropertyName]: content.file };
		const json = fullResponse ? { headers, statusCode, statusMessage } : source.item.json;
		return [{ json, binary, pairedItem }];
	}
	if (content.kind === 'text') {
		// HTTP Request leaves the field out if the body is empty.
		const isLeftOut = content.text === '' && !optimize;
		const body = { [outputPropertyName]: isLeftOut ? undefined : content.text };
		const json = fullResponse ? { ...body, headers, statusCode, statusMessage } : body;
		return [{ json, pairedItem }];
	}
	const { value } = content;
	if (fullResponse) {
		return [
			{ json: { body: value, headers, statusCode, statusMessage } as IDataObject, pairedItem },
		];
	}
	const entries: unknown[] = Array.isArray(value) ? value : [value];
	return entries.map((entry) => ({ json: toFields(entry), pairedItem }));
}
