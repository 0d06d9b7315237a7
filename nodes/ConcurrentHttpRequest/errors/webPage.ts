import { cutAfter } from '../common/cutAfter';
import { decodeHtmlEscape, HTML_ESCAPE } from '../common/decodeHtml';

/** Characters of a page that are searched for words. */
const BEGINNING = 10_000;

/** Whether a text is an HTML document, whatever its Content-Type says. */
export function isWebPage(text: string): boolean {
	return /^\s*(<!--[^>]*-->\s*)*<(!doctype html|html|head|body)\b/i.test(text.slice(0, 1_000));
}

/** What a page says of itself: its title, else the first text that it shows. */
export function wordsOfPage(html: string): string {
	const beginning = cutAfter(html, BEGINNING);
	const title = wordsIn(/<title[^>]*>([^<]*)/i.exec(beginning)?.[1] ?? '');
	if (title !== '') return title;
	const hidden = /<(script|style|head)\b[^>]*>[^]*?<\/\1\s*>/gi;
	return wordsIn(beginning.replace(hidden, ' ').replace(/<[^>]*>?/g, ' '));
}

function wordsIn(text: string): string {
	return text
		.replace(HTML_ESCAPE, (escape) => decodeHtmlEscape(escape) ?? escape)
		.replace(/\s+/g, ' ')
		.trim();
}
