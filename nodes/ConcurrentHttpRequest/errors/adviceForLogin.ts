import { keepsCredentials } from '../client/redirectedRequest';
import { secretsOfRequest } from '../secrets/secrets';
import type { HttpRequest } from '../transport/HttpRequest';
import type { ResponseHead } from '../transport/HttpResponse';

/** Schemes of WWW-Authenticate (RFC 9110 section 11.6.1), and the credentials that n8n has for them. */
const CREDENTIALS: ReadonlyArray<readonly [scheme: RegExp, credential: string]> = [
	[/\bbasic\b/i, 'Basic Auth'],
	[/\bdigest\b/i, 'Digest Auth'],
	[/\bbearer\b/i, 'Bearer Auth'],
];

/** What to do where the server wants a login, or another one (401). */
export function adviceForLogin(request: HttpRequest, response: ResponseHead): string {
	if (!hasCredential(request)) {
		// The secrets of the request may be those of a proxy.
		return secretsOfRequest({ ...request, secrets: [] }).length > 0
			? 'The server does not accept the key or password that this node sends in a header or in the query. Check its value, or choose a credential under Authentication.'
			: `No authentication is chosen. Choose one under Authentication${wantedBy(response)}.`;
	}
	if (!keepsCredentials(request, response.url)) {
		return `The server redirects to ${response.url.origin}, which does not get the credential. Enter the URL there, or, if you trust that server, switch on Options > Send Credentials on Redirect.`;
	}
	return 'The server does not accept the credential. Check it, for example whether it has expired, or choose another under Authentication.';
}

function hasCredential({ credential, authorizer, clientCertificate }: HttpRequest): boolean {
	const { headerNames, inBody, inQuery } = credential;
	const isAdded = headerNames.size > 0 || inBody || inQuery;
	return isAdded || authorizer !== undefined || clientCertificate?.cert !== undefined;
}

function wantedBy({ headers }: ResponseHead): string {
	const wanted = String(headers['www-authenticate'] ?? '');
	const credential = CREDENTIALS.find(([scheme]) => scheme.test(wanted))?.[1];
	return credential === undefined ? '' : `, for example Generic Credential Type > ${credential}`;
}
