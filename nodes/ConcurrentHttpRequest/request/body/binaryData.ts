import { toBody } from '../ItemFiles';
import type { BodyKind } from './RequestBody';
import { assertNoFields } from './withoutFields';

/** A binary of the item as the whole body, with its own type. */
export const binaryData: BodyKind = (source) => {
	assertNoFields(source, 'n8n Binary File');
	const file = source.files.get(source.parameters.get('inputDataFieldName') ?? '');
	return {
		content: toBody(file),
		contentType: file.mimeType ?? 'application/octet-stream',
		contentTypeIsFixed: false,
	};
};
