import { headerNameIn } from '../transport/requestHeaders';
import type { RequestHeaders } from '../transport/HttpRequest';
import { InvalidParameter } from '../parameters/InvalidParameter';
import { isOn } from '../parameters/fields';
import type { ItemParameters } from '../parameters/ItemParameters';
import { toPairs, toRecord } from '../parameters/keyValuePairs';
import { parseJsonObject } from '../parameters/parseJson';
import { isToken } from '../common/token';
import { toText } from '../common/toText';

/** RFC 9110 section 5.5, `field-value`: no line breaks, no other control characters. */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** RFC 9110 section 7.2: `uri-host [ ":" port ]`, as RFC 3986 defines them. */
const HOST = /^(\[[0-9a-f:.]+\]|([a-z0-9\-._~!$&'()*+,;=]|%[0-9a-f]{2})+)(:\d*)?$/i;

/**
 * Headers about the connection or the length of the message (RFC 9110 section 7.6.1). On pooled
 * connections the transport sets them, and undici refuses most of them.
 */
const TRANSPORT_HEADERS = new Set([
	'connection',
	'content-length',
	'expect',
	'keep-alive',
	'proxy-connection',
	'transfer-encoding',
	'upgrade',
]);

/** How errors name the headers that a credential sets. */
export const CREDENTIAL_HEADERS = 'Headers of the credential';

/** Reads the headers of the item. */
export function readHeaders(parameters: ItemParameters, typeVersion: number): RequestHeaders {
	const headers = noHeaders();
	if (parameters.get('sendHeaders') !== true) return headers;
	const given =
		parameters.get('specifyHeaders') === 'json'
			? parseJsonObject(parameters.get('jsonHeaders'), 'JSON (Headers)')
			: toRecord(
					toPairs(parameters.get('headerParameters.parameters')).filter(({ name }) => name !== ''),
					typeVersion,
				);
	const lowerCase = isOn(parameters.get('options.lowercaseHeaders') ?? true);
	for (const [untrimmed, value] of Object.entries(given)) {
		const name = untrimmed.trim();
		const checked = checkHeader(name, value);
		if (checked !== undefined) {
			setHeader(headers, lowerCase ? name.toLowerCase() : name, checked);
		}
	}
	return headers;
}

/**
 * Checks and sets headers, in place of those of the same names.
 *
 * @param source the field or credential to name in an error
 * @param names collects the names of those that were set, in lower case
 * @throws {InvalidParameter}
 */
export function setHeaders(
	headers: RequestHeaders,
	added: Record<string, unknown>,
	source: string,
	names?: Set<string>,
): void {
	for (const [untrimmed, value] of Object.entries(added)) {
		const name = untrimmed.trim();
		const checked = checkHeader(name, value, source);
		if (checked === undefined) continue;
		setHeader(headers, name, checked);
		names?.add(name.toLowerCase());
	}
}

/**
 * Checks a header against what HTTP allows. Numbers and booleans become text. As in HTTP Request,
 * `null` and `false` leave the header out; so does a name that belongs to the transport.
 *
 * @param source the field or credential to name in the error
 * @throws {InvalidParameter} without the value, which may be a secret
 */
export function checkHeader(
	name: string,
	value: unknown,
	source = 'Headers',
): string | string[] | undefined {
	if (!isToken(name)) {
		throw new InvalidParameter(
			source,
			`contain a name that HTTP does not allow${shown(':', name, source)}`,
			'A header name consists of letters, digits and hyphens, without spaces or colons.',
		);
	}
	if (TRANSPORT_HEADERS.has(name.toLowerCase())) return undefined;
	if (value === undefined || value === null || value === false) return undefined;
	if (name.toLowerCase() === 'host') return checkHost(value, source);
	if (!Array.isArray(value)) return checkValue(name, value, source);
	const values = value.map((entry) => checkValue(name, entry, source));
	// RFC 6265 section 5.4: a client sends no more than one Cookie header.
	return name.toLowerCase() === 'cookie' ? values.join('; ') : values;
}

/**
 * RFC 9112 section 3.2: a server must refuse a request that names two hosts, or none that is valid.
 *
 * @returns `undefined` for an empty one: the URL's host is sent
 */
function checkHost(value: unknown, source: string): string | undefined {
	if (Array.isArray(value)) {
		throw new InvalidParameter(source, 'contain a list of hosts', 'Host can have one value only.');
	}
	const host = checkValue('Host', value, source);
	if (host === '') return undefined;
	if (HOST.test(host)) return host;
	throw new InvalidParameter(
		source,
		'contain a Host that is not the name of a host',
		'Host is a name or an address, with a port if needed, for example api.example.com or 192.0.2.1:8080. Leave out https:// and the path.',
	);
}

/** Without a prototype, so that a header may have any name. */
function noHeaders(): RequestHeaders {
	// Unlike that of Object.create(null), V8 keeps this one fast to read and to copy.
	return { __proto__: null } as unknown as RequestHeaders;
}

/**
 * Sets a header in place of one whose name differs only in upper and lower case. As in HTTP Request,
 * the name stays as it was first written: the item knows how its server wants it.
 */
export function setHeader(headers: RequestHeaders, name: string, value: string | string[]): void {
	headers[headerNameIn(headers, name) ?? name] = value;
}

/** The text of a request header, whatever the upper and lower case of its name. */
export function headerText(headers: Record<string, unknown>, name: string): string | undefined {
	const found = headerNameIn(headers, name);
	return found === undefined ? undefined : toText(headers[found]);
}

/** Sets a header unless there is one. */
export function setDefaultHeader(
	headers: RequestHeaders,
	name: string,
	value: string | string[],
): void {
	if (headerNameIn(headers, name) === undefined) headers[name] = value;
}

/**
 * Adds headers that are not there yet.
 *
 * @param headers changed, or not used at all
 * @param defaults names in lower case
 */
export function withDefaultHeaders(
	headers: RequestHeaders,
	defaults: Readonly<RequestHeaders>,
): RequestHeaders {
	// Most requests have no headers of their own, and a copy is quickest.
	if (Object.keys(headers).length === 0) {
		return { __proto__: null, ...defaults } as unknown as RequestHeaders;
	}
	for (const name in defaults) setDefaultHeader(headers, name, defaults[name] ?? '');
	return headers;
}

function checkValue(name: string, value: unknown, source: string): string {
	const trimmed = toText(value).trim();
	if (!HEADER_VALUE.test(trimmed)) {
		const problem = /[\r\n]/.test(trimmed) ? 'a line break' : 'a character';
		throw new InvalidParameter(
			source,
			`contain a value${shown(' for', name, source)} with ${problem} that HTTP does not allow`,
			'Encode other characters first, for example with encodeURIComponent.',
		);
	}
	return trimmed;
}

/** The two fields of a credential are easily swapped, and then the name is the secret. */
function shown(before: string, name: string, source: string): string {
	return source === CREDENTIAL_HEADERS ? '' : `${before} ${JSON.stringify(name)}`;
}
