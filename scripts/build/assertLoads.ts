import { createRequire, isBuiltin } from 'node:module';
import { compileFunction } from 'node:vm';
import { basename, dirname, join } from 'node:path';
import { PlainError } from '../lib/PlainError.ts';
import { PROVIDED_BY_N8N } from './bundle.ts';
import { projectFolder } from '../paths.ts';

type CommonJsModule = (
	exports: object,
	require: (name: string) => unknown,
	module: object,
	filename: string,
	dirname: string,
) => void;

const require = createRequire(join(projectFolder, 'package.json'));

/**
 * Loads a bundle as n8n does, with nothing at hand but Node and n8n-workflow: some packages hide
 * what they require so well that esbuild does not see it.
 * @throws if it needs more, or does not export the class that its name promises
 */
export function assertLoads(path: string, code: string): void {
	const module = { exports: {} as Record<string, unknown> };
	const parameters = ['exports', 'require', 'module', '__filename', '__dirname'];
	const load = compileFunction(code, parameters, { filename: path }) as CommonJsModule;
	try {
		load(module.exports, requireOfAUser, module, path, dirname(path));
	} catch (cause) {
		throw new PlainError(`${path} cannot be loaded: ${String(cause)}`, { cause });
	}
	const className = basename(path).split('.', 1)[0] ?? '';
	if (typeof module.exports[className] !== 'function') {
		throw new PlainError(`${path} must export a class named ${className}: n8n looks for it.`);
	}
}

function requireOfAUser(name: string): unknown {
	if (isBuiltin(name) || name === PROVIDED_BY_N8N) return require(name) as unknown;
	throw new Error(`it requires "${name}", which is not in the bundle`);
}
