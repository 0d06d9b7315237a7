import { stringify } from 'qs';
import isPlainObject from 'lodash/isPlainObject';
import merge from 'lodash/merge';

import { toPairs, toRecord } from '../../parameters/keyValuePairs';
import { toText } from '../../common/toText';
import type { BodySource, RequestBody } from './RequestBody';

/** A form body (`application/x-www-form-urlencoded`), given by fields or as text. */
export function formUrlencoded(source: BodySource): RequestBody {
	const isText = source.parameters.get('specifyBody') === 'string';
	return {
		content: isText ? fromText(source) : fromFields(source),
		contentType: 'application/x-www-form-urlencoded',
		contentTypeIsFixed: true,
	};
}

function fromFields({ parameters, typeVersion, credentialFields, pageFields }: BodySource): string {
	const fields = toRecord(toPairs(parameters.get('bodyParameters.parameters')), typeVersion);
	const own = stringify(pageFields ? merge({}, fields, pageFields) : fields);
	return [own, stringify(credentialFields ?? {})].filter(Boolean).join('&');
}

/** The text is parsed and written again, so that unencoded characters are sent encoded. */
function fromText({ parameters, credentialFields, pageFields = {} }: BodySource): string {
	return [
		...fieldsIn(parameters.get('body'))
			.filter(([name]) => !Object.hasOwn(pageFields, name))
			.map(([name, value]) => stringify({ [name]: value })),
		stringify(pageFields),
		stringify(credentialFields ?? {}),
	]
		.filter(Boolean)
		.join('&');
}

/** The fields of a form that is given as text, or of an object that an expression gives. */
export function fieldsIn(form: unknown): Array<[name: string, value: string]> {
	if (!isPlainObject(form)) return [...new URLSearchParams(toText(form))];
	return Object.entries(form as object).map(([name, value]) => [name, toText(value)]);
}
