import { createWriteStream } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { basename, delimiter, dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import { finished } from 'node:stream/promises';
import { once } from 'node:events';
import { startChild } from './children.ts';
import { PlainError } from './PlainError.ts';

export interface NpmOptions {
	/** Must hold a package.json, or npm works in a folder above it. */
	folder: string;
	/** File that gets everything npm says, and is named if npm fails. */
	log: string;
	/** Environment variables beyond ours. */
	env?: Record<string, string>;
}

/**
 * Runs npm with this process's Node.
 * @returns what npm wrote to stdout
 */
export async function npm(
	args: readonly string[],
	{ folder, log, env }: NpmOptions,
): Promise<string> {
	await mkdir(dirname(log), { recursive: true });
	const file = createWriteStream(log, { flags: 'a' });
	file.write(`$ npm ${args.join(' ')}\n`);
	const [command, first] = npmCommand();
	const child = startChild(command, [...first, ...args], {
		cwd: folder,
		env: { ...environment(), ...env },
		stdio: ['ignore', 'pipe', 'pipe'],
		shell: process.platform === 'win32' && first.length === 0,
	});
	const { stdout, stderr } = child;
	if (!stdout || !stderr) throw new Error('npm was started without pipes');
	stdout.pipe(file, { end: false });
	stderr.pipe(file, { end: false });
	const [output, , [code]] = await Promise.all([
		text(stdout),
		finished(stderr),
		once(child, 'exit') as Promise<[number | null]>,
	]);
	file.end();
	await finished(file);
	if (code === 0) return output;
	throw new PlainError(
		`npm ${args[0]} failed (exit code ${code ?? 'none'}). ${await lastErrors(log)}\nAll of it: ${log}`,
	);
}

/** The npm that runs us, if it does, or else the one on the PATH. */
function npmCommand(): [string, string[]] {
	const cli = process.env.npm_execpath;
	return cli && basename(cli) === 'npm-cli.js' ? [process.execPath, [cli]] : ['npm', []];
}

/** Ours, without what describes the script that runs us, and with our Node first on the PATH. */
function environment(): NodeJS.ProcessEnv {
	const ofTheScript = /^(npm_(package|lifecycle)_|npm_(command|config_local_prefix)$|INIT_CWD$)/;
	// With NODE_ENV=test or production, npm installs other things.
	const kept = Object.entries(process.env).filter(
		([name]) => !ofTheScript.test(name) && name !== 'NODE_ENV',
	);
	return {
		...Object.fromEntries(kept),
		PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ''}`,
	};
}

async function lastErrors(log: string): Promise<string> {
	const lines = (await readFile(log, 'utf8')).split('\n');
	const errors = lines.filter((line) => /^npm (error|ERR!)/.test(line));
	return `Its last words:\n${errors.slice(-10).join('\n')}`;
}
