import { Logger } from '@n8n/backend-common';
import {
	InMemoryDnsCache,
	DnsResolver,
	OutboundHttp,
	SsrfProtectionService,
} from '@n8n/backend-network';
import { SsrfProtectionConfig } from '@n8n/config';
import { Container } from '@n8n/di';
import type { NodeEgressFilter } from 'n8n-workflow';

/** What an administrator sets by `N8N_SSRF_...`; the names are those of n8n's configuration. */
export type EgressRules = Partial<
	Pick<
		SsrfProtectionConfig,
		'blockedIpRanges' | 'allowedIpRanges' | 'allowedHostnames' | 'blockedHostnames'
	>
>;

/**
 * n8n remembers a look-up for one second. Here that second is always over, so that a test can
 * let a name change its address between two look-ups without waiting.
 */
class ExpiredDnsCache extends InMemoryDnsCache {
	override async get(): Promise<undefined> {}
}

/** The same rules as the environment variables that an administrator sets. */
export function egressEnvironment(rules: EgressRules = {}): Record<string, string | undefined> {
	return {
		N8N_SSRF_ALLOWED_IP_RANGES: rules.allowedIpRanges?.join(','),
		N8N_SSRF_ALLOWED_HOSTNAMES: rules.allowedHostnames?.join(','),
	};
}

/** n8n's own protection with these rules. */
function protectionWith(config: SsrfProtectionConfig): SsrfProtectionService {
	const resolver = new DnsResolver(new ExpiredDnsCache(config));
	return new SsrfProtectionService(config, resolver, Container.get(Logger));
}

/** The filter that a node gets from n8n where the protection is on. */
export function egressFilter(rules: EgressRules = {}): NodeEgressFilter {
	return protectionWith(Object.assign(new SsrfProtectionConfig(), rules, { enabled: true }));
}

/**
 * Switches n8n's own SSRF protection on with these rules (n8n's defaults where not given), or
 * off. n8n reads its configuration once a process; here the services that
 * `helpers.getSecureEgressFilter()` asks are built anew, so that each run has its own rules.
 */
export function useEgressRules(rules: EgressRules | undefined): void {
	const config = Object.assign(new SsrfProtectionConfig(), rules, { enabled: rules !== undefined });
	const protection = protectionWith(config);
	Container.set(OutboundHttp, new OutboundHttp(protection, config, Container.get(Logger)));
}
