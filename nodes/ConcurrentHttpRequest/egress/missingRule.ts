import {
	assertUrlAllowed,
	getCredentialAllowedDomains,
	type IExecuteFunctions,
	type INode,
} from 'n8n-workflow';

/** What n8n tells a node about the domains for which a credential may be used. */
interface DomainRules {
	readonly getCredentialAllowedDomains: typeof getCredentialAllowedDomains;
	readonly assertUrlAllowed: typeof assertUrlAllowed;
}

const OF_N8N: DomainRules = { getCredentialAllowedDomains, assertUrlAllowed };

/** A trial throws errors of n8n, whose stacks take longer than everything else that begins a run. */
const trials = new WeakMap<DomainRules, boolean>();

/** Reserved names (RFC 6761 section 6.4). */
const [ALLOWED, OTHER] = ['allowed.invalid', 'other.invalid'];

/**
 * Tries out whether this n8n tells the node about the rules of its administrator. An older n8n
 * takes the same calls otherwise, and then lets everything pass.
 *
 * @returns what the node cannot learn, in words; `undefined` where it can learn all
 */
export function missingRule(
	context: Pick<IExecuteFunctions, 'helpers' | 'getNode'>,
	rules: DomainRules = OF_N8N,
): string | undefined {
	if (typeof context.helpers.getSecureEgressFilter !== 'function') {
		return 'to which addresses its administrator lets requests go';
	}
	const tells = trials.get(rules) ?? tellsDomains(context.getNode(), rules);
	trials.set(rules, tells);
	if (!tells) return 'for which domains a credential may be used';
	return undefined;
}

function tellsDomains(node: INode, rules: DomainRules): boolean {
	const domainsOf = (allowedHttpRequestDomains: string) =>
		rules.getCredentialAllowedDomains({
			node,
			credentialData: { allowedHttpRequestDomains, allowedDomains: ALLOWED },
		});
	const check = (host: string) =>
		rules.assertUrlAllowed({ url: `https://${host}/`, allowedDomains: ALLOWED });
	try {
		if (domainsOf('domains') !== ALLOWED) return false;
		check(ALLOWED);
	} catch {
		return false;
	}
	return throws(() => domainsOf('none')) && throws(() => check(OTHER));
}

function throws(action: () => unknown): boolean {
	try {
		action();
		return false;
	} catch {
		return true;
	}
}
