/** Queue mode with a main and workers on folders of their own: how each worker gets the package. */
import type { N8nServer } from '../../scripts/n8n/N8nServer.ts';
import { QueueCluster } from '../../scripts/queue/QueueCluster.ts';
import { LocalRegistry } from '../support/registry/LocalRegistry.ts';
import { TestServer } from '../support/TestServer.ts';
import { install, logged, PACKAGE, runThreeRequests, THREE_ECHOES } from './support/community.ts';

jest.setTimeout(300_000);

let registry: LocalRegistry;
let server: TestServer;
let cluster: QueueCluster;
/** Of all processes that are started from now on. */
let env: Record<string, string>;

beforeAll(async () => {
	server = await TestServer.start();
	registry = await LocalRegistry.start();
	await registry.publish('0.1.0');
	env = registry.environment;
	cluster = await QueueCluster.start({
		name: 'test-install',
		workers: [],
		withPackage: false,
		env,
	});
});

afterEach(async () => {
	for (const worker of [...cluster.workers.keys()]) await cluster.stopWorker(worker);
});

afterAll(async () => {
	await cluster?.close();
	await registry?.close();
	await server?.close();
});

/** Starts a worker on an empty folder. */
async function startEmpty(name: string, own: Record<string, string> = {}): Promise<N8nServer> {
	return await cluster.startWorker(name, { withPackage: false, env: own });
}

const REINSTALL = { N8N_REINSTALL_MISSING_PACKAGES: 'true' };

it('workers that run install what is installed through the editor', async () => {
	const workers = [await startEmpty('a'), await startEmpty('b')];
	await install(cluster.main);
	for (const worker of workers) await logged(worker, `Community package installed: ${PACKAGE}`);
	expect(await runThreeRequests(cluster.main, server)).toEqual(THREE_ECHOES);
	await cluster.stopWorker('a');
	expect(await runThreeRequests(cluster.main, server)).toEqual(THREE_ECHOES);
});

it('workers that start on an empty folder reinstall it where they are told to', async () => {
	for (const name of ['a', 'b']) {
		const worker = await startEmpty(name, REINSTALL);
		await logged(worker, 'Packages reinstalled successfully');
	}
	expect(await runThreeRequests(cluster.main, server)).toEqual(THREE_ECHOES);
	await cluster.stopWorker('a');
	expect(await runThreeRequests(cluster.main, server)).toEqual(THREE_ECHOES);
});

it('a worker that is not told to fails each run', async () => {
	const worker = await startEmpty('a');
	await logged(worker, 'some packages are missing');
	await expect(runThreeRequests(cluster.main, server)).rejects.toThrow('Unrecognized node type');
});

it('a worker that allows verified packages only does not reinstall it', async () => {
	const worker = await startEmpty('a', { ...REINSTALL, N8N_UNVERIFIED_PACKAGES_ENABLED: 'false' });
	await logged(worker, `Failed to reinstall community package ${PACKAGE}`);
	await expect(runThreeRequests(cluster.main, server)).rejects.toThrow('Unrecognized node type');
});

it('a worker that runs installs what the main’s environment names, with its checksum', async () => {
	const checksum = await registry.publish('0.1.1');
	await cluster.main.stop();
	Object.assign(env, {
		N8N_UNVERIFIED_PACKAGES_ENABLED: 'false',
		N8N_COMMUNITY_PACKAGES_MANAGED_BY_ENV: 'true',
		N8N_COMMUNITY_PACKAGES: JSON.stringify([{ name: PACKAGE, version: '0.1.1', checksum }]),
	});
	const worker = await startEmpty('a');
	await cluster.startMain();
	await logged(worker, `Community package installed: ${PACKAGE}`);
	expect(await runThreeRequests(cluster.main, server)).toEqual(THREE_ECHOES);
});
