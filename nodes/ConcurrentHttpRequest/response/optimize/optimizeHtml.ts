import { select } from 'cheerio-select';
import { convert } from 'html-to-text';
import { serialize } from 'parse5';
import { adapter as treeAdapter } from 'parse5-htmlparser2-tree-adapter';

import { InvalidParameter } from '../../parameters/InvalidParameter';
import { parsePage } from './parsePage';

/**
 * The content of the elements that a selector finds, with all white space as single blanks.
 *
 * @param selector CSS, with jQuery's extensions: `li:first`
 * @param omitted selectors of elements to leave out; the content then is text without tags.
 * `undefined` for HTML
 * @throws {UnreadableResponse} where the page would take too long
 * @throws {InvalidParameter} where a selector is not valid
 */
export function optimizeHtml(
	page: string,
	selector: string,
	omitted: readonly string[] | undefined,
): string[] {
	if (selector.trim() === '') return [];
	const document = parsePage(page, treeAdapter);
	// Comments outside of <html> are no elements, and selecting takes the square of their number.
	const roots = document.children.filter((node) => treeAdapter.isElementNode(node));
	const elements = checked('Selector (CSS)', selector, () => select(selector, roots));
	return elements.map((element) => {
		const html = serialize(element, { treeAdapter });
		const content = omitted ? textOf(html, omitted) : html;
		return content.replace(/\s+/g, ' ').trim();
	});
}

function textOf(html: string, omitted: readonly string[]): string {
	const selectors = omitted.map((selector) => ({ selector, format: 'skip' }));
	return checked('Elements To Omit', omitted.join(', '), () => convert(html, { selectors }));
}

/** @throws {InvalidParameter} where `use` throws, which it does for a selector that is not valid */
function checked<T>(field: string, selector: string, use: () => T): T {
	try {
		return use();
	} catch {
		throw new InvalidParameter(
			field,
			`"${selector}" is not a valid CSS selector`,
			'Enter one such as main, .price or #list > li.',
		);
	}
}
