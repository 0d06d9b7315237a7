import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

import { CHART_RENDERER, CHART_THREAD } from '../../scripts/build/sources.ts';
import { localFolder, projectFolder } from '../../scripts/paths.ts';

let file: string | undefined;

/** The bundle of the thread that draws charts, made of the sources as they are. */
export function threadFile(): string {
	return (file ??= build());
}

/** The renderer, where the build takes it from. */
export function rendererFile(): string {
	return join(projectFolder, CHART_RENDERER.from);
}

/** esbuild fails within jest, whose realm has another Uint8Array, so it runs as a program. */
function build(): string {
	const outfile = join(localFolder, 'test', `chartThread.${process.env.JEST_WORKER_ID}.js`);
	execFileSync(join(projectFolder, 'node_modules/.bin/esbuild'), [
		join(projectFolder, CHART_THREAD),
		`--outfile=${outfile}`,
		...['--bundle', '--platform=node', '--format=cjs', '--target=node22'],
		...['--log-level=error', '--loader:.woff2=binary'],
	]);
	return outfile;
}
