import type { IDataObject } from 'n8n-workflow';

import { jsonOrText } from '../common/jsonOrText';
import { toText } from '../common/toText';
import type { ItemParameters } from '../parameters/ItemParameters';
import { readQuery } from '../request/query';
import { parseUrl } from '../request/url';
import type { ResponseContent } from '../response/ResponseContent';
import type { ResponseFormat } from '../response/responseOptions';
import { MAX_SHOWN, Redactor } from '../secrets/Redactor';
import type { HttpRequest } from '../transport/HttpRequest';

/** Headers that hold secrets, whoever wrote them. */
const SECRET_HEADERS = /^(authorization|x-api-key|x-auth-token|cookie|proxy-authorization)$/i;

/** What an item's request is made of. */
interface RequestSource {
	readonly parameters: ItemParameters;
	/** Of the credential, for a URL that is only a path. */
	readonly baseUrl: string | undefined;
	readonly typeVersion: number;
}

/**
 * What expressions of pagination see as `$request`: the item's request as the panel shows it, with
 * HTTP Request's names for its parts, without secrets. Its URL is absolute, so that Next URL
 * can be built on it.
 */
export function requestForExpressions(
	request: HttpRequest,
	{ parameters, baseUrl, typeVersion }: RequestSource,
): IDataObject {
	const { method, headers, body, timeout, credential, secrets } = request;
	const visible = Object.entries(headers).map(([name, value]) => {
		const isSecret = SECRET_HEADERS.test(name) || credential.headerNames.has(name.toLowerCase());
		return [name, isSecret ? '**hidden**' : value] as const;
	});
	const url = toText(parameters.get('url')).trim();
	const isForm = parameters.get('contentType') === 'form-urlencoded';
	const view = {
		method,
		uri: baseUrl === undefined ? url : parseUrl(url, baseUrl).url.href,
		headers: Object.fromEntries(visible),
		...(parameters.get('sendQuery') === true && { qs: readQuery(parameters, typeVersion) }),
		...(typeof body === 'string' && (isForm ? { form: formOf(body) } : { body: jsonOrText(body) })),
		timeout,
	};
	const everything = { ...MAX_SHOWN, characters: Infinity, values: Infinity };
	return new Redactor(secrets).within(view, everything).value as IDataObject;
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
