import { createInstance, type N8nInstance } from '../../../scripts/n8n/instance.ts';
import { RestApi } from '../../../scripts/n8n/RestApi.ts';
import { N8nClient } from '../../../scripts/n8n/RunningN8n.ts';

/**
 * All tests share one n8n that need no settings of their own: starting one takes as long as most of
 * them. Jest starts it before the first test.
 */
export const SHARED = 'test-shared';

/** Where Jest's process tells those of the tests how to reach it. */
export const SHARED_VARIABLE = 'SHARED_N8N';

export function sharedN8n(): N8nClient {
	const { baseUrl, session } = JSON.parse(process.env[SHARED_VARIABLE] ?? '{}') as {
		baseUrl: string;
		session: string;
	};
	return new N8nClient(baseUrl, new RestApi(baseUrl, session));
}

/** Its user folder, for n8n's commands. */
export async function sharedInstance(): Promise<N8nInstance> {
	return await createInstance({ name: SHARED });
}
