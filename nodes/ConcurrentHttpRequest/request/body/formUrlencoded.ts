import { stringify } from 'qs';

import type { ItemParameters } from '../ItemParameters';
import { toPairs, toRecord } from '../keyValuePairs';
import { toText } from '../toText';
import type { BodyKind } from './RequestBody';

/** A form body (`application/x-www-form-urlencoded`), given by fields or as text. */
export const formUrlencoded: BodyKind = (parameters, credentialFields, typeVersion) => {
	const fields =
		parameters.get('specifyBody') === 'string'
			? fromText(parameters)
			: stringify(toRecord(toPairs(parameters.get('bodyParameters.parameters')), typeVersion));
	const content = [fields, stringify(credentialFields ?? {})].filter(Boolean).join('&');
	return {
		content,
		contentType: 'application/x-www-form-urlencoded',
		contentTypeIsFixed: true,
	};
};

/** The text is read and written anew, so that what was left unencoded is sent encoded. */
function fromText(parameters: ItemParameters): string {
	return [...new URLSearchParams(toText(parameters.get('body')))]
		.map(([name, value]) => stringify({ [name]: value }))
		.join('&');
}
