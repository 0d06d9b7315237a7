import { lookup as systemLookup } from 'node:dns';
import { assertUrlAllowed, type NodeEgressFilter } from 'n8n-workflow';

import type { EgressPolicy } from './transport/EgressPolicy';
import { toTransportFailure, TransportFailure } from './transport/TransportFailure';

/**
 * n8n 2.31 gave its filter the first two checks only, and gave no filter at all where the
 * policy is off; later versions always give a complete one. What a version lacks is covered by
 * the others: every URL, redirects and proxies included, is also checked before it is used.
 */
export type EgressFilter = Pick<NodeEgressFilter, 'validateUrl' | 'createSecureLookup'> &
	Partial<NodeEgressFilter>;

/**
 * n8n's own egress (SSRF) policy and credential domain restrictions. Where an administrator
 * has not switched the policy on, n8n's filter lets everything pass, so it is always asked.
 *
 * @param filter from `helpers.getSecureEgressFilter()`, n8n 2.31 and later
 */
export function n8nEgressPolicy(filter: EgressFilter | undefined): EgressPolicy {
	const secureLookup = filter?.createSecureLookup() ?? systemLookup;
	return {
		async checkUrl(url) {
			if (!filter) return;
			const verdict = await filter.validateUrl(url).catch((error: unknown) => {
				throw refusal(error);
			});
			if (!verdict.ok) throw refusal(verdict.error);
		},
		checkRedirect(url) {
			refusing(() => filter?.validateRedirectSync?.(url.href));
		},
		checkCredentialDomain(url, allowedDomains) {
			if (allowedDomains === undefined) return;
			refusing(() => assertUrlAllowed({ url: url.href, allowedDomains }));
		},
		connectionHostError(host) {
			const verdict = filter?.validateConnectionHost?.(host);
			return verdict?.ok === false ? refusal(verdict.error) : undefined;
		},
		lookup: (hostname, options, callback) => {
			secureLookup(hostname, options, (error, address, family) => {
				callback(error && refusal(error), address, family);
			});
		},
	};
}

function refusing(check: () => void): void {
	try {
		check();
	} catch (error) {
		throw refusal(error);
	}
}

/** A name that cannot be resolved is no refusal: system errors keep their own kind. */
function refusal(error: unknown): TransportFailure {
	if (isSystemError(error)) return toTransportFailure(error);
	const message = error instanceof Error ? error.message : String(error);
	return new TransportFailure('blocked by policy', message, error);
}

/** Node.js documentation, class `SystemError`. */
function isSystemError(error: unknown): boolean {
	return typeof error === 'object' && error !== null && 'syscall' in error;
}
