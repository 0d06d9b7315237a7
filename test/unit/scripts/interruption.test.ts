import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { readIfThere } from '../../../scripts/lib/files.ts';
import { isAlive } from '../../../scripts/lib/lock.ts';
import { VERSION_VARIABLE } from '../../../scripts/n8n/runtime.ts';
import { localFolder, projectFolder } from '../../../scripts/paths.ts';

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

it.each(['installN8n', 'startN8n'])('ends npm when %s is interrupted', async (setUp) => {
	const folder = await mkdtemp(join(tmpdir(), 'interruption-'));
	const npm = join(folder, 'npm-cli.js');
	const pidFile = join(folder, 'pid');
	await writeFile(
		npm,
		`require('fs').writeFileSync(${JSON.stringify(pidFile)}, String(process.pid)); setTimeout(() => {}, 60_000);`,
	);
	// A version that is not there, so that npm is to install it.
	const version = basename(folder);
	const code = `(await import(${urlOf(`test/support/${setUp}.ts`)})).default();`;
	const program = spawn(process.execPath, ['--input-type=module', '--eval', code], {
		env: { ...process.env, npm_execpath: npm, [VERSION_VARIABLE]: version },
		stdio: 'ignore',
	});
	const ended = once(program, 'exit');
	while (!(await readIfThere(pidFile))) await sleep(20);
	const child = Number(await readIfThere(pidFile));

	program.kill('SIGINT');
	expect(await ended).toEqual([130, null]);
	expect(isAlive(child)).toBe(false);

	const written = [
		`versions/${version}`,
		`locks/runtime-${version}`,
		`logs/n8n-${version}-install.log`,
	];
	for (const path of [folder, ...written.map((name) => join(localFolder, name))]) {
		await rm(path, { recursive: true, force: true });
	}
});
