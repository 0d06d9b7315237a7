/** Workflows made for HTTP Request, with nothing changed but the node's type. */
import { NodeHelpers } from 'n8n-workflow';
import type { INodeParameters, INodeTypeDescription } from 'n8n-workflow';
import { createInstance } from '../../scripts/n8n/instance.ts';
import type { RunningN8n } from '../../scripts/n8n/RunningN8n.ts';
import { TestServer } from '../support/TestServer.ts';
import { runMoved, saveCredentials } from './support/moving.ts';
import type { Outcome, VersionedUse } from './support/moving.ts';
import { movedWorkflows, refusedUses } from './support/movedWorkflows.ts';
import type { MovedWorkflow } from './support/movedWorkflows.ts';
import { ABSENT_PARAMETERS, outlineOf, OWN_PARAMETERS } from './support/outline.ts';
import { BUILT_IN_TYPE, httpNode, manual, NEWEST, node, OUR_TYPE } from './support/workflows.ts';

jest.setTimeout(180_000);

/** Versions that both nodes have. */
const VERSIONS = [4, 4.1, 4.2, 4.3, 4.4, 4.5];

let n8n: RunningN8n;

beforeAll(async () => {
	const instance = await createInstance({ name: 'test-moving', fresh: true });
	n8n = await instance.start();
	await saveCredentials(n8n);
});

afterAll(async () => {
	await n8n?.stop();
});

function inEachVersion(use: MovedWorkflow): VersionedUse[] {
	return (use.versions ?? [NEWEST]).map((version) => ({ ...use, version }));
}

describe.each(Object.entries(movedWorkflows))('%s', (_subject, workflows) => {
	const uses = workflows.flatMap(inEachVersion);
	let before: Outcome[];
	let after: Outcome[];

	beforeAll(async () => {
		before = await runMoved(n8n, uses, BUILT_IN_TYPE);
		after = await runMoved(n8n, uses, OUR_TYPE);
	});

	const numbered = uses.map(({ name, version, differs }, index) => ({
		...{ name, version, differs, index },
	}));

	it.each(numbered.filter(({ differs }) => !differs))('$name, $version', ({ index }) => {
		expect(after[index]).toEqual(before[index]);
	});

	const differing = numbered.filter(({ differs }) => differs);
	if (differing.length > 0) {
		it.each(differing)('$name, $version: $differs', ({ index }) => {
			expect(after[index]).not.toEqual(before[index]);
		});
	}
});

describe('what the node cannot do', () => {
	it.each(refusedUses)('is refused before anything is sent: $name', async (use) => {
		const server = await TestServer.start();
		const parameters = { ...use.parameters, url: server.origin };
		const result = await n8n.runWorkflow(manual([httpNode(parameters)]));
		expect(result.status).toBe('error');
		expect(result.error?.name).toBe('NodeOperationError');
		expect(result.error?.message).toMatch(use.refusal);
		expect(server.connections).toBe(0);
		await server.close();
	});
});

describe('the descriptions', () => {
	const descriptionsOf = async (name: string) => {
		const nodeInfos = VERSIONS.map((version) => ({ name, version }));
		return await n8n.api.call<INodeTypeDescription[]>('POST', '/node-types', { nodeInfos });
	};
	let ours: INodeTypeDescription[];
	let theirs: INodeTypeDescription[];

	beforeAll(async () => {
		ours = await descriptionsOf(OUR_TYPE);
		theirs = await descriptionsOf(BUILT_IN_TYPE);
	});

	it.each(VERSIONS)('agree on names, types and defaults in version %d', (version) => {
		const index = VERSIONS.indexOf(version);
		const here = outlineOf(ours[index]!, version);
		const there = outlineOf(theirs[index]!, version);
		const different = [...here].filter(([path, outline]) => there.get(path) !== outline);
		expect(Object.fromEntries(different)).toEqual(OWN_PARAMETERS);
		const absent = [...there.keys()].filter((path) => !here.has(path));
		const unexpected = absent.filter(
			(path) => !ABSENT_PARAMETERS.some((name) => `${path}.`.startsWith(`${name}.`)),
		);
		expect(unexpected).toEqual([]);
	});

	const uses = [...Object.values(movedWorkflows).flat(), ...refusedUses].flatMap(inEachVersion);

	it.each(uses)('keep a node’s parameters there and back: $name, $version', (use) => {
		const index = VERSIONS.indexOf(use.version);
		/** What n8n stores of a node's parameters when its editor saves them. */
		const saved = (parameters: INodeParameters, description: INodeTypeDescription) =>
			NodeHelpers.getNodeParameters(
				description.properties,
				parameters,
				...([false, false] as const),
				node('HTTP', description.name, parameters, { typeVersion: use.version }),
				description,
			);
		const there = saved(use.parameters, theirs[index]!)!;
		const here = saved(there, ours[index]!)!;
		if (use.lost === undefined) {
			expect(here).toEqual(there);
			expect(saved(here, theirs[index]!)).toEqual(there);
		} else {
			expect(here).not.toEqual(there);
		}
	});
});
