import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import type { ChildProcess } from 'node:child_process';
import { startChild } from '../lib/children.ts';
import type { Environment } from './environment.ts';
import type { N8nRuntime } from './runtime.ts';

const stopWithParent = pathToFileURL(join(import.meta.dirname, 'stopWithParent.ts')).href;

/** Enough to show why a start failed, without growing for as long as n8n runs. */
const KEPT_LOG_CHARACTERS = 1_000_000;

export interface N8nProcess {
	child: ChildProcess;
	/** Its output so far, of both streams; only the end of a long one. */
	readonly log: string;
	/** Settles when it has ended and all its output has been read. */
	ended: Promise<number | null>;
}

export interface CommandOptions {
	runtime: N8nRuntime;
	env: Environment;
	/** Working directory; n8n reads a `.env` file there. */
	folder: string;
	/** File that gets all output, anew for each command. */
	logFile: string;
}

/** Starts `n8n <args>`. */
export function startN8n(args: string[], options: CommandOptions): N8nProcess {
	const { runtime, env, folder, logFile } = options;
	const child = startChild(process.execPath, ['--import', stopWithParent, runtime.bin, ...args], {
		cwd: folder,
		env,
		stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
	});
	const { stdout, stderr } = child;
	if (!stdout || !stderr) throw new Error('n8n was started without pipes');
	const file = createWriteStream(logFile);
	let log = '';
	for (const stream of [stdout, stderr]) {
		stream.setEncoding('utf8').on('data', (text: string) => {
			log = (log + text).slice(-KEPT_LOG_CHARACTERS);
			file.write(text);
		});
	}
	const ended = (async () => {
		const [[code]] = await Promise.all([
			once(child, 'exit') as Promise<[number | null]>,
			finished(stdout),
			finished(stderr),
		]);
		file.end();
		return code;
	})();
	return {
		child,
		ended,
		get log() {
			return log;
		},
	};
}

/**
 * Runs `n8n <args>` to its end.
 * @returns exit code and all that it wrote to stdout
 */
export async function runN8n(
	args: string[],
	options: CommandOptions,
): Promise<{ code: number | null; stdout: string; log: string }> {
	const running = startN8n(args, options);
	const parts: string[] = [];
	running.child.stdout?.on('data', (text: string) => parts.push(text));
	const code = await running.ended;
	return { code, stdout: parts.join(''), log: running.log };
}
