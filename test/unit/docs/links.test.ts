/** Every link in every Markdown file leads to a file that exists, and to a heading in it. */
import { Links } from './support/links.ts';
import { readMarkdown, slugOf } from './support/markdown.ts';
import { listFiles, readFiles } from './support/projectFiles.ts';

it('has no link to a file or a heading that is not there', async () => {
	const pages = await readFiles('.md');
	expect([...pages.keys()]).toEqual(expect.arrayContaining(['README.md', 'docs/README.md']));
	expect(await new Links(pages, await listFiles()).broken()).toEqual([]);
});

it('has no page in docs/ that its index does not list', async () => {
	const pages = await readFiles('.md');
	const { links } = await readMarkdown(pages.get('docs/README.md') ?? '');
	const listed = links.map(({ target }) => `docs/${target.split('#')[0]}`);
	const inDocs = [...pages.keys()].filter((path) => path.startsWith('docs/'));
	const unlisted = inDocs.filter((path) => !listed.includes(path));
	expect(unlisted).toEqual(['docs/README.md']);
});

it('has every page that a source names', async () => {
	const pages = await readFiles('.md');
	const links = new Links(pages, await listFiles());
	const sources = await readFiles('.ts', '.mjs', '.lua', '.yml', '.node.json');
	const broken: string[] = [];
	for (const [path, text] of sources) {
		// A test of links has links that are broken.
		if (path.startsWith('test/unit/docs/')) continue;
		const pathsOfPages = [...text.matchAll(/(?<![\w/.-])docs\/[\w/-]+\.md\b/g)];
		const published = [
			...text.matchAll(/https:\/\/github\.com\/n8n-nodes-concurrent-http\/[\w/#.-]+/g),
		];
		for (const [target] of [...pathsOfPages, ...published]) {
			if (!(await links.leadsSomewhere('README.md', target))) broken.push(`${path}: ${target}`);
		}
	}
	expect(broken).toEqual([]);
});

it('lists each decision in the index of the page', async () => {
	const page = await readMarkdown((await readFiles('docs/decisions.md')).get('docs/decisions.md')!);
	const listed = page.links.flatMap(({ target }) =>
		target.startsWith('#') ? [target.slice(1)] : [],
	);
	const headings = [...page.anchors].filter((anchor) => anchor !== 'decisions');
	expect(listed).toEqual(expect.arrayContaining(headings));
});

describe('the check', () => {
	const files = new Map([
		['README.md', '# Project\n\n## Try it\n\n## Try it\n'],
		['docs/limits.md', '# Limits\n\n## `Retry-After`, and _more_: at 5 %\n'],
		['examples/one.json', '{}'],
	]);

	/** What is broken in a page with this text. */
	async function brokenIn(text: string): Promise<string[]> {
		const all = new Map([...files, ['docs/page.md', text]]);
		const pages = new Map([...all].filter(([path]) => path.endsWith('.md')));
		return await new Links(pages, new Set(all.keys())).broken();
	}

	it.each([
		'[a file](limits.md)',
		'[a file of another folder](../examples/one.json)',
		'[a folder](../examples/)',
		'[a heading](../README.md#try-it)',
		'[the second heading of that name](../README.md#try-it-1)',
		'[code, emphasis and signs](limits.md#retry-after-and-more-at-5-)',
		'# Here\n\n[a heading of the page](#here)',
		'<a id="spot"></a>\n\n[an anchor](#spot)',
		'![a picture](../examples/one.json)',
		'[someone else’s page](https://example.com/nowhere#at-all)',
		'[by reference][there]\n\n[there]: limits.md',
		'[published](https://github.com/n8n-nodes-concurrent-http/n8n-nodes-concurrent-http/blob/main/docs/limits.md)',
		'`[code](nowhere.md)`\n\n```text\n[code](nowhere.md)\n```',
	])('accepts %j', async (text) => {
		expect(await brokenIn(text)).toEqual([]);
	});

	it.each([
		['[a file](nowhere.md)', 'nowhere.md'],
		['[a file of another folder](../examples/two.json)', '../examples/two.json'],
		['[a folder](../pictures/)', '../pictures/'],
		['[a heading](../README.md#nowhere)', '../README.md#nowhere'],
		['[a third heading of that name](../README.md#try-it-2)', '../README.md#try-it-2'],
		['# Here\n\n[a heading of the page](#Here)', '#Here'],
		['![a picture](nowhere.png)', 'nowhere.png'],
		['<img src="nowhere.png">', 'nowhere.png'],
		['| a table |\n| --- |\n| [a file](nowhere.md) |', 'nowhere.md'],
		['[by reference][there]\n\n[there]: nowhere.md', 'nowhere.md'],
		['[not an address](https://)', 'https://'],
		[
			'[published](https://github.com/n8n-nodes-concurrent-http/n8n-nodes-concurrent-http#nowhere)',
			'https://github.com/n8n-nodes-concurrent-http/n8n-nodes-concurrent-http#nowhere',
		],
	])('reports %j', async (text, target) => {
		const [first, ...others] = await brokenIn(text);
		expect(first).toMatch(/^docs\/page\.md:\d+ /);
		expect(first).toContain(` ${target}`);
		expect(others).toEqual([]);
	});

	it.each([
		['Two words', 'two-words'],
		['HTTP/2 where a server offers it', 'http2-where-a-server-offers-it'],
		['Retries, and what the server asks for', 'retries-and-what-the-server-asks-for'],
		['One global: the limits', 'one-global-the-limits'],
		['n8n’s own pagination', 'n8ns-own-pagination'],
		['snake_case - and dashes', 'snake_case---and-dashes'],
		['Über Größe', 'über-größe'],
	])('gives the heading %j the anchor that GitHub gives it', (heading, anchor) => {
		expect(slugOf(heading)).toBe(anchor);
	});
});
