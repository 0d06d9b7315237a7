import { existsSync } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { PlainError } from '../../../scripts/lib/PlainError.ts';
import { temporaryFolder } from '../../../scripts/lib/temporaryFolder.ts';
import { ensureRuntime } from '../../../scripts/n8n/runtime.ts';
import { build, engineCan, NAME, pipeInto } from './engine.ts';

export const imagesFolder = join(import.meta.dirname, '..', 'images');

/** Static programs of Debian's packages busybox-static and tini, and their places in the image. */
const PROGRAMS = { '/bin/busybox': 'bin/busybox', '/usr/bin/tini-static': 'usr/bin/tini' };

/** Leaves n8n's image as it is if it is there, else builds a stand-in under its name. */
export async function ensureBaseImage(image: string): Promise<void> {
	if (await engineCan('image', 'inspect', image)) {
		process.stderr.write(`Using ${image} as it is on this machine.\n`);
		return;
	}
	process.stderr.write(`${image} is not on this machine. Building a stand-in for it ...\n`);
	const files = `localhost/${NAME}:files`;
	await importFiles(files);
	const args = ['--build-arg', `FILES=${files}`, imagesFolder];
	await build(join(imagesFolder, 'standIn.Dockerfile'), image, ...args);
}

/** An image with the programs, this Node, its npm and the pinned n8n, without what only debuggers read. */
async function importFiles(tag: string): Promise<void> {
	const { folder } = await ensureRuntime();
	const npm = dirname(dirname(process.env.npm_execpath ?? ''));
	if (basename(npm) !== 'npm') throw new PlainError('Run this by an npm script: it needs npm.');
	const root = await temporaryFolder('stand-in');
	try {
		const places: Record<string, string> = { ...PROGRAMS, [process.execPath]: 'usr/bin/node' };
		for (const library of libraries(process.execPath)) places[library] = library.slice(1);
		for (const [file, place] of Object.entries(places)) {
			if (!existsSync(file)) {
				throw new PlainError(`The stand-in needs ${file}, of Debian's busybox-static and tini.`);
			}
			await mkdir(dirname(join(root.path, place)), { recursive: true });
			await copyFile(file, join(root.path, place));
		}
		await mkdir(join(root.path, 'etc'));
		const tar = [
			...['tar', '--create', '--owner=0', '--group=0', '--exclude=*.map', '--exclude=*.d.ts'],
			// Symbolic links lead within node_modules.
			'--transform=s,^node_modules,usr/local/lib/node_modules,S',
			'--transform=s,^npm,usr/lib/node_modules/npm,S',
			...['-C', root.path, 'bin', 'etc', 'lib', 'lib64', 'usr'],
			...['-C', folder, 'node_modules', '-C', dirname(npm), 'npm'],
		];
		pipeInto(tar, 'import', '--change', `LABEL ${NAME}=files`, '-', tag);
	} finally {
		await root.remove();
	}
}

/** The shared libraries of a program. */
function libraries(program: string): string[] {
	const output = execFileSync('ldd', [program], { encoding: 'utf8' });
	return [...output.matchAll(/\/\S+/g)].map(([path]) => path);
}
