import type { BinaryHelperFunctions, IBinaryData } from 'n8n-workflow';

import type { ResponseOptions } from './ResponseOptions';

/** What of n8n's helpers files need. */
export type FileHelpers = Pick<BinaryHelperFunctions, 'prepareBinaryData'>;

/**
 * Stores a body as n8n binary data, under a name chosen as HTTP Request does: the last part of
 * the URL where that has the file's extension, else the field's name.
 *
 * @param url the URL that was asked for
 */
export async function toBinaryData(
	body: Buffer,
	contentType: string,
	options: ResponseOptions,
	url: URL,
	helpers: FileHelpers,
): Promise<IBinaryData> {
	const [mimeType] = contentType.split(/[ ;]/);
	// Without a type n8n looks at the file's first bytes.
	const data = await helpers.prepareBinaryData(
		body,
		undefined,
		mimeType === '' ? undefined : mimeType,
	);
	if (!data.fileName && data.fileExtension) {
		const lastPart = url.href.split('/').pop() ?? '';
		data.fileName = lastPart.endsWith(data.fileExtension)
			? lastPart
			: `${options.outputPropertyName}.${data.fileExtension}`;
	}
	return data;
}
