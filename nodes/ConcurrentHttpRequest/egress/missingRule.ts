import {
	assertUrlAllowed,
	getCredentialAllowedDomains,
	type IExecuteFunctions,
	type INode,
} from 'n8n-workflow';

/** The functions of n8n-workflow that tell for which domains a credential may be used. */
interface DomainRules {
	readonly getCredentialAllowedDomains: typeof getCredentialAllowedDomains;
	readonly assertUrlAllowed: typeof assertUrlAllowed;
}

const OF_N8N: DomainRules = { getCredentialAllowedDomains, assertUrlAllowed };

/** A trial throws errors of n8n, whose stacks take longer than everything else that begins a run. */
const trials = new WeakMap<DomainRules, boolean>();

/** A rule that the node cannot hold, in words. */
interface MissingRule {
	readonly message: string;
	readonly hint: string;
}

/** Reserved names (RFC 6761 section 6.4). */
const [ALLOWED, OTHER] = ['allowed.invalid', 'other.invalid'];

/**
 * Tries out whether the node learns the rules of n8n's administrator. An n8n-workflow before 2.23
 * takes the same calls otherwise, and then allows every domain. It is n8n's own, or one that npm has
 * put beside this package, as a peer.
 *
 * @returns `undefined` where the node can hold all rules
 */
export function missingRule(
	context: Pick<IExecuteFunctions, 'helpers' | 'getNode'>,
	rules: DomainRules = OF_N8N,
): MissingRule | undefined {
	if (typeof context.helpers.getSecureEgressFilter !== 'function') {
		return {
			message: 'This node needs n8n 2.30 or later',
			hint: 'An older n8n does not tell a node which addresses the administrator allows. Update n8n, or use HTTP Request.',
		};
	}
	const tells = trials.get(rules) ?? tellsDomains(context.getNode(), rules);
	trials.set(rules, tells);
	if (!tells) {
		return {
			message: 'This node found an old n8n-workflow, which is a part of n8n',
			hint: "With it, a credential could be sent to domains that it is not for. In the nodes folder within n8n's folder (mostly ~/.n8n/nodes), delete node_modules/n8n-workflow, and restart n8n.",
		};
	}
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
