/** OAuth2 with n8n's own store for credentials, its helper and its locks. */
import { outputItems } from '../../scripts/n8n/ExecutionResult.ts';
import { AuthorizationServer } from '../support/oauth2/AuthorizationServer.ts';
import { sharedN8n } from './support/sharedN8n.ts';
import { httpNode, jsonOf, manual, numbersNode, numbersUpTo } from './support/workflows.ts';

jest.setTimeout(300_000);

/** Requests that the API accepts with one token. */
const USES = 250;

const n8n = sharedN8n();
let server: AuthorizationServer;

afterEach(async () => await server?.close());

it('signs in once for each token that expires: 500 items at 50 in flight, twice', async () => {
	server = await AuthorizationServer.start(USES);
	const data = server.serviceCredential();
	const saved = await n8n.createCredential({ name: 'Service', type: 'oAuth2Api', data });
	const request = httpNode(
		{
			url: `=${server.origin}/api/items?ms=20&id={{ $json.id }}`,
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
	expect([issued, tokens]).toEqual([1_000 / USES, 1_000 / USES]);
});
