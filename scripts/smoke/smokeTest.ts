import { PlainError } from '../lib/PlainError.ts';
import type { Environment } from '../n8n/environment.ts';
import { createInstance } from '../n8n/instance.ts';
import type { RunningN8n } from '../n8n/RunningN8n.ts';
import { FLAGSHIP, readExample } from '../sample/examples.ts';
import { findFaults, measure } from '../sample/measure.ts';
import { SampleApi } from '../sample/SampleApi.ts';
import { requestNodeOf } from '../sample/variants.ts';

const PACKAGE = 'n8n-nodes-concurrent-http';
const ITEMS = 1000;

/**
 * Installs a version of this package by name into a new n8n and runs the workflow of the README.
 * @param env environment variables for n8n, such as those that lead to another registry
 * @returns what was done, in a sentence
 * @throws PlainError that says what went wrong
 */
export async function smokeTest(version: string, env: Environment = {}): Promise<string> {
	const instance = await createInstance({ name: 'smoke', fresh: true, withPackage: false, env });
	const api = await SampleApi.start();
	const n8n = await instance.start();
	try {
		const installed = await n8n.api.call<{ installedVersion: string }>(
			'POST',
			'/community-packages',
			{ name: `${PACKAGE}@${version}` },
		);
		if (installed.installedVersion !== version) {
			throw new PlainError(`n8n has installed ${installed.installedVersion}, not ${version}`);
		}
		const faults = await faultsOfRun(n8n, api);
		if (faults.length > 0) throw new PlainError(`${PACKAGE}@${version}:\n${faults.join('\n')}`);
		return `n8n ${instance.runtime.version} installed ${PACKAGE}@${version} by name, and it sent ${ITEMS} requests.`;
	} finally {
		await n8n.stop();
		await api.stop();
	}
}

async function faultsOfRun(n8n: RunningN8n, api: SampleApi): Promise<string[]> {
	const workflow = await readExample(FLAGSHIP, api.origin);
	const { name, parameters } = requestNodeOf(workflow);
	const result = await n8n.runWorkflow(workflow);
	const measurement = measure(result, name, ITEMS, await api.stats());
	return findFaults(measurement, Number(parameters.maxConcurrency));
}
