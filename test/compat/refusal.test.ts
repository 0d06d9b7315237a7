/** An n8n in which the node could not hold the administrator's rules: it does nothing there. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type * as N8nWorkflow from 'n8n-workflow';
import type { IExecuteFunctions, INode, INodeTypeDescription } from 'n8n-workflow';
import { missingRule } from '../../nodes/ConcurrentHttpRequest/egress/missingRule.ts';
import { sharedInstance, sharedN8n } from '../n8n/support/sharedN8n.ts';
import { OUR_TYPE } from '../n8n/support/workflows.ts';
import { TestServer } from '../support/TestServer.ts';
import { credentialKinds, SECRET, TokenServer } from './support/genericCredentials.ts';
import { send } from './support/send.ts';

jest.setTimeout(120_000);

const n8n = sharedN8n();
let server: TestServer;

beforeEach(async () => {
	server = await TestServer.start();
});

afterEach(() => server.close());

const NEEDS = 'This node needs n8n 2.30 or later';
const items = [{ id: 1 }, { id: 2 }];

describe('Refusal', () => {
	it('n8n loads the node', async () => {
		const types = await n8n.api.types<INodeTypeDescription>('nodes');
		expect(types.map(({ name }) => name)).toContain(OUR_TYPE);
	});

	it('the node says which n8n it needs, and sends nothing', async () => {
		const { status, said } = await send(n8n, { url: `${server.origin}/echo` }, { items });
		expect([status, said]).toEqual(['error', expect.stringContaining(NEEDS)]);
		expect(said).toContain('Update n8n, or use HTTP Request.');
		expect(server.connections).toBe(0);
	});

	it.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
		'each item says so with On Error at %s',
		async (onError) => {
			const url = `${server.origin}/echo`;
			const run = await send(n8n, { url }, { items, onError });
			const failed = onError === 'continueErrorOutput' ? run.errors : run.items;
			expect(failed.map(({ json }) => JSON.stringify(json))).toEqual(
				items.map(() => expect.stringContaining(NEEDS) as string),
			);
			expect(server.connections).toBe(0);
		},
	);

	it.each(['Bearer Auth', 'Header Auth'])(
		'a secret for one domain stays here: %s',
		async (name) => {
			const { type, data } = credentialKinds(new TokenServer())[name]!;
			const only = { allowedHttpRequestDomains: 'domains', allowedDomains: 'example.com' };
			const credential = { name, type, data: { ...(await data()), ...only } };
			const { status, stored } = await send(n8n, { url: `${server.origin}/echo` }, { credential });
			expect([status, server.connections]).toEqual(['error', 0]);
			expect(stored).not.toContain(SECRET);
		},
	);

	it('the check of domains alone refuses where n8n does not tell them', async () => {
		const { runtime } = await sharedInstance();
		const load = createRequire(join(runtime.folder, 'node_modules', 'n8n', 'package.json'));
		const rules = load('n8n-workflow') as typeof N8nWorkflow;
		const node = { name: 'HTTP' } as INode;
		const credentialData = { allowedHttpRequestDomains: 'domains', allowedDomains: 'a.test' };
		const told = rules.getCredentialAllowedDomains({ node, credentialData });
		const helpers = { getSecureEgressFilter: () => undefined };
		const context = { helpers, getNode: () => node } as unknown as IExecuteFunctions;
		const missing = missingRule(context, rules)?.message;
		expect(missing).toEqual(
			told === 'a.test' ? undefined : expect.stringContaining('old n8n-workflow'),
		);
	});
});
