/**
 * The User-Agent that n8n's own requests carry, which an administrator can set for the whole
 * instance (n8n's environment variables `N8N_ENFORCE_GLOBAL_USER_AGENT` and
 * `N8N_GLOBAL_USER_AGENT_VALUE`).
 */
export function defaultUserAgent(environment: NodeJS.ProcessEnv = process.env): string {
	if (environment.N8N_ENFORCE_GLOBAL_USER_AGENT?.toLowerCase() !== 'true') return 'n8n';
	const { N8N_GLOBAL_USER_AGENT_VALUE: value = '' } = environment;
	return value === '' ? 'Mozilla/5.0 (compatible; n8n; +https://n8n.io/)' : value;
}
