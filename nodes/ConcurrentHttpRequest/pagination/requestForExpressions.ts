import type { IDataObject } from 'n8n-workflow';

import { Redactor } from '../errors/Redactor';
import type { ItemParameters } from '../parameters/ItemParameters';
import { readQuery } from '../request/query';
import { toText } from '../common/toText';
import type { HttpRequest } from '../transport/HttpRequest';

/** Headers that hold secrets, whoever wrote them. */
const SECRET_HEADERS = /^(authorization|x-api-key|x-auth-token|cookie|proxy-authorization)$/i;

/**
 * What expressions of pagination see as `$request`: the item's request as the panel says it, by
 * HTTP Request's names for its parts, without secrets.
 */
export function requestForExpressions(
	request: HttpRequest,
	parameters: ItemParameters,
	typeVersion: number,
): IDataObject {
	const { method, headers, body, timeout, credential, secrets } = request;
	const visible = Object.entries(headers).map(([name, value]) => {
		const isSecret = SECRET_HEADERS.test(name) || credential.headerNames.has(name.toLowerCase());
		return [name, isSecret ? '**hidden**' : value] as const;
	});
	const isForm = parameters.get('contentType') === 'form-urlencoded';
	const view = {
		method,
		uri: toText(parameters.get('url')).trim(),
		headers: Object.fromEntries(visible),
		...(parameters.get('sendQuery') === true && { qs: readQuery(parameters, typeVersion) }),
		...(typeof body === 'string' && (isForm ? { form: formOf(body) } : { body: dataOf(body) })),
		timeout,
	};
	const everything = { characters: Infinity, values: Infinity };
	return new Redactor(secrets).within(view, everything).value as IDataObject;
}

function formOf(body: string): Record<string, string> {
	return Object.fromEntries(new URLSearchParams(body));
}

function dataOf(body: string): unknown {
	try {
		return JSON.parse(body) as unknown;
	} catch {
		return body;
	}
}
