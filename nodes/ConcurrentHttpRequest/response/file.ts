import type { BinaryHelperFunctions, IBinaryData } from 'n8n-workflow';

import type { HttpResponse } from '../transport/HttpResponse';
import { fileName } from './fileName';
import type { ResponseOptions } from './ResponseOptions';

/** What of n8n's helpers files need. */
export type FileHelpers = Pick<BinaryHelperFunctions, 'prepareBinaryData'>;

/**
 * Stores a body as n8n binary data, with name, type and origin as n8n's own nodes have them. A
 * body without a type has the one of its name's extension, else the one that its bytes look like.
 */
export async function toBinaryData(
	{ body, headers, url }: HttpResponse,
	options: ResponseOptions,
	helpers: FileHelpers,
): Promise<IBinaryData> {
	const [mimeType] = String(headers['content-type'] ?? '').split(/[ ;]/);
	const name = fileName(String(headers['content-disposition'] ?? ''), url);
	const data = await helpers.prepareBinaryData(body, name, mimeType === '' ? undefined : mimeType);
	if (name !== undefined) data.directory = url.href;
	else if (data.fileExtension)
		data.fileName = `${options.outputPropertyName}.${data.fileExtension}`;
	return data;
}
