import type { INodeParameters } from 'n8n-workflow';
import type { RunningN8n } from '../n8n/RunningN8n.ts';
import type { Workflow } from '../n8n/Workflow.ts';
import { readExample } from '../sample/examples.ts';
import { requestNodeOf } from '../sample/variants.ts';

/** Where the example finds n8n. */
const N8N_ORIGIN = 'http://127.0.0.1:5678';

export interface FanOut {
	/** Calls the other workflow once for each part. */
	run: Workflow;
	/** Its node that sends these calls. */
	calls: string;
	/** Parameters of the node that sends requests within the shared limit. */
	limited: INodeParameters;
}

/**
 * Saves the example that spreads a run over workers: activates the workflow of one part, and returns the
 * one that calls it.
 * @param apiOrigin where requests go, in place of the sample API
 * @param redisPort of the Redis through which the limit is shared
 */
export async function saveFanOut(
	main: RunningN8n,
	apiOrigin: string,
	redisPort: number,
): Promise<FanOut> {
	const redis = await main.createCredential({
		name: 'Redis',
		type: 'redis',
		data: { host: '127.0.0.1', port: redisPort, password: '', database: 0, ssl: false },
	});
	const part = await readExample('workers-part.json', apiOrigin);
	const limited = requestNodeOf(part);
	limited.credentials = { redis };
	await main.activate(part);
	const run = await readExample('workers-run.json');
	const calls = requestNodeOf(run);
	calls.parameters.url = String(calls.parameters.url).replace(N8N_ORIGIN, main.baseUrl);
	return { run, calls: calls.name, limited: limited.parameters };
}
