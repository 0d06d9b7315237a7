import { watch } from 'node:fs';
import { buildPackage } from './build/buildPackage.ts';
import { SOURCE_FOLDERS } from './build/sources.ts';
import { runProgram } from './lib/main.ts';
import { projectFolder } from './paths.ts';

/** One save can be several events. */
const SETTLE_MS = 100;

async function build(): Promise<void> {
	const started = performance.now();
	const files = await buildPackage();
	for (const [path, size] of files) {
		console.log(`dist/${path}  ${(size / 1024).toFixed(1)} kB`);
	}
	console.log(`Built in ${Math.round(performance.now() - started)} ms`);
}

/** Builds at every change, until interrupted. */
async function buildOnChange(): Promise<never> {
	const attempt = () =>
		build().catch((error: unknown) =>
			console.error(error instanceof Error ? error.message : error),
		);
	let pending = attempt();
	let timer: NodeJS.Timeout | undefined;
	for (const folder of SOURCE_FOLDERS) {
		watch(`${projectFolder}/${folder}`, { recursive: true }, () => {
			clearTimeout(timer);
			timer = setTimeout(() => {
				pending = pending.then(attempt);
			}, SETTLE_MS);
		});
	}
	console.log(`Watching ${SOURCE_FOLDERS.join(', ')} ...`);
	return await new Promise<never>(() => {});
}

if (process.argv.includes('--watch')) {
	await runProgram(buildOnChange, { runsUntilInterrupted: true });
} else {
	await runProgram(build);
}
