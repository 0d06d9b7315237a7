/**
 * What a client shows of itself in the TLS handshake, and whom it trusts there. Certificate and
 * key are a credential: they are shown to the origin that the request was made for, and to
 * another only where credentials are to be sent on.
 */
export interface ClientCertificate {
	/** Tells certificates apart: equal for equal contents. Holds no secret. */
	readonly id: string;
	/** PEM. Certificate authorities to trust in place of Node's own. */
	readonly ca: string | undefined;
	/** PEM. */
	readonly cert: string | undefined;
	/** PEM. */
	readonly key: string | undefined;
	/** Of an encrypted key. */
	readonly passphrase: string | undefined;
	/** Comma-separated hosts that it may be shown to, `undefined` for any. */
	readonly allowedDomains: string | undefined;
}

/** What is left for an origin that the certificate is not meant for: whom to trust. */
export function withoutIdentity(certificate: ClientCertificate): ClientCertificate | undefined {
	const { id, ca } = certificate;
	if (ca === undefined) return undefined;
	return {
		...{ id: `${id} ca`, ca },
		...{ cert: undefined, key: undefined, passphrase: undefined, allowedDomains: undefined },
	};
}
