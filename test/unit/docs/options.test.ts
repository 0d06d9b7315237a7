/** The reference of the options: complete, true to the node's description, and with examples. */
import { properties } from '../../../nodes/ConcurrentHttpRequest/description';
import { readPages, upToDate } from '../../../scripts/docs/files.ts';
import { sectionsOf } from '../../../scripts/docs/pages.ts';
import type { Section } from '../../../scripts/docs/pages.ts';
import { isWithin } from '../../../scripts/docs/parameters.ts';
import { listExamples, readExample } from '../../../scripts/sample/examples.ts';
import { requestNodeOf } from '../../../scripts/sample/variants.ts';
import { fields, pathsIn, unknownIn } from './support/nodeParameters.ts';

let pages: Map<string, string>;
let sections: Section[];

beforeAll(async () => {
	pages = await readPages();
	sections = [...pages.values()].flatMap(sectionsOf);
});

function sectionOf(field: string): Section | undefined {
	return sections.find((section) => section.parameters.some((name) => isWithin(field, name)));
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
		const unknown = unknownIn(requestNodeOf(await readExample(file)).parameters);
		expect({ file, unknown }).toEqual({ file, unknown: [] });
	}
});
