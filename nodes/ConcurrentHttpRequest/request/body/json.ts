import merge from 'lodash/merge';
import set from 'lodash/set';

import { InvalidParameter } from '../InvalidParameter';
import type { ItemParameters } from '../ItemParameters';
import { toPairs } from '../keyValuePairs';
import { parseJson } from '../parseJson';
import type { BodyKind, RequestBody } from './RequestBody';

const FIELD = 'JSON Body';

/** A JSON body, given by fields or as text. */
export const json: BodyKind = ({ parameters, credentialFields, pageFields }) => {
	const given =
		parameters.get('specifyBody') === 'json'
			? parseJson(parameters.get('jsonBody'), FIELD)
			: fromFields(parameters);
	const value = withCredentialFields(given, credentialFields);
	// n8n's pagination merges in this way, so that a field of a nested object can be set.
	if (pageFields === undefined) return toJsonBody(value);
	return toJsonBody(merge({}, { body: value }, { body: pageFields }).body);
};

/** A body of which the item itself says nothing. */
export function jsonOf(fields: Record<string, unknown>): RequestBody | undefined {
	return toJsonBody(fields);
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

function toJsonBody(value: unknown): RequestBody | undefined {
	if (value === undefined || value === null) return undefined;
	return {
		content: JSON.stringify(value),
		contentType: 'application/json',
		contentTypeIsFixed: false,
	};
}
