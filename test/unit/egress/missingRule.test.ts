import { assertUrlAllowed, getCredentialAllowedDomains } from 'n8n-workflow';
import type { IExecuteFunctions, INode } from 'n8n-workflow';

import { missingRule } from '../../../nodes/ConcurrentHttpRequest/egress/missingRule.ts';

const RULES = { getCredentialAllowedDomains, assertUrlAllowed };

function missing(changes: Partial<typeof RULES> = {}, helpers: object = withFilter) {
	const context = { helpers, getNode: () => ({ name: 'HTTP' }) as INode } as IExecuteFunctions;
	return missingRule(context, { ...RULES, ...changes });
}

const withFilter = { getSecureEgressFilter: () => undefined };
const ADDRESSES = 'to which addresses its administrator lets requests go';
const DOMAINS = 'for which domains a credential may be used';

/** The data as the only argument, as n8n 1.123 and 2.22 have it. */
const byData = ((data: Record<string, unknown>) =>
	data.allowedHttpRequestDomains === 'domains'
		? data.allowedDomains
		: undefined) as unknown as typeof getCredentialAllowedDomains;

it('finds all rules in this n8n', () => {
	expect(missing()).toBeUndefined();
});

it('misses the addresses where there is no egress filter', () => {
	expect(missing({}, {})).toBe(ADDRESSES);
});

it.each<[string, Partial<Record<keyof typeof RULES, unknown>>]>([
	['n8n takes the data as the only argument', { getCredentialAllowedDomains: byData }],
	['n8n has no such function', { getCredentialAllowedDomains: undefined }],
	['every domain is allowed', { getCredentialAllowedDomains: () => undefined }],
	['a credential for no node is allowed', { getCredentialAllowedDomains: () => 'allowed.invalid' }],
	['n8n does not check a URL', { assertUrlAllowed: undefined }],
	['n8n allows every URL', { assertUrlAllowed: () => {} }],
	[
		'n8n allows no URL',
		{
			assertUrlAllowed: () => {
				throw new Error('Invalid URL');
			},
		},
	],
])('misses the domains where %s', (_name, changes) => {
	expect(missing(changes as Partial<typeof RULES>)).toBe(DOMAINS);
});
