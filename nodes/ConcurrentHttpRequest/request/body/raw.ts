import { InvalidParameter } from '../InvalidParameter';
import { toText } from '../toText';
import type { BodyKind } from './RequestBody';

/** Any text with any Content-Type. */
export const raw: BodyKind = (parameters, credentialFields) => {
	if (credentialFields !== undefined) {
		throw new InvalidParameter(
			'Body Content Type',
			'cannot be Raw, because the credential adds fields to the body',
			'Use JSON or Form URL Encoded with this credential.',
		);
	}
	const content = toText(parameters.get('body'));
	return {
		content,
		contentType: toText(parameters.get('rawContentType')),
		contentTypeIsFixed: true,
	};
};
