import type { Readable } from 'node:stream';
import type { BinaryHelperFunctions, IBinaryData } from 'n8n-workflow';

import type { ResponseHead } from '../transport/HttpResponse';
import { fileName } from './fileName';
import { inMemoryIfSmall } from '../output/inMemoryIfSmall';
import type { ResponseOptions } from '../parameters/responseOptions';

/** What of n8n's helpers files need. */
export type FileHelpers = Pick<BinaryHelperFunctions, 'prepareBinaryData'>;

/** Bytes. n8n looks at the content of what is in memory, and not at that of a stream. */
const LARGEST_LOOKED_AT = 1024 * 1024;

/**
 * Stores a body as n8n binary data, with name, type and origin as n8n's own nodes have them, while
 * it arrives. A body without a type has the one of its name's extension, else the one that its
 * bytes look like, else that of unknown bytes (RFC 9110 section 8.3).
 *
 * @throws n8n's error when it cannot be stored; what had been written is deleted by n8n
 */
export async function storeFile(
	{ headers, url }: ResponseHead,
	body: Readable | Buffer,
	options: ResponseOptions,
	helpers: FileHelpers,
): Promise<IBinaryData> {
	const named = String(headers['content-type'] ?? '').split(/[ ;]/)[0];
	const name = fileName(String(headers['content-disposition'] ?? ''), url);
	const isUnknown = named === '' && !/\.\w+$/.test(name ?? '');
	const content =
		isUnknown && !Buffer.isBuffer(body) ? await inMemoryIfSmall(body, LARGEST_LOOKED_AT) : body;
	const unknownType =
		isUnknown && !Buffer.isBuffer(content) ? 'application/octet-stream' : undefined;
	const data = await helpers.prepareBinaryData(content, name, named || unknownType);
	if (name !== undefined) data.directory = url.href;
	else if (data.fileExtension)
		data.fileName = `${options.outputPropertyName}.${data.fileExtension}`;
	return data;
}
