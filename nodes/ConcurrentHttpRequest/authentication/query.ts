import { toText } from '../common/toText';
import type { AuthenticationKind } from './Authentication';

/** A key in a query parameter of the API's own choice. */
export const query: AuthenticationKind = ({ name, value }) => ({
	query: { [toText(name)]: value },
});
