import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import type { ModelEvaluation, ModelSet } from './evaluateModels.ts';

const MOST_OUTPUT = 256 * 1024 * 1024;

/**
 * Runs the simulations in a process of their own. There are millions of events, and inside jest,
 * where every global is looked up through a sandbox, each takes ten times as long.
 *
 * @param folder where this file is
 */
export async function evaluateInProcess(
	folder: string,
	set: ModelSet,
	seeds: readonly number[],
	fixedSeeds?: readonly number[],
): Promise<ModelEvaluation[]> {
	const target = await mkdtemp(join(tmpdir(), 'simulation-'));
	try {
		const outfile = join(target, 'simulation.cjs');
		await build({
			stdin: {
				contents: `
					import { evaluateModels } from './evaluateModels.ts';
					process.stdout.write(JSON.stringify(evaluateModels('${set}', ${JSON.stringify(seeds)}, ${JSON.stringify(fixedSeeds)})));
				`,
				resolveDir: folder,
				loader: 'ts',
			},
			outfile,
			bundle: true,
			platform: 'node',
			format: 'cjs',
			target: 'node22',
			logLevel: 'warning',
		});
		const { stdout } = await promisify(execFile)(process.execPath, [outfile], {
			maxBuffer: MOST_OUTPUT,
		});
		return JSON.parse(stdout) as ModelEvaluation[];
	} finally {
		await rm(target, { recursive: true, force: true });
	}
}
