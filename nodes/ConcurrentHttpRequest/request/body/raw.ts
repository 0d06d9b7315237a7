import { toText } from '../../common/toText';
import type { BodyKind } from './RequestBody';
import { assertNoFields } from './withoutFields';

/** Any text with any Content-Type. */
export const raw: BodyKind = (source) => {
	assertNoFields(source, 'Raw');
	const { parameters } = source;
	return {
		content: toText(parameters.get('body')),
		contentType: toText(parameters.get('rawContentType')),
		contentTypeIsFixed: true,
	};
};
