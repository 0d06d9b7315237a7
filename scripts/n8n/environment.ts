import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { freePort } from '../lib/ports.ts';
import type { N8nRuntime } from './runtime.ts';

export type Environment = Record<string, string>;

/**
 * What must not leak from the developer's shell into the n8n under test: n8n's own settings,
 * proxies (everything here is on loopback), and what jest and npm set.
 */
const FOREIGN =
	/^(N8N_|DB_|EXECUTIONS_|QUEUE_|WEBHOOK_|GENERIC_TIMEZONE$|CODE_|NODE_FUNCTION_|npm_|(https?|all|no)_proxy$|NODE_ENV$|NODE_OPTIONS$|JEST_)/i;

/** Asks n8n's own servers at every start. n8n does not start where it is told of a module it lacks. */
const ASKING_MODULE = 'mcp-registry';

/** Settings of a local, quiet n8n with everything in one folder. */
export async function n8nEnvironment(
	{ folder }: N8nRuntime,
	userFolder: string,
	own: Environment,
): Promise<Environment> {
	const modules = join(folder, 'node_modules', 'n8n', 'dist', 'modules');
	return {
		...inherited(),
		NODE_ENV: 'production',
		// n8n starts its task runner as `node`.
		PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ''}`,
		N8N_USER_FOLDER: userFolder,
		N8N_ENCRYPTION_KEY: 'for-local-tests-and-demos-only',
		N8N_LISTEN_ADDRESS: '127.0.0.1',
		N8N_SECURE_COOKIE: 'false',
		// Two n8n at once, or an n8n and a command, would want the same port.
		N8N_RUNNERS_BROKER_PORT: String(await freePort()),
		N8N_GRACEFUL_SHUTDOWN_TIMEOUT: '5',
		N8N_DIAGNOSTICS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
		N8N_TEMPLATES_ENABLED: 'false',
		N8N_PERSONALIZATION_ENABLED: 'false',
		N8N_HIRING_BANNER_ENABLED: 'false',
		N8N_DYNAMIC_BANNERS_ENABLED: 'false',
		N8N_VERIFIED_PACKAGES_ENABLED: 'false',
		N8N_UNVERIFIED_PACKAGES_ENABLED: 'true',
		N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
		N8N_DISABLED_MODULES: existsSync(join(modules, ASKING_MODULE)) ? ASKING_MODULE : '',
		...own,
	};
}

function inherited(): Environment {
	return Object.fromEntries(
		Object.entries(process.env).flatMap(([name, value]) =>
			value === undefined || FOREIGN.test(name) ? [] : [[name, value]],
		),
	);
}
