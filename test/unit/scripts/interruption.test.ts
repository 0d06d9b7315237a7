import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isAlive } from '../../../scripts/lib/lock.ts';
import { projectFolder } from '../../../scripts/paths.ts';

const urlOf = (file: string) => JSON.stringify(pathToFileURL(join(projectFolder, file)).href);

/** Starts a child, names it, and writes until it is interrupted. */
const PROGRAM = `
	import { startChild } from ${urlOf('scripts/lib/children.ts')};
	import { runProgram } from ${urlOf('scripts/lib/main.ts')};
	await runProgram(async () => {
		console.log(startChild('sleep', ['60']).pid);
		setInterval(() => console.log('working'), 10);
		await new Promise(() => {});
	});
`;

it.each([
	['SIGINT', 130],
	['SIGTERM', 143],
	['SIGHUP', 129],
] as const)('ends the children of a program on %s', async (signal, exitCode) => {
	const program = spawn(process.execPath, ['--input-type=module', '--eval', PROGRAM]);
	const [text] = (await once(program.stdout, 'data')) as [Buffer];
	const child = Number.parseInt(text.toString());
	expect(isAlive(child)).toBe(true);

	// As a terminal that is closed: nobody reads any more.
	program.stdout.destroy();
	program.stderr.destroy();
	program.kill(signal);
	expect(await once(program, 'exit')).toEqual([exitCode, null]);
	expect(isAlive(child)).toBe(false);
});
