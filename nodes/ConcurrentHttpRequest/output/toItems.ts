import type { IBinaryData, IBinaryKeyData, IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { HttpResponse, ResponseHead } from '../transport/HttpResponse';
import type { TextHelpers } from '../response/decodeText';
import type { FileHelpers } from '../response/file';
import { readContent } from '../response/readContent';
import type { ResponseContent } from '../response/ResponseContent';
import type { ResponseOptions } from '../parameters/responseOptions';

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
	response: HttpResponse<IBinaryData>,
	options: ResponseOptions,
	source: ResponseSource,
	helpers: TextHelpers & FileHelpers,
): Promise<INodeExecutionData[]> {
	const content = await readContent(response, options, helpers);
	const wanted = options.optimize ? await options.optimize(content) : content;
	return contentToItems(wanted, response, options, source);
}

/** The same, for a body that has been read. */
export function contentToItems(
	content: ResponseContent,
	{ headers, statusCode, statusMessage }: ResponseHead,
	options: ResponseOptions,
	source: ResponseSource,
): INodeExecutionData[] {
	const pairedItem = { item: source.itemIndex };
	const { outputPropertyName, fullResponse, optimize } = options;
	if (content.kind === 'file') {
		const binary: IBinaryKeyData = { ...source.item.binary, [outputPropertyName]: content.file };
		const json = fullResponse ? { headers, statusCode, statusMessage } : source.item.json;
		return [{ json, binary, pairedItem }];
	}
	if (content.kind === 'text') {
		// HTTP Request leaves the field out where the body is empty.
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
	return entries.map((entry) => ({ json: toItemJson(entry), pairedItem }));
}

/** An item's json is an object; a bare number, text or list needs a field to stand in. */
function toItemJson(value: unknown): IDataObject {
	if (value === null || value === undefined) return {};
	return typeof value === 'object' && !Array.isArray(value)
		? (value as IDataObject)
		: { data: value };
}
