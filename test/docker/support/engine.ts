import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { PlainError } from '../../../scripts/lib/PlainError.ts';

/** Of every image, network, container and volume of these tests. */
export const NAME = 'concurrent-http-test';

/** `podman`, or `docker` by the environment variable CONTAINER_ENGINE. */
const ENGINE = process.env.CONTAINER_ENGINE || 'podman';
const COMPOSE = ENGINE === 'docker' ? ['docker', 'compose'] : [`${ENGINE}-compose`];

/** Without layers that podman would keep for the next build. */
const environment = { ...process.env, BUILDAH_LAYERS: 'false' };

/** @throws PlainError if a program is missing, or may not do what the tests need */
export async function requirePrograms(): Promise<void> {
	for (const command of [[ENGINE], COMPOSE]) {
		await run([...command, 'version']).catch((error: unknown) => {
			throw new PlainError(
				'These tests need podman and podman-compose, or, with CONTAINER_ENGINE=docker, ' +
					`Docker with Compose. ${String(error)}`,
			);
		});
	}
	if (ENGINE !== 'podman') return;
	if ((await engine('info', '--format', '{{.Host.Security.Rootless}}')) === 'true')
		throw new PlainError('Containers of rootless podman do not reach this machine: start as root.');
}

/**
 * Runs `podman <args>`, or docker.
 * @returns what it wrote to stdout
 * @throws if it fails, with what it wrote to stderr
 */
export async function engine(...args: string[]): Promise<string> {
	return (await run([ENGINE, ...args])).stdout.trim();
}

/** What a container has printed so far, of both streams. */
export async function logOf(container: string): Promise<string> {
	const { stdout, stderr } = await run([ENGINE, 'logs', container]);
	return stdout + stderr;
}

/** Whether `podman <args>` succeeds. */
export async function engineCan(...args: string[]): Promise<boolean> {
	return (await engine(...args).catch(() => undefined)) !== undefined;
}

/** Builds an image anew. */
export async function build(dockerfile: string, tag: string, ...args: string[]): Promise<void> {
	const own = ['--file', dockerfile, '--tag', tag, '--label', NAME, '--no-cache'];
	await engine('build', ...own, ...args);
}

/** Runs `podman-compose <args>`, or `docker compose`, for a project with these files. */
export async function compose(
	files: string[],
	env: Record<string, string>,
	...args: string[]
): Promise<void> {
	const own = ['--project-name', NAME, ...files.flatMap((file) => ['--file', file])];
	await run([...COMPOSE, ...own, ...args], env);
}

async function run(command: string[], env: Record<string, string> = {}) {
	const [program = '', ...args] = command;
	const options = { env: { ...environment, ...env }, maxBuffer: 100_000_000 };
	return await promisify(execFile)(program, args, options);
}

/** Pipes the output of a program into `podman <args>`, or docker. */
export function pipeInto(command: string[], ...args: string[]): void {
	// A shell, because Node would copy each byte.
	const quoted = (words: string[]) => words.map((word) => `'${word}'`).join(' ');
	const line = `set -o pipefail; ${quoted(command)} | ${quoted([ENGINE, ...args])}`;
	const { status, stderr } = spawnSync('bash', ['-c', line], { encoding: 'utf8' });
	if (status !== 0) throw new Error(`${line} failed:\n${stderr}`);
}

/** Removes all that these tests have created, also in a run that was interrupted. */
export async function removeAll(): Promise<void> {
	const labels = [NAME, `com.docker.compose.project=${NAME}`];
	// In this order, because nothing can be removed that something else uses.
	const kinds = { container: ['--all'], volume: [], network: [], image: [] };
	for (const [kind, all] of Object.entries(kinds)) {
		for (const label of labels) {
			const filter = ['--filter', `label=${label}`];
			const ids = await engine(kind, 'ls', '--quiet', ...all, ...filter);
			for (const id of new Set(ids.split('\n').filter(Boolean)))
				if (await engineCan(kind, 'inspect', id)) await engine(kind, 'rm', '--force', id);
		}
	}
}
