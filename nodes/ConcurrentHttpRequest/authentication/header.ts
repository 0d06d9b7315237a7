import { toText } from '../common/toText';
import type { AuthenticationKind } from './Authentication';

/** A key in a header of the API's own choice. */
export const header: AuthenticationKind = ({ name, value }) => ({
	headers: { [toText(name)]: value },
});
