import type { ICredentialDataDecryptedObject, IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { toText } from '../common/toText';
import { InvalidParameter } from '../parameters/InvalidParameter';
import { parseJsonObject } from '../parameters/parseJson';
import type { Authorizer } from '../transport/HttpRequest';
import { DigestAuthorizer } from './digest/DigestAuthorizer';
import { n8nOAuth2Client } from './oauth2/n8nOAuth2Client';
import { OAuth2Authorizer } from './oauth2/OAuth2Authorizer';
import { OAuth1Authorizer } from './OAuth1Authorizer';
import { objectAt, templatedCustom } from './templatedCustom';

/** What a credential adds to a request. */
export interface Authentication {
	readonly headers?: IDataObject | undefined;
	readonly query?: IDataObject | undefined;
	readonly body?: IDataObject | undefined;
	/** Authenticates each attempt anew, where what it adds depends on the URL or on a response. */
	readonly authorizer?: Authorizer;
	/** The URL that a request's own URL may be relative to. */
	readonly baseUrl?: string;
}

/** Turns the data of one type of credential into what it adds to a request. */
type Kind = (credential: ICredentialDataDecryptedObject) => Authentication;

/**
 * The kinds of authentication by the type of their credential, for one run. Items with the same
 * credential share an authorizer, so that nonces and tokens are fetched once.
 */
export function kindsOfRun(context: IExecuteFunctions): ReadonlyMap<string, Kind> {
	const digests = new Map<string, Authorizer>();
	let oAuth1: Authorizer | undefined;
	let oAuth2: Authorizer | undefined;
	return new Map<string, Kind>([
		['httpBasicAuth', basic],
		['httpBearerAuth', bearer],
		['httpHeaderAuth', header],
		['httpQueryAuth', query],
		['httpCustomAuth', custom],
		['httpTemplatedCustomAuth', templatedCustom],
		['concurrentHttpApi', concurrentHttpApi],
		[
			'httpDigestAuth',
			// The login may hold expressions, and differ from item to item.
			(credential) => {
				const [user, password] = [toText(credential.user), toText(credential.password)];
				const key = JSON.stringify([user, password]);
				const authorizer = digests.get(key) ?? new DigestAuthorizer(user, password);
				digests.set(key, authorizer);
				return { authorizer };
			},
		],
		// As in HTTP Request, one login serves all items with these two.
		['oAuth1Api', (credential) => ({ authorizer: (oAuth1 ??= new OAuth1Authorizer(credential)) })],
		[
			'oAuth2Api',
			() => ({ authorizer: (oAuth2 ??= new OAuth2Authorizer(n8nOAuth2Client(context))) }),
		],
	]);
}

/** The value of the Authorization header for a login (RFC 7617), in UTF-8. */
export function basicAuthorization(user: string, password: string): string {
	return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

const basic: Kind = ({ user, password }) => ({
	headers: { Authorization: basicAuthorization(toText(user), toText(password)) },
});

/** RFC 6750 section 2.1. */
const bearer: Kind = ({ token }) => ({ headers: { Authorization: `Bearer ${toText(token)}` } });

const header: Kind = ({ name, value }) => ({ headers: { [toText(name)]: value } });

const query: Kind = ({ name, value }) => ({ query: { [toText(name)]: value } });

/** Headers, query parameters and body fields, given as one JSON object. */
const custom: Kind = ({ json }) => {
	const label = 'Custom Auth JSON';
	const parts = parseJsonObject(toText(json) === '' ? '{}' : json, label);
	return {
		headers: objectAt('headers', parts, label),
		query: objectAt('qs', parts, label),
		body: objectAt('body', parts, label),
	};
};

/**
 * The package's own credential: one API, by its base URL and one kind of authentication.
 *
 * @throws {InvalidParameter} when the credential is incomplete, without its secrets
 */
export function concurrentHttpApi(
	credential: ICredentialDataDecryptedObject,
): Authentication & { readonly baseUrl: string } {
	/** A space or line break around a pasted text is a common slip, and never part of a token. */
	const required = (name: string, label: string): string => {
		const text = toText(credential[name]).trim();
		if (text === '') throw new InvalidParameter(label, 'of the credential is empty');
		return text;
	};
	const add = (): Authentication => {
		switch (credential.authType) {
			case 'none':
				return {};
			case 'basic':
				return basic(credential);
			case 'bearer':
				return bearer({ token: required('token', 'Token') });
			case 'header':
				return header({
					name: required('headerName', 'Header Name'),
					value: required('headerValue', 'Header Value'),
				});
			case 'query':
				return query({
					name: required('queryName', 'Query Parameter Name'),
					value: required('queryValue', 'Query Parameter Value'),
				});
			case 'custom':
				return custom(credential);
			default:
				throw new InvalidParameter('Authentication', 'of the credential is of an unknown kind');
		}
	};
	return { ...add(), baseUrl: required('baseUrl', 'Base URL') };
}
