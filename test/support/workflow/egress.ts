import { Logger } from '@n8n/backend-common';
import {
	InMemoryDnsCache,
	DnsResolver,
	OutboundHttp,
	SsrfProtectionService,
} from '@n8n/backend-network';
import { SsrfProtectionConfig } from '@n8n/config';
import { Container } from '@n8n/di';

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

/**
 * Switches n8n's own SSRF protection on with these rules (n8n's defaults where not given), or
 * off. n8n reads its configuration once a process; here the services that
 * `helpers.getSecureEgressFilter()` asks are built anew, so that each run has its own rules.
 */
export function useEgressRules(rules: EgressRules | undefined): void {
	const config = Object.assign(new SsrfProtectionConfig(), rules, { enabled: rules !== undefined });
	const logger = Container.get(Logger);
	const resolver = new DnsResolver(new ExpiredDnsCache(config));
	const protection = new SsrfProtectionService(config, resolver, logger);
	Container.set(OutboundHttp, new OutboundHttp(protection, config, logger));
}
