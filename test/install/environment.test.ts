/**
 * n8n installs the package by its environment, with n8n's coming default: packages that n8n has not
 * verified are forbidden, unless the environment pins a version and its checksum.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInstance } from '../../scripts/n8n/instance.ts';
import { RestError } from '../../scripts/n8n/RestApi.ts';
import type { RunningN8n } from '../../scripts/n8n/RunningN8n.ts';
import { LocalRegistry } from '../support/registry/LocalRegistry.ts';
import { TestServer } from '../support/TestServer.ts';
import {
	install,
	installedVersions,
	knowsOurNode,
	PACKAGE,
	runThreeRequests,
	THREE_ECHOES,
	threeRequests,
} from './support/community.ts';

jest.setTimeout(300_000);

const OLD = '0.1.0';
const NEW = '0.1.1';

let registry: LocalRegistry;
let server: TestServer;
/** By version. */
let checksums: Record<string, string>;

beforeAll(async () => {
	server = await TestServer.start();
	registry = await LocalRegistry.start();
	checksums = { [OLD]: await registry.publish(OLD), [NEW]: await registry.publish(NEW) };
});

afterAll(async () => {
	await registry?.close();
	await server?.close();
});

const VERIFIED_ONLY = { N8N_UNVERIFIED_PACKAGES_ENABLED: 'false' };

/** The packages that the environment names, none of them by default. */
function managed(...packages: object[]) {
	return {
		N8N_COMMUNITY_PACKAGES_MANAGED_BY_ENV: 'true',
		N8N_COMMUNITY_PACKAGES: JSON.stringify(packages),
	};
}

function pinned(version: string, checksum = checksums[version]) {
	return { name: PACKAGE, version, checksum };
}

/** An n8n of this folder, with what it has in its database and nodes folder. */
async function instanceWith(name: string, env: object, { fresh = false } = {}) {
	return await createInstance({
		name,
		fresh,
		withPackage: fresh ? false : 'as before',
		env: { ...registry.environment, ...env },
	});
}

/** Starts n8n for as long as a test uses it. */
async function inN8n(
	instance: Awaited<ReturnType<typeof createInstance>>,
	use: (n8n: RunningN8n) => Promise<void>,
): Promise<void> {
	const n8n = await instance.start();
	try {
		await use(n8n);
	} finally {
		await n8n.stop();
	}
}

async function expectMissing(n8n: RunningN8n): Promise<void> {
	expect(await knowsOurNode(n8n)).toBe(false);
	await expect(n8n.startWorkflow(threeRequests(server))).rejects.toThrow(RestError);
}

it('installs, updates and removes what the environment names', async () => {
	const name = 'test-managed';
	const first = { ...VERIFIED_ONLY, ...managed(pinned(OLD)) };
	await inN8n(await instanceWith(name, first, { fresh: true }), async (n8n) => {
		expect(n8n.log).toContain(`Installed community package '${PACKAGE}@${OLD}' from env`);
		expect(await installedVersions(n8n)).toEqual([`${PACKAGE}@${OLD}`]);
		expect(await runThreeRequests(n8n, server)).toEqual(THREE_ECHOES);
		await expect(install(n8n)).rejects.toThrow('managed via environment variables');
	});

	const second = { ...VERIFIED_ONLY, ...managed(pinned(NEW)) };
	await inN8n(await instanceWith(name, second), async (n8n) => {
		expect(await installedVersions(n8n)).toEqual([`${PACKAGE}@${NEW}`]);
		expect(await runThreeRequests(n8n, server)).toEqual(THREE_ECHOES);
	});

	await inN8n(await instanceWith(name, { ...VERIFIED_ONLY, ...managed() }), async (n8n) => {
		expect(n8n.log).toContain(`Removed community package '${PACKAGE}'`);
		expect(await installedVersions(n8n)).toEqual([]);
		await expectMissing(n8n);
	});
});

it('installs nothing with a wrong checksum, and says so in the log', async () => {
	const env = { ...VERIFIED_ONLY, ...managed(pinned(OLD, checksums[NEW])) };
	await inN8n(await instanceWith('test-checksum', env, { fresh: true }), async (n8n) => {
		expect(n8n.log).toContain(`Failed to install community package '${PACKAGE}@${OLD}' from env`);
		expect(await installedVersions(n8n)).toEqual([]);
		await expectMissing(n8n);
	});
});

it('does not start without a checksum where unverified packages are disabled', async () => {
	const env = { ...VERIFIED_ONLY, ...managed({ name: PACKAGE, version: OLD }) };
	const instance = await instanceWith('test-no-checksum', env, { fresh: true });
	await expect(instance.start()).rejects.toThrow(/no checksum available for/);
});

describe('with unverified packages disabled, and nothing else set', () => {
	const name = 'test-verified-only';

	it('what is installed goes on, and nothing new is installed', async () => {
		await inN8n(await instanceWith(name, {}, { fresh: true }), async (n8n) => {
			expect(await install(n8n, `${PACKAGE}@${OLD}`)).toMatchObject({ installedVersion: OLD });
		});
		await inN8n(await instanceWith(name, VERIFIED_ONLY), async (n8n) => {
			expect(await installedVersions(n8n)).toEqual([`${PACKAGE}@${OLD}`]);
			expect(await runThreeRequests(n8n, server)).toEqual(THREE_ECHOES);
			const update = n8n.api.call('PATCH', '/community-packages', { name: PACKAGE });
			await expect(update).rejects.toThrow('Installation of unverified community packages');
		});
	});

	it('an n8n that has lost its folder gets the package back only if it may be unverified', async () => {
		const lost = { ...managed(pinned(OLD)), N8N_REINSTALL_MISSING_PACKAGES: 'true' };
		const instance = await instanceWith(name, { ...VERIFIED_ONLY, ...lost });
		await rm(join(instance.folder, '.n8n', 'nodes'), { recursive: true });
		await inN8n(instance, async (n8n) => {
			expect(n8n.log).toContain(`Failed to reinstall community package ${PACKAGE}`);
			await expectMissing(n8n);
		});
		const allowed = { ...lost, N8N_UNVERIFIED_PACKAGES_ENABLED: 'true' };
		await inN8n(await instanceWith(name, allowed), async (n8n) => {
			expect(n8n.log).toContain('Packages reinstalled successfully');
			expect(await runThreeRequests(n8n, server)).toEqual(THREE_ECHOES);
		});
	});
});
