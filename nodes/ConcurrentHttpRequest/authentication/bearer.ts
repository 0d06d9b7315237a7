import { toText } from '../common/toText';
import type { AuthenticationKind } from './Authentication';

/** A bearer token (RFC 6750 section 2.1). */
export const bearer: AuthenticationKind = ({ token }) => ({
	headers: { Authorization: `Bearer ${toText(token)}` },
});
