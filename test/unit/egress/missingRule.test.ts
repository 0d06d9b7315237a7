import { assertUrlAllowed, getCredentialAllowedDomains } from 'n8n-workflow';
import type { IExecuteFunctions, INode } from 'n8n-workflow';

import { missingRule } from '../../../nodes/ConcurrentHttpRequest/egress/missingRule.ts';

const RULES = { getCredentialAllowedDomains, assertUrlAllowed };

function missing(changes: Partial<typeof RULES> = {}, helpers: object = withFilter) {
	const context = { helpers, getNode: () => ({ name: 'HTTP' }) as INode } as IExecuteFunctions;
	return missingRule(context, { ...RULES, ...changes });
}

const withFilter = { getSecureEgressFilter: () => undefined };
const ADDRESSES = { message: 'This node needs n8n 2.30 or later' };
const DOMAINS = { message: 'This node found an old n8n-workflow, which is a part of n8n' };

/** The data as the only argument, as n8n-workflow before 2.23 has it. */
const byData = ((data: Record<string, unknown>) =>
	data.allowedHttpRequestDomains === 'domains'
		? data.allowedDomains
		: undefined) as unknown as typeof getCredentialAllowedDomains;

it('finds all rules in this n8n', () => {
	expect(missing()).toBeUndefined();
});

it('misses the addresses where there is no egress filter', () => {
	expect(missing({}, {})).toMatchObject(ADDRESSES);
});

it.each<[string, Partial<Record<keyof typeof RULES, unknown>>]>([
	['it takes the data as the only argument', { getCredentialAllowedDomains: byData }],
	['it has no such function', { getCredentialAllowedDomains: undefined }],
	['every domain is allowed', { getCredentialAllowedDomains: () => undefined }],
	['a credential for no node is allowed', { getCredentialAllowedDomains: () => 'allowed.invalid' }],
	['it does not check a URL', { assertUrlAllowed: undefined }],
	['it allows every URL', { assertUrlAllowed: () => {} }],
	[
		'it allows no URL',
		{
			assertUrlAllowed: () => {
				throw new Error('Invalid URL');
			},
		},
	],
])('misses the domains where n8n-workflow is such that %s', (_name, changes) => {
	expect(missing(changes as Partial<typeof RULES>)).toMatchObject(DOMAINS);
});
