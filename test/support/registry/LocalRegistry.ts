import { execFile } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { hasEnded, startChild, stopChild } from '../../../scripts/lib/children.ts';
import { npm } from '../../../scripts/lib/npm.ts';
import { freePort } from '../../../scripts/lib/ports.ts';
import type { Environment } from '../../../scripts/n8n/environment.ts';
import { pack } from '../../../scripts/pack.ts';
import { logFolder, projectFolder } from '../../../scripts/paths.ts';
import { certificatePath } from '../certificates.ts';
import { ensureVerdaccio } from './ensureVerdaccio.ts';
import { RegistryDoor } from './RegistryDoor.ts';

const run = promisify(execFile);
const stopWithParent = join(projectFolder, 'scripts/n8n/stopWithParent.ts');
const START_PATIENCE_MS = 60_000;

/**
 * The registry that n8n installs from. Its name is built into n8n, which passes it to npm; another
 * one needs a licence. So the local registry takes its place: n8n and its npm connect through a
 * proxy that leads to this machine, and trust a certificate of the tests.
 */
const REGISTRY_HOST = 'registry.npmjs.org';

/**
 * An npm registry (Verdaccio) on the loopback interface, with no other package than those that are
 * published to it. This package has no dependencies, so it needs no connection to another registry.
 */
export class LocalRegistry {
	private readonly folder: string;
	private readonly url: string;
	private readonly process: ChildProcess;
	private readonly door: RegistryDoor;

	/** @param host this machine's address for those that install; they reach it through a proxy there */
	static async start(host = '127.0.0.1'): Promise<LocalRegistry> {
		const command = await ensureVerdaccio();
		const folder = await mkdtemp(join(tmpdir(), 'registry-'));
		const port = await freePort();
		const url = `https://127.0.0.1:${port}`;
		const config = join(folder, 'config.yaml');
		// JSON is YAML, too.
		await writeFile(config, JSON.stringify(verdaccioConfig(folder)));
		const args = ['--import', pathToFileURL(stopWithParent).href, command];
		const child = startChild(process.execPath, [...args, '--config', config, '--listen', url], {
			cwd: folder,
			stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
		});
		// Verdaccio tells a parent when it listens.
		const deadline = Date.now() + START_PATIENCE_MS;
		let isReady = false;
		child.once('message', () => (isReady = true));
		while (!isReady) {
			if (hasEnded(child) || Date.now() > deadline) throw new Error('Verdaccio did not start');
			await sleep(50);
		}
		return new LocalRegistry(
			folder,
			url,
			child,
			await RegistryDoor.open(REGISTRY_HOST, port, host),
		);
	}

	private constructor(folder: string, url: string, child: ChildProcess, door: RegistryDoor) {
		this.folder = folder;
		this.url = url;
		this.process = child;
		this.door = door;
	}

	/** Makes n8n, and the npm that it starts, find this registry in the place of npm's. */
	get environment(): Environment {
		return {
			HTTPS_PROXY: this.door.url,
			NO_PROXY: 'localhost,127.0.0.1',
			NODE_EXTRA_CA_CERTS: certificatePath('registry'),
			...this.npmEnvironment,
			npm_config_registry: `https://${REGISTRY_HOST}`,
		};
	}

	/** Keeps the developer's npm apart: its settings, and its cache of packages of the same name. */
	private get npmEnvironment(): Environment {
		return {
			npm_config_userconfig: join(this.folder, 'npmrc'),
			npm_config_globalconfig: join(this.folder, 'global-npmrc'),
			npm_config_cache: join(this.folder, 'npm-cache'),
			npm_config_cafile: certificatePath('registry'),
		};
	}

	/**
	 * Publishes this package under a version number.
	 * @returns its checksum, as the registry states it: `sha512-` and base64
	 */
	async publish(version: string): Promise<string> {
		const { path } = await pack();
		const copy = join(this.folder, `package-${version}`);
		await mkdir(copy);
		await run('tar', ['-xzf', path, '-C', copy, '--strip-components=1']);
		const manifestPath = join(copy, 'package.json');
		const manifest = JSON.parse(await readFile(manifestPath, 'utf8')) as { name: string };
		await writeFile(manifestPath, JSON.stringify({ ...manifest, version }, null, '\t'));
		const { host } = new URL(this.url);
		// npm wants a token, even for a registry that lets anybody publish.
		await writeFile(join(this.folder, 'npmrc'), `//${host}/:_authToken=none\n`);
		const log = join(logFolder, 'registry-publish.log');
		const options = { folder: copy, log, env: this.npmEnvironment };
		const registry = ['--registry', this.url];
		await npm(['publish', '--ignore-scripts', '--no-provenance', ...registry], options);
		const name = `${manifest.name}@${version}`;
		const checksum = await npm(['view', name, 'dist.integrity', ...registry], options);
		return checksum.trim();
	}

	async close(): Promise<void> {
		await this.door.close();
		await stopChild(this.process);
		await rm(this.folder, { recursive: true, force: true });
	}
}

function verdaccioConfig(folder: string): object {
	return {
		storage: join(folder, 'storage'),
		https: {
			key: certificatePath('registry').replace('-cert.pem', '-key.pem'),
			cert: certificatePath('registry'),
		},
		auth: { htpasswd: { file: join(folder, 'htpasswd') } },
		uplinks: {},
		packages: { '**': { access: '$all', publish: '$all' } },
		web: { enable: false },
		log: { type: 'stdout', level: 'error' },
	};
}
