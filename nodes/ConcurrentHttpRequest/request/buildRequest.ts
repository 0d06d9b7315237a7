import merge from 'lodash/merge';

import type { ItemAuthentication } from '../authentication';
import { ACCEPT_ENCODING } from '../transport/decompress';
import { basicAuthorization } from '../authentication/kinds';
import { readBody } from './body';
import {
	checkHeader,
	CREDENTIAL_HEADERS,
	headerText,
	readHeaders,
	setDefaultHeader,
	setHeader,
	withDefaultHeaders,
} from './headers';
import type { HttpRequest, RequestHeaders } from '../transport/HttpRequest';
import { InvalidParameter } from '../parameters/InvalidParameter';
import type { ItemFiles } from './ItemFiles';
import type { ItemParameters } from '../parameters/ItemParameters';
import type { PageChanges } from './PageChanges';
import { appendQuery, readQuery } from './query';
import { secretsIn } from '../common/secrets';
import { readRequestSettings } from '../parameters/requestSettings';
import { isToken } from '../common/token';
import { toText } from '../common/toText';
import { parseUrl } from './url';
import { defaultUserAgent } from './userAgent';

/** What the response format makes the item ask for, as HTTP Request does. */
const ACCEPT = {
	json: 'application/json,text/*;q=0.99',
	text: 'application/json,text/html,application/xhtml+xml,application/xml,text/*;q=0.9, */*;q=0.1',
	any: 'application/json,text/html,application/xhtml+xml,application/xml,text/*;q=0.9, image/*;q=0.8, */*;q=0.7',
};

/** The environment is the same for as long as n8n runs, and slow to read. */
const USER_AGENT = defaultUserAgent();

/** By the response format; `any` for what has none of its own. */
const DEFAULT_HEADERS: { any: RequestHeaders; [format: string]: RequestHeaders } = {
	json: defaultHeaders(ACCEPT.json),
	text: defaultHeaders(ACCEPT.text),
	any: defaultHeaders(ACCEPT.any),
};

/** Of requests whose credential sets no header. */
const NO_NAMES: ReadonlySet<string> = new Set();

function defaultHeaders(accept: string): RequestHeaders {
	return { accept, 'user-agent': USER_AGENT, 'accept-encoding': ACCEPT_ENCODING };
}

/**
 * Turns the parameters of one item into a request.
 *
 * @param typeVersion HTTP Request's versions 4.x differ in details
 * @param files the item's binaries
 * @param page what pagination sets for one page
 * @throws {InvalidParameter} naming the field, before anything is sent
 */
export function buildRequest(
	parameters: ItemParameters,
	authentication: ItemAuthentication,
	typeVersion: number,
	files: ItemFiles,
	page?: PageChanges,
): HttpRequest {
	const { url, origin, userInfo } = parseUrl(
		page?.url ?? parameters.get('url'),
		authentication.baseUrl,
	);
	const headers = readHeaders(parameters, typeVersion);
	const body = readBody({
		...{ parameters, files, typeVersion },
		ownContentType:
			headerText(authentication.headers ?? {}, 'content-type') ??
			headerText(headers, 'content-type'),
		credentialFields: authentication.body,
		pageFields: page?.body,
	});
	const own = readQuery(parameters, typeVersion);
	const query = authentication.query ? { ...own, ...authentication.query } : own;
	appendQuery(url, page ? queryOfPage(query, page, url) : query, parameters);

	if (body && body.contentType !== '') {
		const contentType = String(
			checkHeader('content-type', body.contentType, 'Content Type') ?? body.contentType,
		);
		if (body.contentTypeIsFixed) setHeader(headers, 'content-type', contentType);
		else setDefaultHeader(headers, 'content-type', contentType);
	}
	const login = userInfo && basicAuthorization(userInfo.user, userInfo.password);
	if (login !== undefined) setHeader(headers, 'Authorization', login);
	const credentialHeaders = authentication.headers
		? setCredentialHeaders(headers, authentication.headers)
		: NO_NAMES;
	// A list of its own: an authorizer adds to it.
	const secrets = [...authentication.secrets];
	if (userInfo) secrets.push(...secretsIn([userInfo.password, login]));
	if (page?.headers) setPageHeaders(headers, page.headers);

	return {
		...readRequestSettings(parameters),
		method: parameters.derive(methodOf),
		url,
		origin,
		headers: withDefaultHeaders(headers, parameters.derive(defaultHeadersFor)),
		body: body?.content,
		credential: {
			headerNames: credentialHeaders,
			inBody: authentication.body !== undefined && Object.keys(authentication.body).length > 0,
			allowedDomains: authentication.allowedDomains,
		},
		secrets,
		clientCertificate: authentication.clientCertificate,
		authorizer: authentication.authorizer,
	};
}

/** The URL of a page has its own parameters; what it has takes the place of the item's. */
function queryOfPage(
	query: Record<string, unknown>,
	page: PageChanges,
	url: URL,
): Record<string, unknown> {
	const merged = merge({}, query, page.query);
	if (page.url === undefined) return merged;
	return Object.fromEntries(Object.entries(merged).filter(([name]) => !url.searchParams.has(name)));
}

/** @returns the names of the headers that were set, in lower case */
function setCredentialHeaders(
	headers: RequestHeaders,
	added: Record<string, unknown>,
): ReadonlySet<string> {
	const names = new Set<string>();
	for (const [given, value] of Object.entries(added)) {
		const name = given.trim();
		const checked = checkHeader(name, value, CREDENTIAL_HEADERS);
		if (checked === undefined) continue;
		setHeader(headers, name, checked);
		names.add(name.toLowerCase());
	}
	return names;
}

function setPageHeaders(headers: RequestHeaders, added: Record<string, unknown>): void {
	for (const [given, value] of Object.entries(added)) {
		const name = given.trim();
		const checked = checkHeader(name, value, 'Headers of the option Pagination');
		if (checked !== undefined) setHeader(headers, name, checked);
	}
}

function defaultHeadersFor(parameters: ItemParameters): Readonly<RequestHeaders> {
	const format = toText(parameters.get('options.response.response.responseFormat'));
	return DEFAULT_HEADERS[format] ?? DEFAULT_HEADERS.any;
}

/** A token (RFC 9110 section 9.1), in capitals, as HTTP Request writes it. */
function methodOf(parameters: ItemParameters): string {
	const method = toText(parameters.get('method') ?? 'GET')
		.trim()
		.toUpperCase();
	if (!isToken(method)) {
		throw new InvalidParameter('Method', 'is not an HTTP method', 'For example GET or POST.');
	}
	// It asks for a tunnel, not for an answer (RFC 9110 section 9.3.6).
	if (method === 'CONNECT') throw new InvalidParameter('Method', 'cannot be CONNECT');
	return method;
}
