import { InvalidParameter } from '../InvalidParameter';
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
	const value = parameters.get('body');
	if (value === undefined || value === '') return undefined;
	return {
		content: typeof value === 'object' ? JSON.stringify(value) : String(value),
		contentType: String(parameters.get('rawContentType') ?? ''),
		contentTypeIsFixed: true,
	};
};
