import { toText } from '../common/toText';
import type { AuthenticationKind } from './Authentication';

/** Basic authentication (RFC 7617), in UTF-8. */
export const basic: AuthenticationKind = ({ user, password }) => ({
	headers: { Authorization: basicAuthorization(toText(user), toText(password)) },
});

/** The value of the Authorization header for a login. */
export function basicAuthorization(user: string, password: string): string {
	return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}
