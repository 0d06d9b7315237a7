import { InvalidParameter } from '../InvalidParameter';
import { toText } from '../toText';
import type { AuthenticationKind } from './Authentication';
import { basic } from './basic';
import { bearer } from './bearer';
import { custom } from './custom';
import { header } from './header';
import { query } from './query';

/** The kinds that the package's own credential offers, by its field "Authentication". */
const KINDS: Record<string, AuthenticationKind> = {
	none: () => ({}),
	basic,
	bearer,
	header: ({ headerName, headerValue }) =>
		header({ name: headerName ?? '', value: headerValue ?? '' }),
	query: ({ queryName, queryValue }) => query({ name: queryName ?? '', value: queryValue ?? '' }),
	custom,
};

/** The package's own credential: one API, by its base URL and one kind of authentication. */
export const concurrentHttpApi: AuthenticationKind = (credential) => {
	const kind = KINDS[toText(credential.authType)];
	if (!kind) {
		throw new InvalidParameter('Authentication', 'of the credential is of an unknown kind');
	}
	return { ...kind(credential), baseUrl: toText(credential.baseUrl) };
};
