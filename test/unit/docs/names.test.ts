/** Files, folders and types that the pages for maintainers name are there. */
import { readMarkdown } from './support/markdown.ts';
import type { Page } from './support/markdown.ts';
import { listFiles, readFiles } from './support/projectFiles.ts';

/** A path within the project: `limits/`, `client/Client.ts`; not `<kind>.ts`, `*.png`, `~/.n8n/`. */
const PATH = /^[\w.][\w./-]*(?:\/|\.(?:ts|mjs|lua|yml))$/;

/** A name in code that no other word looks like: `HttpRequest`, `runConcurrently`. */
const IDENTIFIER = /^[A-Za-z]+[a-z][A-Z]\w*$/;

/** Folders that are not in the repository, but made by programs. */
const MADE = ['.n8n/', 'dist/', 'node_modules/'];

/** Code within a line, and the words of drawings, such as that of the folders. */
function namesIn({ inlineCode, blocks }: Page): Page['inlineCode'] {
	const drawings = blocks.filter(({ language }) => language === 'text');
	return [
		...inlineCode,
		...drawings.flatMap(({ text, line }) =>
			text.split(/[\s,;:()]+/).map((word) => ({ text: word, line })),
		),
	];
}

it('names no file or folder that is not there', async () => {
	const files = [...(await listFiles())].map((path) => `/${path}`);
	const missing: string[] = [];
	for (const [page, text] of await readFiles('.md')) {
		if (page === 'CHANGELOG.md') continue;
		for (const { text: code, line } of namesIn(await readMarkdown(text))) {
			if (!PATH.test(code) || MADE.some((folder) => code.startsWith(folder))) continue;
			// Pages leave out the folders that a file is in.
			const path = `/${code}`;
			const isThere = files.some((file) =>
				code.endsWith('/') ? file.includes(path) : file.endsWith(path),
			);
			if (!isThere) missing.push(`${page}:${line} ${code}`);
		}
	}
	expect(missing).toEqual([]);
});

it.each(['CONTRIBUTING.md', 'docs/architecture.md', 'docs/adaptive.md', 'docs/limits.md'])(
	'names nothing in %s that the code does not have',
	async (path) => {
		const page = await readMarkdown((await readFiles(path)).get(path)!);
		const sources = [...(await readFiles('.ts', '.mjs', 'package.json')).values()].join('\n');
		const words = new Set(sources.match(/\w+/g));
		const names = page.inlineCode.filter(({ text }) => IDENTIFIER.test(text));
		const missing = names.filter(({ text }) => !words.has(text));
		expect(missing.map(({ text, line }) => `${path}:${line} ${text}`)).toEqual([]);
	},
);
