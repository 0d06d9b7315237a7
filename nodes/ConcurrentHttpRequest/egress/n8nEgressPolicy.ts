import { lookup as systemLookup } from 'node:dns';
import { assertUrlAllowed, type NodeEgressFilter } from 'n8n-workflow';

import { embeddedIpv4 } from './embeddedIpv4';
import { readSsrfAllowLists } from './ssrfAllowLists';
import type { EgressPolicy } from '../transport/EgressPolicy';
import { toTransportFailure } from '../transport/toTransportFailure';
import { TransportFailure } from '../transport/TransportFailure';

/**
 * n8n 2.30 and 2.31 gave their filter the first two checks only, and gave no filter at all where the
 * policy is off; later versions always give a complete one. What a version lacks is covered by
 * the others: every URL, redirects and proxies included, is also checked before it is used.
 */
export type EgressFilter = Pick<NodeEgressFilter, 'validateUrl' | 'createSecureLookup'> &
	Partial<NodeEgressFilter>;

/**
 * n8n's own egress (SSRF) policy and credential domain restrictions. Where an administrator
 * has not switched the policy on, n8n's filter lets everything pass, so it is always asked.
 *
 * n8n before 3.0 does not know that an IPv6 address can stand for an IPv4 address. Here one is
 * refused if n8n refuses the IPv4 address, unless the IPv6 address or its name is allowed itself.
 *
 * @param filter from `helpers.getSecureEgressFilter()`, n8n 2.30 and later
 * @param allowed what n8n's filter lets through without a check
 */
export function n8nEgressPolicy(
	filter: EgressFilter | undefined,
	allowed = readSsrfAllowLists(),
): EgressPolicy {
	const secureLookup = filter?.createSecureLookup() ?? systemLookup;

	async function validate(url: URL): Promise<void> {
		if (!filter) return;
		const verdict = await filter.validateUrl(url).catch((error: unknown) => {
			throw refusal(error);
		});
		if (!verdict.ok) throw refusal(verdict.error);
	}

	/** The IPv4 addresses for which a host stands, unless it is allowed itself. */
	function toCheck(host: string): string[] {
		const address = withoutBrackets(host);
		return allowed.hasAddress(address) ? [] : embeddedIpv4(address);
	}

	async function validateEmbedded(host: string): Promise<void> {
		for (const ipv4 of toCheck(host)) {
			await validate(new URL(`http://${ipv4}/`)).catch((error: unknown) => {
				throw embeddedRefusal(host, ipv4, error);
			});
		}
	}

	function connectionHostError(host: string): TransportFailure | undefined {
		const verdict = filter?.validateConnectionHost?.(host);
		if (verdict?.ok === false) return refusal(verdict.error);
		for (const ipv4 of toCheck(host)) {
			const embedded = filter?.validateConnectionHost?.(ipv4);
			if (embedded?.ok === false) return embeddedRefusal(host, ipv4, embedded.error);
		}
		return undefined;
	}

	return {
		async checkUrl(url) {
			await validate(url);
			await validateEmbedded(url.hostname);
		},
		checkRedirect(url) {
			refusing(() => filter?.validateRedirectSync?.(url.href));
		},
		checkCredentialDomain(url, allowedDomains) {
			if (allowedDomains === undefined) return;
			refusing(() => assertUrlAllowed({ url: url.href, allowedDomains }));
		},
		connectionHostError,
		connectionAddressError(hostname, address) {
			if (!filter || allowed.hasName(hostname)) return undefined;
			if (address === undefined || !filter.validateConnectionHost) return unknownAddress(hostname);
			return connectionHostError(address);
		},
		lookup: (hostname, options, callback) => {
			secureLookup(hostname, options, (error, found, family) => {
				const addresses = Array.isArray(found) ? found.map(({ address }) => address) : [found];
				const unchecked = error ? [] : addresses.filter((address) => toCheck(address).length > 0);
				if (unchecked.length === 0 || allowed.hasName(hostname)) {
					callback(error && refusal(error), found, family);
					return;
				}
				Promise.all(unchecked.map(validateEmbedded)).then(
					() => callback(null, found, family),
					(refused: TransportFailure) => callback(refused, found, family),
				);
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

function embeddedRefusal(host: string, ipv4: string, error: unknown): TransportFailure {
	const { kind, message, cause } = error instanceof TransportFailure ? error : refusal(error);
	return new TransportFailure(
		kind,
		`${message}: ${withoutBrackets(host)} stands for ${ipv4}`,
		cause,
	);
}

function unknownAddress(hostname: string): TransportFailure {
	return new TransportFailure('blocked by policy', `The address of ${hostname} cannot be checked`);
}

/** A URL writes an IPv6 address in brackets. */
function withoutBrackets(host: string): string {
	return host.replace(/^\[|\]$/g, '');
}

/** Node.js documentation, class `SystemError`. */
function isSystemError(error: unknown): boolean {
	return typeof error === 'object' && error !== null && 'syscall' in error;
}
