import type { INodeProperties } from 'n8n-workflow';
import { describe, isWithin, parametersOf } from './parameters.ts';

/** A part of a page about parameters: from its heading to the end of their list. */
export interface Section {
	heading: string;
	/** Paths of the parameters that it describes, with everything inside them. */
	parameters: string[];
	/** Names of files in examples/ that it links to. */
	examples: string[];
}

const LIST = /<!-- parameters: (.+?) -->\n[^]*?<!-- end of parameters -->/g;
const INDEX = /<!-- index -->\n[^]*?<!-- end of index -->/;
const EXAMPLE = /\]\([./]*examples\/([\w.-]+\.json)\)/g;

/**
 * The page with its lists of parameters regenerated, each between `<!-- parameters: path path -->`
 * and `<!-- end of parameters -->`.
 * @throws if the node has no parameter with such a path
 */
export function withParameters(page: string, properties: INodeProperties[]): string {
	const all = parametersOf(properties);
	return page.replace(LIST, (_list, names: string) => {
		const entries = names.split(' ').flatMap((name) => {
			const found = all.filter(({ path }) => isWithin(path, name));
			if (found.length === 0) throw new Error(`The node has no parameter "${name}"`);
			return found.map(describe);
		});
		return `<!-- parameters: ${names} -->\n\n${entries.join('\n')}\n\n<!-- end of parameters -->`;
	});
}

/** The sections of a page that have a list of parameters. */
export function sectionsOf(page: string): Section[] {
	return page
		.split(/^## /m)
		.slice(1)
		.map((text) => ({
			heading: text.slice(0, text.indexOf('\n')),
			parameters: [...text.matchAll(LIST)].flatMap(([, names = '']) => names.split(' ')),
			examples: [...text.matchAll(EXAMPLE)].map(([, file = '']) => file),
		}))
		.filter(({ parameters }) => parameters.length > 0);
}

/**
 * The page with its index regenerated, between `<!-- index -->` and `<!-- end of index -->`.
 * @param pages the pages that the index lists, by path from the page with the index
 */
export function withIndex(page: string, pages: ReadonlyMap<string, string>): string {
	const parts = [...pages].map(([path, text]) => {
		const title = /^# (.+)$/m.exec(text)?.[1] ?? path;
		const lines = sectionsOf(text).map(
			({ heading, examples }) =>
				`- [${heading}](${path}#${anchorOf(heading)}): ${examples.map(linkTo).join(', ')}`,
		);
		return [`## ${title}`, '', ...lines].join('\n');
	});
	return page.replace(
		INDEX,
		() => `<!-- index -->\n\n${parts.join('\n\n')}\n\n<!-- end of index -->`,
	);
}

function linkTo(example: string): string {
	return `[${example}](../examples/${example})`;
}

/** The anchor that GitHub gives a heading. */
export function anchorOf(heading: string): string {
	return heading
		.toLowerCase()
		.replace(/[^\p{L}\p{N} _-]/gu, '')
		.replaceAll(' ', '-');
}
