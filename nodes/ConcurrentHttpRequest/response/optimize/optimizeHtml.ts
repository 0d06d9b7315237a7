import { select } from 'cheerio-select';
import { convert } from 'html-to-text';
import { serialize } from 'parse5';
import { adapter as treeAdapter } from 'parse5-htmlparser2-tree-adapter';

import { InvalidParameter } from '../../parameters/InvalidParameter';
import type { ResponseContent } from '../ResponseContent';
import { UnreadableResponse } from '../UnreadableResponse';
import { asOptimizedText } from './asOptimizedText';
import { parsePage } from './parsePage';

/** What of a page is wanted. */
export interface HtmlOptions {
	/** CSS selectors, with those of jQuery: `li:first`. */
	readonly cssSelector: string;
	/** Text without tags. */
	readonly onlyContent: boolean;
	/** CSS selectors of elements whose text is left out. */
	readonly elementsToOmit: readonly string[];
	/** In UTF-16 units; no bound where it is `undefined`. */
	readonly maxLength: number | undefined;
}

/**
 * Makes a JSON list of what is inside the elements that a selector finds, with any white space as a
 * single blank.
 *
 * @throws {UnreadableResponse} where the body is not text, or a page that takes too long
 * @throws {InvalidParameter} where a selector is not valid
 */
export function optimizeHtml(content: ResponseContent, options: HtmlOptions): ResponseContent {
	if (content.kind === 'file') return content;
	if (content.kind === 'json') {
		throw new UnreadableResponse(
			'The response is JSON, but Optimize Response expects HTML',
			'Set Expected Response Type to "JSON".',
		);
	}
	const { cssSelector, onlyContent, elementsToOmit, maxLength } = options;
	const found = elementsIn(content.text, cssSelector).map((html) => {
		const text = onlyContent ? textOf(html, elementsToOmit) : html;
		return text.replace(/\s+/g, ' ').trim();
	});
	return asOptimizedText(JSON.stringify(found, null, 2), maxLength, content);
}

/** What is inside each element, as HTML. */
function elementsIn(page: string, selector: string): string[] {
	if (selector.trim() === '') return [];
	const document = parsePage(page, treeAdapter);
	const elements = checked('Selector (CSS)', selector, () => select(selector, document.children));
	return elements.map((element) => serialize(element, { treeAdapter }));
}

function textOf(html: string, elementsToOmit: readonly string[]): string {
	const selectors = elementsToOmit.map((selector) => ({ selector, format: 'skip' }));
	return checked('Elements To Omit', elementsToOmit.join(', '), () => convert(html, { selectors }));
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
