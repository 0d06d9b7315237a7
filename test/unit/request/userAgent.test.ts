import { defaultUserAgent } from '../../../nodes/ConcurrentHttpRequest/request/userAgent.ts';

const OF_THE_INSTANCE = 'Mozilla/5.0 (compatible; n8n; +https://n8n.io/)';

it.each([
	[{}, 'n8n'],
	[{ N8N_GLOBAL_USER_AGENT_VALUE: 'mine/1' }, 'n8n'],
	[{ N8N_ENFORCE_GLOBAL_USER_AGENT: 'false', N8N_GLOBAL_USER_AGENT_VALUE: 'mine/1' }, 'n8n'],
	[{ N8N_ENFORCE_GLOBAL_USER_AGENT: 'true' }, OF_THE_INSTANCE],
	[{ N8N_ENFORCE_GLOBAL_USER_AGENT: 'true', N8N_GLOBAL_USER_AGENT_VALUE: '' }, OF_THE_INSTANCE],
	[{ N8N_ENFORCE_GLOBAL_USER_AGENT: 'TRUE', N8N_GLOBAL_USER_AGENT_VALUE: 'mine/1' }, 'mine/1'],
])('%j: %s', (environment, expected) => {
	expect(defaultUserAgent(environment)).toBe(expected);
});
