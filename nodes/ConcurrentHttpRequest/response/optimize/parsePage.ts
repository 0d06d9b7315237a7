import { parse, type ParserOptions, type TreeAdapter, type TreeAdapterTypeMap } from 'parse5';

import { UnreadableResponse } from '../UnreadableResponse';

/** Characters. Parsing and selecting block n8n for up to 3 s per million. */
const MAX_LENGTH = 2 * 1024 * 1024;

/** Levels of nested elements, as in browsers. The parser's time grows with the square of them. */
const MAX_DEPTH = 512;

/**
 * Parses a page as browsers do.
 *
 * @throws {UnreadableResponse} where that would block n8n for long
 */
export function parsePage<T extends TreeAdapterTypeMap>(
	page: string,
	treeAdapter: TreeAdapter<T>,
	options: ParserOptions<T> = {},
): T['document'] {
	if (page.length > MAX_LENGTH) {
		throw new UnreadableResponse(
			`The page has ${page.length} characters, and Optimize Response reads up to ${MAX_LENGTH}`,
			'Switch Optimize Response off, or request a smaller page.',
		);
	}
	let depth = 0;
	const onItemPush = (): void => {
		if (++depth <= MAX_DEPTH) return;
		throw new UnreadableResponse(
			`The elements of the page are nested more than ${MAX_DEPTH} deep, which Optimize Response does not read`,
			'Switch Optimize Response off to get the page as it is.',
		);
	};
	const onItemPop = (): void => void depth--;
	return parse(page, { ...options, treeAdapter: { ...treeAdapter, onItemPush, onItemPop } });
}
