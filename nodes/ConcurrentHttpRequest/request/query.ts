import { stringify } from 'qs';

import type { ItemParameters } from '../parameters/ItemParameters';
import { toPairs, toRecord } from '../parameters/keyValuePairs';
import { parseJsonObject } from '../parameters/parseJson';

type ArrayFormat = 'brackets' | 'indices' | 'repeat';

/** The query parameters that the item asks for, lists not yet written out. */
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
 * Adds parameters behind those that the URL already has.
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
