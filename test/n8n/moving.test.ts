/** Workflows made for HTTP Request, with nothing changed but the node's type. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NodeHelpers } from 'n8n-workflow';
import type {
	ICredentialType,
	INodeParameters,
	INodeProperties,
	INodePropertyCollection,
	INodeTypeDescription,
} from 'n8n-workflow';
import { projectFolder } from '../../scripts/paths.ts';
import { TestServer } from '../support/TestServer.ts';
import { settingsOf, settingsUsedBy, speaksOf } from './support/coverage.ts';
import type { Panel } from './support/coverage.ts';
import { parametersOf, runMoved, runToEnd, saveCredentials } from './support/moving.ts';
import type { Outcome, VersionedUse } from './support/moving.ts';
import { SHOWN_ELSEWHERE } from './support/movedDifferences.ts';
import { stopping } from './support/movedErrors.ts';
import { lists, redirects, webdav } from './support/movedRequests.ts';
import { movedWorkflows, refusedUses } from './support/movedWorkflows.ts';
import type { MovedWorkflow } from './support/movedWorkflow.ts';
import { ABSENT_PARAMETERS, outlineOf, OWN_PARAMETERS } from './support/outline.ts';
import { UNCOVERED } from './support/uncovered.ts';
import { sharedN8n } from './support/sharedN8n.ts';
import { BUILT_IN_TYPE, httpNode, manual, NEWEST, node, OUR_TYPE } from './support/workflows.ts';

jest.setTimeout(300_000);

/** Versions that both nodes have. */
const VERSIONS = [4, 4.1, 4.2, 4.3, 4.4, 4.5];

const n8n = sharedN8n();

beforeAll(async () => {
	await saveCredentials(n8n);
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

	const same = numbered.filter(({ differs }) => !differs);
	if (same.length > 0) {
		it.each(same)('$name, $version', ({ index }) => {
			expect(after[index]).toEqual(before[index]);
		});
	}

	const differing = numbered.filter(({ differs }) => differs);
	if (differing.length > 0) {
		it.each(differing)('$name, $version: $differs.because', ({ index }) => {
			expect(after[index]).not.toEqual(before[index]);
		});
	}
});

describe('On Error at Stop', () => {
	const uses = stopping.flatMap(inEachVersion);

	it.each(uses)('$name, $version', async (use) => {
		const before = await runToEnd(n8n, use, BUILT_IN_TYPE);
		const after = await runToEnd(n8n, use, OUR_TYPE);
		expect(after.status).toBe('error');
		if (use.differs) expect(after).not.toEqual(before);
		else expect(after).toEqual(before);
	});
});

describe('docs/differences.md', () => {
	let listed: string[];

	beforeAll(async () => {
		const text = await readFile(join(projectFolder, 'docs', 'differences.md'), 'utf8');
		const [, section = ''] = text.split('## On purpose');
		const items = section.split('\n## ')[0]!.matchAll(/^- \*\*(.+?)\.?\*\*/gm);
		listed = [...items].map(([, name]) => name!);
	});

	const shown = [...Object.values(movedWorkflows).flat(), ...stopping].flatMap(({ differs }) =>
		differs ? [differs.listed] : [],
	);

	it('lists each difference that the suite relies on', () => {
		expect(shown.filter((name) => !listed.includes(name))).toEqual([]);
	});

	it('lists none that is not shown to be one', () => {
		const unshown = listed.filter((name) => !shown.includes(name)).sort();
		expect(unshown).toEqual(Object.keys(SHOWN_ELSEWHERE).sort());
	});

	it('names tests that exist where it is shown elsewhere', () => {
		const tests = Object.values(SHOWN_ELSEWHERE).filter((place) => place.startsWith('test/'));
		expect(tests.filter((test) => !existsSync(join(projectFolder, test)))).toEqual([]);
	});
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

	describe('are known to the suite', () => {
		let genericAuthTypes: string[];
		const suites = [...Object.values(movedWorkflows), webdav, redirects, lists];
		const uses = suites.flat().flatMap(inEachVersion);

		beforeAll(async () => {
			const types = await n8n.api.types<ICredentialType>('credentials');
			genericAuthTypes = types
				.filter(({ genericAuth }) => genericAuth === true)
				.map(({ name }) => name);
		});

		const panelOf = (description: INodeTypeDescription, version: number): Panel => ({
			...{ description, version, genericAuthTypes },
		});

		/** What can be set in some version, and is set by no use. */
		function unused(descriptions: INodeTypeDescription[]): string[] {
			const panels = VERSIONS.map((version, index) => panelOf(descriptions[index]!, version));
			const settings = new Set(panels.flatMap((panel) => [...settingsOf(panel)]));
			for (const use of uses) {
				const panel = panels[VERSIONS.indexOf(use.version)]!;
				for (const setting of settingsUsedBy(parametersOf(use), panel)) settings.delete(setting);
			}
			return [...settings].sort();
		}
		const isExcepted = (setting: string) =>
			Object.keys(UNCOVERED).some((exception) => speaksOf(exception, setting));
		const uncovered = (descriptions: INodeTypeDescription[]) =>
			unused(descriptions).filter((setting) => !isExcepted(setting));

		it('in all versions', () => {
			const versions = [theirs[0]!.version].flat().filter((version) => version >= 4);
			expect(versions).toEqual(VERSIONS);
		});

		it('with every parameter, and every value of every choice', () => {
			expect(uncovered(theirs)).toEqual([]);
		});

		const gains: Record<string, (properties: INodeProperties[]) => string> = {
			'a parameter': (properties) => {
				properties.push({ displayName: 'New', name: 'new', type: 'string', default: '' });
				return 'new';
			},
			'a value of a choice': (properties) => {
				const method = properties.find(({ name }) => name === 'method')!;
				method.options!.push({ name: 'QUERY', value: 'QUERY' });
				return 'method = QUERY';
			},
			'an option': (properties) => {
				const { options } = properties.find(({ name }) => name === 'options')!;
				const option = { displayName: 'New', name: 'new', type: 'number', default: 1 } as const;
				options!.push(option);
				return 'options.new';
			},
			'a nested choice': (properties) => {
				const { options } = properties.find(({ name }) => name === 'options')!;
				const response = options!.find(({ name }) => name === 'response') as INodeProperties;
				const { values } = response.options![0] as INodePropertyCollection;
				const format = values.find(({ name }) => name === 'responseFormat')!;
				format.options!.push({ name: 'XML', value: 'xml' });
				return 'options.response.response.responseFormat = xml';
			},
		};

		it.each(Object.entries(gains))('so that it notices %s that HTTP Request gains', (_, gain) => {
			const [gained, ...others] = structuredClone(theirs).reverse();
			const setting = gain(gained!.properties);
			expect(uncovered([gained!, ...others].reverse())).toEqual([setting]);
		});

		it('with no exception that is not needed', () => {
			const left = unused(theirs);
			const needless = Object.keys(UNCOVERED).filter(
				(exception) => !left.some((setting) => speaksOf(exception, setting)),
			);
			expect(needless).toEqual([]);
		});
	});
});
