/**
 * What n8n-core reads when it is loaded: import this file before anything of n8n.
 *
 * n8n-core keeps a settings file in its user folder and makes up an encryption key. Both are
 * fixed here, so that test files running side by side find the same ones.
 */
import 'reflect-metadata';
import { join } from 'node:path';

process.env.N8N_USER_FOLDER = join(import.meta.dirname, '../../../.n8n/in-process');
process.env.N8N_ENCRYPTION_KEY = 'only-for-tests';
// n8n prints every error of a node, expected or not.
process.env.N8N_LOG_LEVEL = 'silent';
// No proxy of the machine may come between a test and its server.
for (const name of Object.keys(process.env)) {
	if (/^(npm_config_)?((https?|all|no)_)?proxy$/i.test(name)) delete process.env[name];
}

/** Runs the action with environment variables set (or unset, by `undefined`), then restores them. */
export async function withEnvironment<T>(
	variables: Record<string, string | undefined>,
	action: () => Promise<T>,
): Promise<T> {
	const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
	apply(Object.entries(variables));
	try {
		return await action();
	} finally {
		apply(before);
	}
}

function apply(variables: ReadonlyArray<readonly [string, string | undefined]>): void {
	for (const [name, value] of variables) {
		if (value === undefined) delete process.env[name];
		else process.env[name] = value;
	}
}
