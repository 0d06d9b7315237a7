import type { LookupFunction } from 'node:net';

import type { TransportFailure } from './TransportFailure';

/**
 * Where requests may go. There is a check for each layer, because each sees what the others cannot:
 * the URL before anything happens, the addresses of a name when a connection is made, and
 * a bare address that no look-up sees. A refusal is a {@link TransportFailure}.
 */
export interface EgressPolicy {
	/** Checks a URL before the first connection to its host. Rejects when it is not allowed. */
	checkUrl(url: URL): Promise<void>;
	/** Checks the target of a redirect. Throws when it is not allowed. */
	checkRedirect(url: URL): void;
	/**
	 * Checks a URL against a credential's list of allowed domains. Throws when it is not on it.
	 *
	 * @param allowedDomains comma-separated names, `*.` for subdomains; `undefined` allows any
	 */
	checkCredentialDomain(url: URL, allowedDomains: string | undefined): void;
	/** The failure for a host that must not be connected to, `undefined` when it may be. */
	connectionHostError(host: string): TransportFailure | undefined;
	/**
	 * The failure for a connection that another run has made, `undefined` when it may be used.
	 *
	 * @param hostname to which it was made
	 * @param address the host's at that time; `undefined` where that is not known
	 */
	connectionAddressError(
		hostname: string,
		address: string | undefined,
	): TransportFailure | undefined;
	/** Name look-up for connections, which refuses names that have a forbidden address. */
	readonly lookup: LookupFunction;
}
