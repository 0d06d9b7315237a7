import type { IBinaryData, INodeExecutionData } from 'n8n-workflow';

import type { HttpResponse } from '../transport/HttpResponse';
import type { TextHelpers } from '../response/decodeText';
import type { FileHelpers } from '../response/FileReceiver';
import { readContent } from '../response/readContent';
import type { ResponseOptions } from '../response/responseOptions';
import { type Arrangement, arrange, type ResponseSource } from './arrange';

/**
 * Turns a response into the item's output: a JSON list becomes one item for each entry, text an item
 * with a field, a file an item with a binary. Each is paired with the input item.
 *
 * @throws {UnreadableResponse}
 * @throws {InvalidParameter} where an input item is to keep a file whose name the response's file has
 */
export async function toItems(
	response: HttpResponse<IBinaryData>,
	options: ResponseOptions,
	source: ResponseSource,
	helpers: TextHelpers & FileHelpers,
	arrangement: Arrangement,
): Promise<INodeExecutionData[]> {
	const content = await readContent(response, options, helpers);
	const wanted = options.optimize ? await options.optimize(content) : content;
	return arrange(wanted, response, options, source, arrangement);
}
