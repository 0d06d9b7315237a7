import { BlockList, isIP } from 'node:net';
import { isDomainAllowed } from 'n8n-workflow';

/** What an administrator allows in n8n's SSRF protection, which n8n's filter does not tell a node. */
interface SsrfAllowLists {
	/** Whether an address is allowed by itself. */
	hasAddress(address: string): boolean;
	/** Whether a name is allowed, whatever its addresses are. */
	hasName(hostname: string): boolean;
}

/** @param environment n8n's, with its `N8N_SSRF_ALLOWED_IP_RANGES` and `N8N_SSRF_ALLOWED_HOSTNAMES` */
export function readSsrfAllowLists(environment: NodeJS.ProcessEnv = process.env): SsrfAllowLists {
	const names = environment.N8N_SSRF_ALLOWED_HOSTNAMES?.trim() ?? '';
	const ranges = new BlockList();
	for (const range of environment.N8N_SSRF_ALLOWED_IP_RANGES?.split(',') ?? []) {
		const [network = '', prefix = ''] = range.trim().split('/');
		const family = familyOf(network);
		if (!family || !/^\d+$/.test(prefix)) continue;
		if (Number(prefix) > (family === 'ipv4' ? 32 : 128)) continue;
		ranges.addSubnet(network, Number(prefix), family);
	}
	return {
		hasAddress(address) {
			const family = familyOf(address);
			return family !== undefined && ranges.check(address, family);
		},
		hasName: (hostname) =>
			// An empty list would allow all of them.
			names !== '' && isDomainAllowed({ url: `http://${hostname}/`, allowedDomains: names }),
	};
}

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
	const version = isIP(address);
	if (version === 0) return undefined;
	return version === 4 ? 'ipv4' : 'ipv6';
}
