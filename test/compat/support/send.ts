import type { IDataObject, INodeCredentials, INodeParameters } from 'n8n-workflow';
import { outputItems } from '../../../scripts/n8n/ExecutionResult.ts';
import type { CredentialData, N8nClient } from '../../../scripts/n8n/RunningN8n.ts';
import { hintsOf, httpNode, manualWith } from '../../n8n/support/workflows.ts';

interface Sending {
	credential?: CredentialData;
	/** A second credential, beside that of the authentication. */
	certificate?: CredentialData;
	items?: IDataObject[];
	typeVersion?: number;
	onError?: 'continueRegularOutput' | 'continueErrorOutput';
}

/** Saves the credentials, runs the node over the items, and says what came of it. */
export async function send(
	n8n: N8nClient,
	parameters: INodeParameters,
	{ credential, certificate, items = [{}], ...details }: Sending = {},
) {
	const credentials: INodeCredentials = {};
	for (const each of [credential, certificate]) {
		if (each) credentials[each.type] = await n8n.createCredential(each);
	}
	const request = httpNode(
		{ ...authenticationBy(credential), ...parameters },
		{ credentials, ...details },
	);
	const inputs = items.map((json) => ({ json }));
	const result = await n8n.runWorkflow(manualWith(inputs, [request]));
	const ran = result.runData.HTTP?.[0]?.data !== undefined;
	const output = (index: number) => (ran ? outputItems(result, 'HTTP', index) : []);
	return {
		status: result.status,
		/** Why the workflow failed. */
		said: `${result.error?.message} ${result.error?.description}`,
		items: output(0),
		errors: output(1),
		hints: ran ? hintsOf(result, 'HTTP') : [],
		/** Everything that n8n stores of the run. */
		stored: JSON.stringify(result),
	};
}

function authenticationBy(credential: CredentialData | undefined): INodeParameters {
	if (!credential) return {};
	const { type } = credential;
	if (type === 'concurrentHttpApi') return { authentication: type };
	return { authentication: 'genericCredentialType', genericAuthType: type };
}
