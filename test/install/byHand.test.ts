/**
 * The package installed without n8n's help, as docs/installing.md describes it: with npm, from a tarball
 * without a network, and by the commands of the Dockerfile, which run here in a folder in place of an image.
 */
import { execFile } from 'node:child_process';
import { copyFile, mkdir, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { createInstance } from '../../scripts/n8n/instance.ts';
import type { N8nInstance } from '../../scripts/n8n/instance.ts';
import type { Environment } from '../../scripts/n8n/environment.ts';
import type { RunningN8n } from '../../scripts/n8n/RunningN8n.ts';
import { examplesFolder } from '../../scripts/paths.ts';
import { LocalRegistry } from '../support/registry/LocalRegistry.ts';
import { TestServer } from '../support/TestServer.ts';
import { installedVersions, PACKAGE, runThreeRequests, THREE_ECHOES } from './support/community.ts';

jest.setTimeout(300_000);

let registry: LocalRegistry;
let server: TestServer;
let checksum: string;

beforeAll(async () => {
	server = await TestServer.start();
	registry = await LocalRegistry.start();
	checksum = await registry.publish('0.1.0');
});

afterAll(async () => {
	await registry?.close();
	await server?.close();
});

async function emptyInstance(env: Environment = {}): Promise<N8nInstance> {
	return await createInstance({ name: 'test-by-hand', fresh: true, withPackage: false, env });
}

function nodesFolder({ folder }: N8nInstance): string {
	return join(folder, '.n8n', 'nodes');
}

/** Runs a command line in a shell, with our Node and the local registry. */
async function shell(command: string, cwd: string, env: Environment = {}): Promise<void> {
	const PATH = `${dirname(process.execPath)}:${process.env.PATH}`;
	const own = { ...process.env, NODE_ENV: '', PATH, ...registry.environment, ...env };
	await promisify(execFile)('sh', ['-ec', command], { cwd, env: own });
}

async function inN8n(instance: N8nInstance, use: (n8n: RunningN8n) => Promise<void>) {
	const n8n = await instance.start();
	try {
		await use(n8n);
	} finally {
		await n8n.stop();
	}
}

async function expectToRun(instance: N8nInstance): Promise<void> {
	// Whatever else npm brings, such as an n8n-workflow of its own, the node would use in place of n8n's.
	const installed = await readdir(join(nodesFolder(instance), 'node_modules'));
	expect(installed.filter((name) => !name.startsWith('.'))).toEqual([PACKAGE]);
	await inN8n(instance, async (n8n) => {
		expect(await runThreeRequests(n8n, server)).toEqual(THREE_ECHOES);
		// Settings > Community Nodes lists what n8n itself has installed.
		expect(await installedVersions(n8n)).toEqual([]);
	});
}

it('with npm, in n8n’s folder for community packages', async () => {
	const instance = await emptyInstance();
	await mkdir(nodesFolder(instance), { recursive: true });
	await shell(`npm init --yes && npm install ${PACKAGE}`, nodesFolder(instance));
	await expectToRun(instance);
});

it('from a tarball, without a network', async () => {
	const instance = await emptyInstance();
	await mkdir(nodesFolder(instance), { recursive: true });
	const tarball = `${PACKAGE}-0.1.0.tgz`;
	await copyFile(instance.packed.path, join(nodesFolder(instance), tarball));
	const nowhere = { HTTPS_PROXY: 'http://127.0.0.1:1', npm_config_cache: 'empty-cache' };
	const command = `npm init --yes && npm install --offline ./${tarball}`;
	await shell(command, nodesFolder(instance), nowhere);
	await expectToRun(instance);
});

it('by the commands of the Dockerfile', async () => {
	const instance = await emptyInstance();
	const dockerfile = await readFile(join(examplesFolder, 'docker/Dockerfile'), 'utf8');
	const [, command] = /^RUN ((?:.*\\\n)*.*)$/m.exec(dockerfile) ?? [];
	const [, PACKAGE_VERSION] = /^ARG PACKAGE_VERSION=(.*)$/m.exec(dockerfile) ?? [];
	const here = command!.replaceAll('/home/node', instance.folder);
	await shell(here, instance.folder, { PACKAGE_VERSION: PACKAGE_VERSION! });
	await expectToRun(instance);
});

it('by the environment of the compose file', async () => {
	const text = await readFile(join(examplesFolder, 'docker/compose.yaml'), 'utf8');
	const { services } = parse(text) as { services: { n8n: { environment: Environment } } };
	const environment = Object.entries(services.n8n.environment).map(
		([name, value]) => [name, value.replace(/\$\{PACKAGE_CHECKSUM:\?.*?\}/, checksum)] as const,
	);
	const instance = await emptyInstance({
		...registry.environment,
		...Object.fromEntries(environment),
	});
	await inN8n(instance, async (n8n) => {
		expect(await installedVersions(n8n)).toEqual([`${PACKAGE}@0.1.0`]);
		expect(await runThreeRequests(n8n, server)).toEqual(THREE_ECHOES);
	});
});
