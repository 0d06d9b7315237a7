import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readOptions } from '../../../../bench/Options.ts';
import { cases } from '../../../../bench/cases.ts';
import { projectFolder } from '../../../../scripts/paths.ts';
import manifest from '../../../../package.json';

/** Commands of npm itself that the pages use. */
const NPM_COMMANDS = ['ci', 'init', 'install', 'pack', 'view', 'publish'];

/** What `npm test` and `npm start` are short for. */
const NPM_SCRIPTS = ['test', 'start'];

const CONVERT_OPTIONS = ['--back', '--output', '--help'];

/** Whether a piece of code within a line is a command of this project. */
export function isCommand(code: string): boolean {
	return /^(?:[A-Z_]+=\S+ )*(?:(?:npm|npx|node) \S|\.ci\/run)/.test(code);
}

/** What is wrong with lines for a shell: their syntax, or a command that does not exist. */
export function faultsOf(script: string): string[] {
	const { status, stderr } = spawnSync('bash', ['-n'], { input: script, encoding: 'utf8' });
	if (status !== 0) return [stderr.trim()];
	return script
		.split('\n')
		.map((line) => line.replace(/(?:^|\s)#.*$/, ''))
		.flatMap((line) => line.split(/&&|\|\|?|;/))
		.map((command) => command.trim().replace(/^(?:[A-Z_]+=\S+ )+/, ''))
		.flatMap(faultsOfCommand);
}

function faultsOfCommand(command: string): string[] {
	const [program = '', ...args] = command.replace(/\s*\d?>.*$/, '').split(/\s+/);
	if (program === 'npm') return faultsOfNpm(args);
	if (program === 'npx') return faultsOfNpx(args);
	if (program === 'node') return existsSync(join(projectFolder, args[0] ?? '')) ? [] : [command];
	if (program.startsWith('.')) return existsSync(join(projectFolder, program)) ? [] : [command];
	return [];
}

function faultsOfNpm([command = '', ...args]: string[]): string[] {
	if (NPM_COMMANDS.includes(command)) return [];
	const name = command === 'run' ? (args.shift() ?? '') : command;
	if (command !== 'run' && !NPM_SCRIPTS.includes(command)) return [`npm has no ${command}`];
	if (!(name in manifest.scripts)) return [`package.json has no script "${name}"`];
	if (name !== 'bench' || args[0] !== '--') return [];
	try {
		readOptions(args.slice(1), cases);
		return [];
	} catch (error) {
		return [String(error)];
	}
}

function faultsOfNpx([name = '', command, ...args]: string[]): string[] {
	if (!(name in manifest.bin)) return [`package.json has no command "${name}"`];
	if (command !== undefined && command !== 'convert') return [`${name} has no ${command}`];
	return args
		.filter((arg) => arg.startsWith('--') && !CONVERT_OPTIONS.includes(arg))
		.map((option) => `${name} has no ${option}`);
}
