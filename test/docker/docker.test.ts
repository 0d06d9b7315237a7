/**
 * examples/docker/, built and started as they are. The image that they name is used if it is on this
 * machine, else a stand-in. npm's registry is one of this test, which needs to be told the containers:
 * by a layer below the Dockerfile's, and by a second compose file.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'yaml';
import { freePort, isFree } from '../../scripts/lib/ports.ts';
import { PlainError } from '../../scripts/lib/PlainError.ts';
import { temporaryFolder } from '../../scripts/lib/temporaryFolder.ts';
import type { TemporaryFolder } from '../../scripts/lib/temporaryFolder.ts';
import { isReady } from '../../scripts/n8n/instance.ts';
import { RestApi } from '../../scripts/n8n/RestApi.ts';
import { N8nClient } from '../../scripts/n8n/RunningN8n.ts';
import { examplesFolder } from '../../scripts/paths.ts';
import {
	installedVersions,
	knowsOurNode,
	PACKAGE,
	runThreeRequests,
	THREE_ECHOES,
} from '../install/support/community.ts';
import { certificatePath } from '../support/certificates.ts';
import { LocalRegistry } from '../support/registry/LocalRegistry.ts';
import { TestServer } from '../support/TestServer.ts';
import { ensureBaseImage, imagesFolder } from './support/baseImage.ts';
import { build, compose, engine, logOf } from './support/engine.ts';
import { NAME, removeAll, requirePrograms } from './support/engine.ts';

// The first time, n8n is installed, too.
jest.setTimeout(1_800_000);

const folder = join(examplesFolder, 'docker');
const composeFile = join(folder, 'compose.yaml');
/** Of the compose file. */
const PUBLISHED = 5678;
const START_PATIENCE_MS = 180_000;

/** The image that the compose file names. */
let image: string;
let registry: LocalRegistry;
let server: TestServer;
let checksum: string;
let temporary: TemporaryFolder;
/** The second compose file. */
let additions: string;

beforeAll(async () => {
	await requirePrograms();
	await removeAll();
	const { services } = parse(await readFile(composeFile, 'utf8')) as {
		services: { n8n: { image: string } };
	};
	image = services.n8n.image;
	await ensureBaseImage(image);
	const gateway = await createNetwork();
	server = await TestServer.start({ host: gateway });
	registry = await LocalRegistry.start(gateway);
	checksum = await registry.publish('0.1.0');
	temporary = await temporaryFolder('docker');
	additions = join(temporary.path, 'additions.yaml');
	await writeFile(additions, JSON.stringify(additionsOf(registry)));
});

afterAll(async () => {
	await removeAll();
	await registry?.close();
	await server?.close();
	await temporary?.remove();
});

/** @returns this machine's address in it, which is there as long as a container is in the network */
async function createNetwork(): Promise<string> {
	await engine('network', 'create', '--label', NAME, NAME);
	const args = ['--detach', '--label', NAME, '--network', NAME, '--entrypoint', 'node'];
	const id = await engine('run', ...args, image, '--eval', 'setInterval(() => {}, 1e6)');
	const format = '{{range .NetworkSettings.Networks}}{{.Gateway}}{{end}}';
	return await engine('container', 'inspect', '--format', format, id);
}

/** What the containers of the compose file need to find the registry, and to be quiet. */
function additionsOf({ environment }: LocalRegistry): object {
	const certificate = '/registry-cert.pem';
	const n8n = {
		environment: {
			N8N_DIAGNOSTICS_ENABLED: 'false',
			HTTPS_PROXY: environment.HTTPS_PROXY,
			NODE_EXTRA_CA_CERTS: certificate,
			npm_config_cafile: certificate,
		},
		volumes: [`${certificatePath('registry')}:${certificate}:ro`],
	};
	return { services: { n8n }, networks: { default: { name: NAME, external: true } } };
}

