import { parse, type ParserOptions, type TreeAdapter, type TreeAdapterTypeMap } from 'parse5';

import { UnreadableResponse } from '../UnreadableResponse';

/** Characters. Parsing and choosing take up to 3 s for a million, in which nothing else runs in n8n. */
const LONGEST_PAGE = 2 * 1024 * 1024;

/** Elements inside each other, as in browsers. The parser's time grows with the square of it. */
const DEEPEST_ELEMENT = 512;

/**
 * Parses a page as browsers do.
 *
 * @throws {UnreadableResponse} where that would hold up n8n for long
 */
export function parsePage<T extends TreeAdapterTypeMap>(
	page: string,
	treeAdapter: TreeAdapter<T>,
	options: ParserOptions<T> = {},
): T['document'] {
	if (page.length > LONGEST_PAGE) {
		throw new UnreadableResponse(
			`The page has ${page.length} characters, and Optimize Response reads up to ${LONGEST_PAGE}`,
			'Switch Optimize Response off, or ask for a smaller page.',
		);
	}
	let depth = 0;
	const onItemPush = (): void => {
		if (++depth > DEEPEST_ELEMENT) throw tooDeep();
	};
	const onItemPop = (): void => void depth--;
	return parse(page, { ...options, treeAdapter: { ...treeAdapter, onItemPush, onItemPop } });
}

function tooDeep(): UnreadableResponse {
	return new UnreadableResponse(
		`The elements of the page are nested more than ${DEEPEST_ELEMENT} deep, which Optimize Response does not read`,
		'Switch Optimize Response off to get the page as it is.',
	);
}
