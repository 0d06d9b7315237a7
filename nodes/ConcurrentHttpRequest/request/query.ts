import { stringify } from 'qs';

import type { ItemParameters } from '../parameters/ItemParameters';
import { toPairs, toRecord } from '../parameters/keyValuePairs';
import { parseJsonObject } from '../parameters/parseJson';

type ArrayFormat = 'brackets' | 'indices' | 'repeat';

/** Reads the query parameters of the item, with lists as they are. */
export function readQuery(
	parameters: ItemParameters,
	typeVersion: number,
): Record<string, unknown> {
	if (parameters.get('sendQuery') !== true) return {};
	return parameters.get('specifyQuery') === 'json'
		? parseJsonObject(parameters.get('jsonQuery'), 'JSON (Query Parameters)')
		: toRecord(toPairs(parameters.get('queryParameters.parameters')), typeVersion);
}

/**
 * Appends parameters to those that the URL already has.
 *
 * @param url changed in place
 */
export function appendQuery(
	url: URL,
	query: Record<string, unknown>,
	parameters: ItemParameters,
): void {
	if (Object.keys(query).length === 0) return;
	const arrayFormat = (parameters.get('options.queryParameterArrays') ?? 'indices') as ArrayFormat;
	const added = stringify(query, { arrayFormat });
	if (added !== '') url.search = url.search === '' ? added : `${url.search}&${added}`;
}
