/** The check of a release, tried on a registry of the test's own. */
import { smokeTest } from '../../scripts/smoke/smokeTest.ts';
import { LocalRegistry } from '../support/registry/LocalRegistry.ts';

jest.setTimeout(300_000);

let registry: LocalRegistry;

beforeAll(async () => {
	registry = await LocalRegistry.start();
	await registry.publish('0.1.0');
});

afterAll(async () => await registry?.close());

it('passes with a version that works', async () => {
	const said = await smokeTest('0.1.0', registry.environment);
	expect(said).toMatch(/installed n8n-nodes-concurrent-http@0\.1\.0 by name/);
});

it('fails with a version that does not exist', async () => {
	await expect(smokeTest('9.9.9', registry.environment)).rejects.toThrow(
		'Package version does not exist',
	);
});
