import type { IDataObject } from 'n8n-workflow';

import type { ItemAuthentication } from '../authentication';
import { jsonOrText } from '../common/jsonOrText';
import { toText } from '../common/toText';
import { isObject } from '../parameters/fields';
import type { ItemParameters } from '../parameters/ItemParameters';
import { readQuery } from '../request/query';
import { parseUrl } from '../request/url';
import type { ResponseContent } from '../response/ResponseContent';
import type { ResponseFormat } from '../response/responseOptions';
import { MAX_SHOWN, Redactor } from '../secrets/Redactor';
import type { HttpRequest } from '../transport/HttpRequest';

/** Headers that hold secrets, whoever wrote them. */
const SECRET_HEADERS = /^(authorization|x-api-key|x-auth-token|cookie|proxy-authorization)$/i;

const HIDDEN = '**hidden**';

/** The settings that an item's request is built from. */
interface RequestSource {
	readonly parameters: ItemParameters;
	readonly authentication: ItemAuthentication;
	readonly typeVersion: number;
}

/**
 * What expressions of pagination see as `$request`: the item's request as the panel shows it, with
 * HTTP Request's names for its parts, without secrets. Its URL is absolute, so that Next URL
 * can be built on it.
 *
 * Its values are sent on, so what a credential adds is hidden by its name. Within other texts, only what
 * is a secret for certain is hidden: a tenant of the credential may also stand in the URL.
 */
export function requestForExpressions(
	request: HttpRequest,
	{ parameters, authentication, typeVersion }: RequestSource,
): IDataObject {
	const { method, headers, body, timeout, credential, secrets } = request;
	const visible = Object.entries(headers).map(([name, value]) => {
		const isSecret = SECRET_HEADERS.test(name) || credential.headerNames.has(name.toLowerCase());
		return [name, isSecret ? HIDDEN : value] as const;
	});
	const { baseUrl } = authentication;
	const url = toText(parameters.get('url')).trim();
	const withoutCredential = (fields: unknown) =>
		isObject(fields) ? hideFields(fields, Object.keys(authentication.body ?? {})) : fields;
	const isForm = parameters.get('contentType') === 'form-urlencoded';
	const view = {
		method,
		uri: baseUrl === undefined ? url : parseUrl(url, baseUrl).url.href,
		headers: Object.fromEntries(visible),
		...(parameters.get('sendQuery') === true && { qs: readQuery(parameters, typeVersion) }),
		...(typeof body === 'string' &&
			(isForm
				? { form: withoutCredential(formOf(body)) }
				: { body: withoutCredential(jsonOrText(body)) })),
		timeout,
	};
	const everything = { ...MAX_SHOWN, characters: Infinity, values: Infinity };
	const certain = secrets.filter((secret) => !authentication.constants.has(secret));
	return new Redactor(certain).within(view, everything).value as IDataObject;
}

/** @param names of fields; in a form, `name[inner]` also belongs to one */
function hideFields(fields: object, names: readonly string[]): IDataObject {
	const isHidden = (field: string) =>
		names.some((name) => field === name || field.startsWith(`${name}[`));
	return Object.fromEntries(
		Object.entries(fields).map(([field, value]: [string, unknown]) => [
			field,
			isHidden(field) ? HIDDEN : value,
		]),
	) as IDataObject;
}

function formOf(body: string): Record<string, string> {
	return Object.fromEntries(new URLSearchParams(body));
}

/**
 * What expressions of pagination see as `$response.body`, by HTTP Request's rules: data if the
 * response is JSON, else its text. If the user chose Text, text that is JSON is data as well. Of a file,
 * they see only whether it is empty.
 */
export function bodyForExpressions(content: ResponseContent, format: ResponseFormat): unknown {
	if (content.kind === 'file') return content.file.bytes === 0 ? '' : {};
	if (content.kind === 'json') return content.value;
	return format === 'text' ? jsonOrText(content.text) : content.text;
}
