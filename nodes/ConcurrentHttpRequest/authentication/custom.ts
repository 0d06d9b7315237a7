import type { IDataObject } from 'n8n-workflow';

import { InvalidParameter } from '../parameters/InvalidParameter';
import { parseJsonObject } from '../parameters/parseJson';
import { toText } from '../common/toText';
import type { AuthenticationKind } from './Authentication';

const FIELD = 'Custom Auth JSON';

/** Headers, query parameters and body fields, given as one JSON object. */
export const custom: AuthenticationKind = ({ json }) => {
	const parts = parseJsonObject(toText(json) === '' ? '{}' : json, FIELD);
	return {
		headers: part(parts, 'headers'),
		query: part(parts, 'qs'),
		body: part(parts, 'body'),
	};
};

function part(parts: Record<string, unknown>, name: string): IDataObject | undefined {
	const value = parts[name];
	if (value === undefined || value === null) return undefined;
	if (typeof value !== 'object' || Array.isArray(value)) {
		throw new InvalidParameter(FIELD, `must have an object under "${name}"`);
	}
	return value as IDataObject;
}