/** Waits for the n8n of a container, and signs in. */
async function n8nAt(port: number, container: string): Promise<N8nClient> {
	const baseUrl = `http://127.0.0.1:${port}`;
	const deadline = Date.now() + START_PATIENCE_MS;
	while (!(await isReady(baseUrl))) {
		if (Date.now() > deadline) throw new Error(`n8n is not ready:\n${await logOf(container)}`);
		await sleep(500);
	}
	const api = new RestApi(baseUrl);
	await api.signIn();
	return new N8nClient(baseUrl, api);
}

it('the Dockerfile: an image with the package, which n8n finds without a registry', async () => {
	const trusting = `${image.slice(0, image.lastIndexOf(':'))}:${NAME}`;
	const fixtures = join(certificatePath('registry'), '..');
	const below = join(imagesFolder, 'trusting.Dockerfile');
	await build(below, trusting, '--build-arg', `IMAGE=${image}`, fixtures);
	const args = [`N8N_VERSION=${NAME}`, `HTTPS_PROXY=${registry.environment.HTTPS_PROXY}`];
	const buildArgs = args.flatMap((arg) => ['--build-arg', arg]);
	await build(join(folder, 'Dockerfile'), NAME, '--network', 'host', ...buildArgs, folder);

	const port = await freePort();
	const own = ['--detach', '--label', NAME, '--network', NAME];
	const more = ['--publish', `127.0.0.1:${port}:5678`, '--env', 'N8N_DIAGNOSTICS_ENABLED=false'];
	const container = await engine('run', ...own, ...more, NAME);
	const n8n = await n8nAt(port, container);
	expect(await runThreeRequests(n8n, server)).toEqual(THREE_ECHOES);
	// n8n itself has not installed it.
	expect(await installedVersions(n8n)).toEqual([]);
	await engine('container', 'rm', '--force', container);
});

describe('the compose file', () => {
	const files = () => [composeFile, additions];
	const anyChecksum = { PACKAGE_CHECKSUM: `sha512-${'A'.repeat(86)}==` };

	beforeEach(async () => {
		await compose(files(), anyChecksum, 'down', '--volumes');
		if (await isFree(PUBLISHED)) return;
		throw new PlainError(`The compose file publishes port ${PUBLISHED}, and something uses it.`);
	});

	/** Starts n8n for as long as a test uses it. */
	async function inN8n(
		env: { PACKAGE_CHECKSUM: string },
		use: (n8n: N8nClient, log: () => Promise<string>) => Promise<void>,
	): Promise<void> {
		await compose(files(), env, 'up', '--detach');
		const filter = `label=com.docker.compose.project=${NAME}`;
		const container = await engine('container', 'ls', '--quiet', '--filter', filter);
		try {
			await use(await n8nAt(PUBLISHED, container), async () => await logOf(container));
		} finally {
			await compose(files(), env, 'down');
		}
	}

	it('says where the checksum is explained if it is missing', async () => {
		const started = compose([composeFile], {}, 'up', '--detach');
		await expect(started).rejects.toThrow('see the first lines of this file');
	});

	it('installs nothing with a wrong checksum, and says so in the log', async () => {
		await inN8n(anyChecksum, async (n8n, log) => {
			expect(await log()).toContain(`Failed to install community package '${PACKAGE}@0.1.0'`);
			expect(await knowsOurNode(n8n)).toBe(false);
		});
	});

	it('installs the package at the first start, and the volume keeps it', async () => {
		const installed = `Installed community package '${PACKAGE}@0.1.0' from env`;
		await inN8n({ PACKAGE_CHECKSUM: checksum }, async (n8n, log) => {
			expect(await log()).toContain(installed);
			expect(await installedVersions(n8n)).toEqual([`${PACKAGE}@0.1.0`]);
			expect(await runThreeRequests(n8n, server)).toEqual(THREE_ECHOES);
		});
		await registry.close();
		await inN8n({ PACKAGE_CHECKSUM: checksum }, async (n8n, log) => {
			expect(await log()).not.toContain(installed);
			expect(await installedVersions(n8n)).toEqual([`${PACKAGE}@0.1.0`]);
			expect(await runThreeRequests(n8n, server)).toEqual(THREE_ECHOES);
		});
	});
});
