import merge from 'lodash/merge';
import set from 'lodash/set';
import { stringify } from 'qs';

import { InvalidParameter } from '../../parameters/InvalidParameter';
import type { ItemParameters } from '../../parameters/ItemParameters';
import { toPairs } from '../../parameters/keyValuePairs';
import { parseJson } from '../../parameters/parseJson';
import { fieldsIn } from './formUrlencoded';
import { multipartBody, textParts } from './multipart';
import type { BodySource, RequestBody } from './RequestBody';

const FIELD = 'JSON Body';

const FORM = 'application/x-www-form-urlencoded';
/** How HTTP Request writes a form whose Content-Type has a parameter, such as a charset. */
const WITH_CHARSET = { arrayFormat: 'brackets', format: 'RFC1738', skipNulls: true } as const;

/**
 * A JSON body, given by fields or as text. As in HTTP Request, it is written as a form where the
 * item's own Content-Type is that of a form.
 */
export function json(source: BodySource): RequestBody | undefined {
	const { parameters, credentialFields, pageFields, ownContentType } = source;
	let value = withCredentialFields(given(parameters), credentialFields);
	// n8n's pagination merges in this way, so that a field of a nested object can be set.
	if (pageFields !== undefined) value = merge({}, { body: value }, { body: pageFields }).body;
	return asForm(value, ownContentType) ?? toJsonBody(value);
}

function given(parameters: ItemParameters): unknown {
	switch (parameters.get('specifyBody')) {
		case 'json':
			return readJson(parameters.get('jsonBody'));
		// What is left over where Form URL Encoded was chosen before.
		case 'string':
			return Object.fromEntries(fieldsIn(parameters.get('body')));
		default:
			return fromFields(parameters);
	}
}

function readJson(text: unknown): unknown {
	if (text !== undefined) return parseJson(text, FIELD);
	throw new InvalidParameter(
		FIELD,
		'is empty',
		'Check that its expression gives a value for every item. To send no body, let it give the text null.',
	);
}

/** An object as a form, where the Content-Type is that of a form. */
function asForm(value: unknown, contentType = ''): RequestBody | undefined {
	if (typeof value !== 'object' || value === null) return undefined;
	const type = contentType.toLowerCase();
	if (type.includes(FORM)) {
		const content = type === FORM ? stringify(value) : stringify(value, WITH_CHARSET);
		return { content, contentType: FORM, contentTypeIsFixed: false };
	}
	if (!type.includes('multipart/form-data')) return undefined;
	return multipartBody(Object.entries(value).flatMap(([name, each]) => textParts(name, each)));
}

/** A name like `user.address[0].city` builds nested values, as in HTTP Request 4.x. */
function fromFields(parameters: ItemParameters): Record<string, unknown> {
	const body: Record<string, unknown> = {};
	for (const { name, value } of toPairs(parameters.get('bodyParameters.parameters'))) {
		set(body, name, value);
	}
	return body;
}

function withCredentialFields(
	value: unknown,
	fields: Record<string, unknown> | undefined,
): unknown {
	if (fields === undefined) return value;
	if (typeof value !== 'object' || value === null || Array.isArray(value)) {
		throw new InvalidParameter(
			FIELD,
			'must be a JSON object, because the credential adds fields to it',
		);
	}
	return { ...value, ...fields };
}

export function toJsonBody(value: unknown): RequestBody | undefined {
	if (value === undefined || value === null) return undefined;
	return {
		content: JSON.stringify(value),
		contentType: 'application/json',
		contentTypeIsFixed: false,
	};
}
