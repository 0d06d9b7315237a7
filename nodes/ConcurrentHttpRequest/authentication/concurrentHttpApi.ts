import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { InvalidParameter } from '../parameters/InvalidParameter';
import { toText } from '../common/toText';
import type { AuthenticationKind } from './Authentication';
import { basic } from './basic';
import { bearer } from './bearer';
import { custom } from './custom';
import { header } from './header';
import { query } from './query';

/** The kinds that the package's own credential offers, by its field "Authentication". */
const KINDS = new Map(
	Object.entries<AuthenticationKind>({
		none: () => ({}),
		basic,
		bearer: (credential) => bearer({ token: required(credential, 'token', 'Token') }),
		header: (credential) =>
			header({
				name: required(credential, 'headerName', 'Header Name'),
				value: required(credential, 'headerValue', 'Header Value'),
			}),
		query: (credential) =>
			query({
				name: required(credential, 'queryName', 'Query Parameter Name'),
				value: required(credential, 'queryValue', 'Query Parameter Value'),
			}),
		custom,
	}),
);

/**
 * The package's own credential: one API, by its base URL and one kind of authentication.
 *
 * @throws {InvalidParameter} when the credential is incomplete, without its secrets
 */
export const concurrentHttpApi: AuthenticationKind = (credential) => {
	const kind = KINDS.get(toText(credential.authType));
	if (!kind)
		throw new InvalidParameter('Authentication', 'of the credential is of an unknown kind');
	return { ...kind(credential), baseUrl: required(credential, 'baseUrl', 'Base URL') };
};

/** A space or line break around a pasted text is a common slip, and never part of a token. */
function required(credential: ICredentialDataDecryptedObject, name: string, field: string): string {
	const text = toText(credential[name]).trim();
	if (text === '') throw new InvalidParameter(field, 'of the credential is empty');
	return text;
}
