import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { npm } from '../lib/npm.ts';
import { PlainError } from '../lib/PlainError.ts';
import { downloadNodeHeaders, findNodeHeaders } from './nodeHeaders.ts';

const run = promisify(execFile);

/**
 * Brings the native part of sqlite3 into n8n's node_modules: a prebuilt binary where one can be
 * downloaded, else it is compiled, which takes about a minute and needs a C++ compiler.
 */
export async function buildSqlite(folder: string, log: string): Promise<void> {
	const headersAreConfigured = await hasNodedir(folder, log);
	const build = (headers: string | undefined) => {
		// In the environment, where node-gyp looks: npm does not know the option.
		const env: Record<string, string> = headers ? { npm_config_nodedir: headers } : {};
		return npm(['rebuild', 'sqlite3'], { folder, log, env });
	};
	try {
		await build(headersAreConfigured ? undefined : findNodeHeaders());
	} catch (error) {
		// Neither a prebuilt binary nor Node's headers could be had from their usual places.
		const headers =
			headersAreConfigured || findNodeHeaders() ? undefined : await downloadNodeHeaders(log);
		if (!headers) throw withHint(error);
		await build(headers).catch((again: unknown) => {
			throw withHint(again);
		});
	}
	await run(process.execPath, ['-e', "require('sqlite3')"], { cwd: folder });
}

async function hasNodedir(folder: string, log: string): Promise<boolean> {
	const value = (await npm(['config', 'get', 'nodedir'], { folder, log })).trim();
	return value !== '' && value !== 'undefined' && value !== 'null';
}

function withHint(error: unknown): Error {
	return new PlainError(
		`${String(error)}\nn8n's database needs the native module sqlite3. No prebuilt binary could be ` +
			'downloaded (from GitHub) and compiling it failed; for that Python 3, make and a C++ ' +
			'compiler must be installed (on Debian: apt-get install python3 make g++).',
	);
}
