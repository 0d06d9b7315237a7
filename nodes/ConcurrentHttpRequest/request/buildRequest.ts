import merge from 'lodash/merge';

import type { ItemAuthentication } from '../authentication';
import { ACCEPT_ENCODING } from '../transport/decompress';
import { basicAuthorization } from '../authentication/credentialKinds';
import { readBody } from './body';
import type { BodySource } from './body/RequestBody';
import {
	checkHeader,
	CREDENTIAL_HEADERS,
	headerText,
	readHeaders,
	setDefaultHeader,
	setHeader,
	setHeaders,
	withDefaultHeaders,
} from './headers';
import type { HttpRequest, RequestHeaders } from '../transport/HttpRequest';
import { InvalidParameter } from '../parameters/InvalidParameter';
import type { ItemParameters } from '../parameters/ItemParameters';
import { appendQuery, readQuery } from './query';
import { secretsIn } from '../secrets/secrets';
import { readRequestSettings } from '../parameters/requestSettings';
import { isToken } from '../common/token';
import { toText } from '../common/toText';
import { parseUrl } from './url';
import { defaultUserAgent } from './userAgent';

/** What pagination sets in the request for one page. */
export interface PageChanges {
	/** In place of the item's URL; `undefined` keeps that. */
	readonly url: string | undefined;
	readonly query: Record<string, unknown>;
	readonly headers: Record<string, unknown>;
	readonly body: Record<string, unknown>;
}

/** The environment does not change while n8n runs, and is slow to read. */
const USER_AGENT = defaultUserAgent();

/** HTTP Request's, by the response format; `any` for a format without its own. */
const DEFAULT_HEADERS: { any: RequestHeaders; [format: string]: RequestHeaders } = {
	json: defaultHeaders('application/json,text/*;q=0.99'),
	text: defaultHeaders(
		'application/json,text/html,application/xhtml+xml,application/xml,text/*;q=0.9, */*;q=0.1',
	),
	any: defaultHeaders(
		'application/json,text/html,application/xhtml+xml,application/xml,text/*;q=0.9, image/*;q=0.8, */*;q=0.7',
	),
};

function defaultHeaders(accept: string): RequestHeaders {
	return { accept, 'user-agent': USER_AGENT, 'accept-encoding': ACCEPT_ENCODING };
}

/** Shared by requests whose credential sets no headers. */
const NO_NAMES: ReadonlySet<string> = new Set();

/**
 * Turns the parameters of one item into a request.
 *
 * @param typeVersion HTTP Request's versions 4.x differ in details
 * @param fileOf gets a binary of the item
 * @param page what pagination sets for one page
 * @throws {InvalidParameter} naming the field, before anything is sent
 */
export function buildRequest(
	parameters: ItemParameters,
	authentication: ItemAuthentication,
	typeVersion: number,
	fileOf: BodySource['fileOf'],
	page?: PageChanges,
): HttpRequest {
	const { url, origin, userInfo } = parseUrl(
		page?.url ?? parameters.get('url'),
		authentication.baseUrl,
	);
	const headers = readHeaders(parameters, typeVersion);
	const body = readBody({
		parameters,
		fileOf,
		typeVersion,
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
		const contentType =
			checkHeader('content-type', body.contentType, 'Content Type') ?? body.contentType;
		if (body.contentTypeIsFixed) setHeader(headers, 'content-type', contentType);
		else setDefaultHeader(headers, 'content-type', contentType);
	}
	const login = userInfo && basicAuthorization(userInfo.user, userInfo.password);
	if (login !== undefined) setHeader(headers, 'Authorization', login);
	let credentialNames = NO_NAMES;
	if (authentication.headers) {
		const names = new Set<string>();
		setHeaders(headers, authentication.headers, CREDENTIAL_HEADERS, names);
		credentialNames = names;
	}
	if (page?.headers) setHeaders(headers, page.headers, 'Headers of Pagination');
	// A list of its own: an authorizer adds to it.
	const secrets = [...authentication.secrets];
	if (userInfo) secrets.push(...secretsIn([userInfo.password, login]));

	return {
		...readRequestSettings(parameters),
		method: parameters.derive(methodOf),
		url,
		origin,
		headers: withDefaultHeaders(headers, parameters.derive(defaultHeadersFor)),
		body: body?.content,
		bodyParts: body?.parts,
		credential: {
			headerNames: credentialNames,
			inBody: hasFields(authentication.body),
			inQuery: hasFields(authentication.query),
			allowedDomains: authentication.allowedDomains,
		},
		secrets,
		clientCertificate: authentication.clientCertificate,
		authorizer: authentication.authorizer,
	};
}

function hasFields(object: object | undefined): boolean {
	return object !== undefined && Object.keys(object).length > 0;
}

/** A page's URL may have parameters of its own; they replace the item's. */
function queryOfPage(
	query: Record<string, unknown>,
	page: PageChanges,
	url: URL,
): Record<string, unknown> {
	const merged = merge({}, query, page.query);
	if (page.url === undefined) return merged;
	const inUrl = [...url.searchParams.keys()];
	// A list or an object is written as `name[0]`, `name[]` or `name[field]`.
	const isInUrl = (name: string) => inUrl.some((key) => key === name || key.startsWith(`${name}[`));
	return Object.fromEntries(Object.entries(merged).filter(([name]) => !isInUrl(name)));
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
	// It requests a tunnel, not a response (RFC 9110 section 9.3.6).
	if (method === 'CONNECT') throw new InvalidParameter('Method', 'cannot be CONNECT');
	return method;
}
