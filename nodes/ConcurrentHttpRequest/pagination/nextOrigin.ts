import { InvalidParameter } from '../parameters/InvalidParameter';
import type { HttpRequest } from '../transport/HttpRequest';
import { isCredentialHeader } from '../transport/requestHeaders';

/**
 * A server's answer says where the next page is, so it must not be able to send a credential
 * elsewhere, no more than by a redirect.
 *
 * @throws {InvalidParameter} before anything is sent there
 */
export function assertSameOrigin(first: HttpRequest, page: HttpRequest): void {
	if (page.url.origin === first.url.origin) return;
	if (page.sendCredentialsOnCrossOriginRedirect) return;
	const { credential, secrets, headers, authorizer, clientCertificate } = page;
	const holdsCredential =
		authorizer !== undefined ||
		clientCertificate !== undefined ||
		secrets.length > 0 ||
		credential.inBody ||
		credential.headerNames.size > 0 ||
		Object.keys(headers).some(isCredentialHeader);
	if (!holdsCredential) return;
	throw new InvalidParameter(
		'Next URL',
		`leads to ${page.url.origin}, but the credential is for ${first.url.origin}`,
		'If you trust that server, switch on the option Send Credentials on Cross-Origin Redirect.',
	);
}
