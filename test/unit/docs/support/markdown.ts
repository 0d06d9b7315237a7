import { parsers } from 'prettier/plugins/markdown';

/** A fenced block of code. */
export interface CodeBlock {
	/** Empty if the block names none. */
	language: string;
	text: string;
	/** Of its opening fence, from 1. */
	line: number;
}

/** What the tests need to know of a page. */
export interface Page {
	/** Where links and images lead. */
	links: Array<{ target: string; line: number }>;
	/** Fragments that a link to this page may have, by GitHub's rules. */
	anchors: Set<string>;
	blocks: CodeBlock[];
	/** Code within a line of text. */
	inlineCode: Array<{ text: string; line: number }>;
}

/** A node of prettier's syntax tree, which is that of mdast. */
interface Tree {
	type: string;
	children?: Tree[];
	value?: string;
	url?: string;
	lang?: string | null;
	position: { start: { line: number } };
}

const HTML_LINK = /\b(?:href|src|srcset)="([^"]+)"/g;
const HTML_ANCHOR = /\b(?:id|name)="([^"]+)"/g;

export async function readMarkdown(markdown: string): Promise<Page> {
	const tree = (await parsers.markdown.parse(markdown, {} as never)) as Tree;
	const page: Page = { links: [], anchors: new Set(), blocks: [], inlineCode: [] };
	const slugs = new Map<string, number>();

	visit(tree, (node) => {
		const { type, value = '', url, position } = node;
		const { line } = position.start;
		if (url !== undefined) page.links.push({ target: url, line });
		if (type === 'code') page.blocks.push({ language: node.lang ?? '', text: value, line });
		if (type === 'inlineCode') page.inlineCode.push({ text: value, line });
		if (type === 'html') {
			for (const [, target = ''] of value.matchAll(HTML_LINK)) page.links.push({ target, line });
			for (const [, name = ''] of value.matchAll(HTML_ANCHOR)) page.anchors.add(name);
		}
		if (type === 'heading') {
			const slug = slugOf(textOf(node));
			const before = slugs.get(slug) ?? 0;
			slugs.set(slug, before + 1);
			page.anchors.add(before === 0 ? slug : `${slug}-${before}`);
		}
	});
	return page;
}

/** The anchor that GitHub gives the first heading with this text. */
export function slugOf(heading: string): string {
	return heading
		.trim()
		.toLowerCase()
		.replace(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '')
		.replaceAll(' ', '-');
}

function textOf({ value = '', children = [], type }: Tree): string {
	return type === 'html' ? '' : value + children.map(textOf).join('');
}

function visit(node: Tree, see: (node: Tree) => void): void {
	see(node);
	for (const child of node.children ?? []) visit(child, see);
}
