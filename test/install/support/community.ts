import { setTimeout as sleep } from 'node:timers/promises';
import { outputItems } from '../../../scripts/n8n/ExecutionResult.ts';
import type { N8nClient } from '../../../scripts/n8n/RunningN8n.ts';
import { httpNode, jsonOf, manualWith } from '../../n8n/support/workflows.ts';
import type { TestServer } from '../../support/TestServer.ts';

export const PACKAGE = 'n8n-nodes-concurrent-http';

/** What n8n says of an installed community package. */
export interface InstalledPackage {
	packageName: string;
	installedVersion: string;
	updateAvailable?: string;
	failedLoading?: boolean;
}

/** What Settings > Community Nodes lists. */
export async function installedPackages(n8n: N8nClient): Promise<InstalledPackage[]> {
	return await n8n.api.call<InstalledPackage[]>('GET', '/community-packages');
}

/** Name and version of each installed package. */
export async function installedVersions(n8n: N8nClient): Promise<string[]> {
	const packages = await installedPackages(n8n);
	return packages.map(({ packageName, installedVersion }) => `${packageName}@${installedVersion}`);
}

/** Installs by name as the dialog in Settings > Community Nodes does. */
export async function install(n8n: N8nClient, name = PACKAGE): Promise<InstalledPackage> {
	return await n8n.api.call<InstalledPackage>('POST', '/community-packages', { name });
}

/** Whether n8n has a node type of this package in its list. */
export async function knowsOurNode(n8n: N8nClient): Promise<boolean> {
	const types = await n8n.api.types<{ name: string }>('nodes');
	return types.some(({ name }) => name.startsWith(`${PACKAGE}.`));
}

/** A workflow of three items, an echo for each. */
export function threeRequests(server: TestServer) {
	const items = [1, 2, 3].map((id) => ({ json: { id } }));
	return manualWith(items, [httpNode({ url: `=${server.origin}/echo?id={{ $json.id }}` })]);
}

/**
 * Runs the workflow of three items.
 * @returns the ids that were echoed
 * @throws if the execution fails
 */
export async function runThreeRequests(n8n: N8nClient, server: TestServer): Promise<unknown[]> {
	const result = await n8n.runWorkflow(threeRequests(server));
	if (result.status !== 'success') throw new Error(result.error?.message ?? result.status);
	return jsonOf(outputItems(result, 'HTTP')).map(({ query }) => (query as { id?: string }).id);
}

export const THREE_ECHOES = ['1', '2', '3'];

/** Waits for a line in n8n's log. */
export async function logged(n8n: { readonly log: string }, text: string | RegExp): Promise<void> {
	const deadline = Date.now() + 60_000;
	const found = () => (typeof text === 'string' ? n8n.log.includes(text) : text.test(n8n.log));
	while (!found()) {
		if (Date.now() > deadline) throw new Error(`n8n has not logged ${String(text)}:\n${n8n.log}`);
		await sleep(100);
	}
}
