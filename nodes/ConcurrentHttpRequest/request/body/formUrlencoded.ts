import { stringify } from 'qs';
import merge from 'lodash/merge';

import { toPairs, toRecord } from '../keyValuePairs';
import { toText } from '../toText';
import type { BodyKind, BodySource } from './RequestBody';

/** A form body (`application/x-www-form-urlencoded`), given by fields or as text. */
export const formUrlencoded: BodyKind = (source) => ({
	content:
		source.parameters.get('specifyBody') === 'string' ? fromText(source) : fromFields(source),
	contentType: 'application/x-www-form-urlencoded',
	contentTypeIsFixed: true,
});

function fromFields({ parameters, typeVersion, credentialFields, pageFields }: BodySource): string {
	const fields = toRecord(toPairs(parameters.get('bodyParameters.parameters')), typeVersion);
	const own = stringify(pageFields ? merge({}, fields, pageFields) : fields);
	return [own, stringify(credentialFields ?? {})].filter(Boolean).join('&');
}

/** The text is read and written anew, so that what was left unencoded is sent encoded. */
function fromText({ parameters, credentialFields, pageFields = {} }: BodySource): string {
	return [
		...[...new URLSearchParams(toText(parameters.get('body')))]
			.filter(([name]) => !Object.hasOwn(pageFields, name))
			.map(([name, value]) => stringify({ [name]: value })),
		stringify(pageFields),
		stringify(credentialFields ?? {}),
	]
		.filter(Boolean)
		.join('&');
}
