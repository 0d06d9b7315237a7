import { Readability } from '@mozilla/readability';
import JSDOMParser from '@mozilla/readability/JSDOMParser.js';
import type { ReadabilityDocument, ReadabilityElement } from '@mozilla/readability/JSDOMParser.js';
import { defaultTreeAdapter, type DefaultTreeAdapterMap, html } from 'parse5';

import { UnreadableResponse } from '../UnreadableResponse';
import { parsePage } from './parsePage';

type Parent = DefaultTreeAdapterMap['parentNode'];
type Element = DefaultTreeAdapterMap['element'];

/** Elements and texts side by side in one element. Readability's time grows with the square of them. */
const MAX_SIBLINGS = 5_000;

/**
 * The text of a page's article: without menus, advertisements, footers.
 *
 * @throws {UnreadableResponse}
 */
export function optimizeText(page: string): string {
	try {
		// The article as HTML is not needed.
		const serializer = () => '';
		return new Readability(documentOf(page), { serializer }).parse()?.textContent ?? '';
	} catch (error) {
		if (error instanceof UnreadableResponse) throw error;
		throw new UnreadableResponse(
			'The article of this page could not be found',
			'Set Expected Response Type to "HTML", with a selector for what you want.',
		);
	}
}

/**
 * Parses a page into the small document that comes with Readability and that it is tested with. Its own
 * parser requires well-formed XML, so parse5 parses, which treats HTML as browsers do.
 *
 * @throws {UnreadableResponse} where that would take too long
 */
export function documentOf(page: string): ReadabilityDocument {
	const document = new JSDOMParser().parse('<html><head></head><body></body></html>');
	// As in a browser without scripts, the content of a <noscript> is part of the page.
	const options = { scriptingEnabled: false };
	const root = parsePage(page, defaultTreeAdapter, options).childNodes.find(isElement);
	if (!root) return document;
	copyAttributes(root, document.documentElement);
	for (const part of root.childNodes.filter(isElement)) {
		if (part.tagName !== 'head' && part.tagName !== 'body') continue;
		const own = document[part.tagName];
		copyAttributes(part, own);
		copyChildren(part, own, document);
	}
	return document;
}

function copyChildren(from: Parent, to: ReadabilityElement, document: ReadabilityDocument): void {
	if (from.childNodes.length > MAX_SIBLINGS) {
		throw new UnreadableResponse(
			`An element of the page holds more than ${MAX_SIBLINGS} others, which is too many to look for an article`,
			'Set Expected Response Type to "HTML", with a selector for what you want.',
		);
	}
	for (const child of from.childNodes) {
		if ('value' in child) {
			to.appendChild(document.createTextNode(child.value));
		} else if (isElement(child)) {
			const element = document.createElement(child.tagName);
			copyAttributes(child, element);
			copyChildren(child, element, document);
			to.appendChild(element);
			if (child.tagName === 'title' && child.namespaceURI === html.NS.HTML) {
				document.title ||= element.textContent.replace(/\s+/g, ' ').trim();
			}
		}
	}
}

function copyAttributes({ attrs }: Element, element: ReadabilityElement): void {
	for (const { name, value } of attrs) element.setAttribute(name, value);
}

function isElement(node: DefaultTreeAdapterMap['node']): node is Element {
	return 'tagName' in node;
}
