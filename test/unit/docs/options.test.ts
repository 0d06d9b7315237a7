/** The reference of the options: complete, true to the node's description, and with examples. */
import { access, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { properties } from '../../../nodes/ConcurrentHttpRequest/description';
import { readPages, upToDate } from '../../../scripts/docs/files.ts';
import { anchorOf, sectionsOf } from '../../../scripts/docs/pages.ts';
import type { Section } from '../../../scripts/docs/pages.ts';
import { isWithin, parametersOf } from '../../../scripts/docs/parameters.ts';
import { projectFolder } from '../../../scripts/paths.ts';
import { listExamples, readExample } from '../../../scripts/sample/examples.ts';
import { requestNodeOf } from '../../../scripts/sample/variants.ts';

/** What n8n itself adds to a node that is an agent's tool. */
const OF_TOOLS = ['toolDescription'];

const parameters = parametersOf(properties);
/** Fields that hold a value, once each. */
const fields = [
	...new Set(
		parameters
			.filter(({ property }) => property.type !== 'fixedCollection')
			.map(({ path }) => path),
	),
];

let pages: Map<string, string>;
let sections: Section[];

beforeAll(async () => {
	pages = await readPages();
	sections = [...pages.values()].flatMap(sectionsOf);
});

function sectionOf(field: string): Section | undefined {
	return sections.find((section) => section.parameters.some((name) => isWithin(field, name)));
}

/** Paths of all that is set in a node's parameters, in the form of `parametersOf`. */
function pathsIn(value: unknown, path = ''): string[] {
	if (Array.isArray(value)) return value.flatMap((each) => pathsIn(each, `${path}[]`));
	if (typeof value !== 'object' || value === null) return [path];
	return Object.entries(value).flatMap(([name, inner]) =>
		pathsIn(inner, path ? `${path}.${name}` : name),
	);
}

it('is made of what the node’s description says now (else: npm run docs)', () => {
	expect([...upToDate(pages, properties)]).toEqual([...pages]);
});

it('has a section for each parameter, and no more than one', () => {
	const described = sections.flatMap((section) => section.parameters);
	expect(described).toEqual([...new Set(described)]);
	expect(fields.filter((field) => sectionOf(field) === undefined)).toEqual([]);
});

it('links examples for each section that together use every parameter in it', async () => {
	const without: string[] = [];
	for (const section of sections) {
		const nodes = await Promise.all(
			section.examples.map(async (file) => requestNodeOf(await readExample(file))),
		);
		const used = new Set(nodes.flatMap((node) => pathsIn(node.parameters)));
		const own = fields.filter((field) => section.parameters.some((name) => isWithin(field, name)));
		without.push(...own.filter((field) => !used.has(field)));
	}
	expect(without).toEqual([]);
});

it('links every example', async () => {
	const linked = new Set(sections.flatMap(({ examples }) => examples));
	expect([...linked].sort()).toEqual(await listExamples());
});

it('sets nothing in an example that the node does not have', async () => {
	for (const file of await listExamples()) {
		const node = requestNodeOf(await readExample(file));
		const known = [...fields, ...OF_TOOLS];
		const unknown = pathsIn(node.parameters).filter((path) => !known.includes(path));
		// An empty collection is an object without fields, so it leaves no path.
		expect({ file, unknown }).toEqual({ file, unknown: [] });
	}
});

it('has no link to a file or a heading that is not there', async () => {
	const broken: string[] = [];
	const readme = await readFile(join(projectFolder, 'README.md'), 'utf8');
	for (const [page, text] of [...pages, ['README.md', readme] as const]) {
		for (const [, target = ''] of text.matchAll(/\]\(([^)]+)\)/g)) {
			if (/^https?:/.test(target)) continue;
			const [file = '', anchor] = target.split('#');
			const path = file ? join(dirname(page), file) : page;
			if (!(await leadsSomewhere(path, anchor))) broken.push(`${page}: ${target}`);
		}
	}
	expect(broken).toEqual([]);
});

async function leadsSomewhere(path: string, anchor: string | undefined): Promise<boolean> {
	const file = join(projectFolder, path);
	if (anchor === undefined) {
		return await access(file).then(
			() => true,
			() => false,
		);
	}
	const text = await readFile(file, 'utf8').catch(() => '');
	return [...text.matchAll(/^#+ (.+)$/gm)].some(([, heading = '']) => anchorOf(heading) === anchor);
}
