/** OAuth2 with n8n's own store for credentials, its helper and its locks. */
import { createInstance } from '../../scripts/n8n/instance.ts';
import { outputItems } from '../../scripts/n8n/ExecutionResult.ts';
import type { RunningN8n } from '../../scripts/n8n/RunningN8n.ts';
import { expectAtLeast, inThreeTries } from '../support/inThreeTries.ts';
import { AuthorizationServer } from '../support/oauth2/AuthorizationServer.ts';
import { httpNode, jsonOf, manual, numbersNode, numbersUpTo } from './support/workflows.ts';

jest.setTimeout(300_000);

/** That a token lives. */
const SECONDS = 2;

let n8n: RunningN8n;
let server: AuthorizationServer;

beforeAll(async () => {
	const instance = await createInstance({ name: 'test-oauth2', fresh: true });
	n8n = await instance.start();
});

afterEach(async () => await server?.close());

afterAll(async () => await n8n?.stop());

async function signIn(): Promise<void> {
	server = await AuthorizationServer.start(SECONDS);
	const data = server.serviceCredential();
	const saved = await n8n.createCredential({ name: 'Service', type: 'oAuth2Api', data });
	const request = httpNode(
		{
			url: `=${server.origin}/api/items?ms=600&id={{ $json.id }}`,
			...{ authentication: 'genericCredentialType', genericAuthType: 'oAuth2Api' },
			maxConcurrency: 50,
		},
		{ credentials: { oAuth2Api: saved } },
	);
	for (let run = 0; run < 2; run++) {
		const result = await n8n.runWorkflow(manual([numbersNode(500), request]));
		expect(result.error?.message).toBeUndefined();
		expect(jsonOf(outputItems(result, 'HTTP'))).toEqual(
			numbersUpTo(500).map((id) => ({ id: String(id), accepted: true })),
		);
		expect(JSON.stringify(result)).not.toContain('service-secret');
	}
	const { issued, refused, accepted, tokens } = await server.counts();
	expect([accepted, refused]).toEqual([1_000, 0]);
	expect(issued).toBeGreaterThanOrEqual(4);
	// A token that a busy machine lets expire before its first use was issued for nothing.
	expectAtLeast(tokens, issued);
}

it(
	'signs in once for each expiry of a token: 500 items at 50 in flight, twice',
	inThreeTries(signIn, async () => await server.close()),
);
