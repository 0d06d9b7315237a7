const NAMES: Record<string, string> = {
	amp: '&',
	lt: '<',
	gt: '>',
	quot: '"',
	apos: "'",
	nbsp: ' ',
};

/** A character reference of HTML or XML: those of XML, and numbers. */
export const HTML_ESCAPE = /&(?:#\d{1,7}|#x[\da-f]{1,6}|amp|lt|gt|quot|apos|nbsp);/gi;

/**
 * @param escape a match of {@link HTML_ESCAPE}
 * @returns `undefined` for a number that is no character
 */
export function decodeHtmlEscape(escape: string): string | undefined {
	const name = escape.slice(1, -1).toLowerCase();
	if (!name.startsWith('#')) return NAMES[name];
	const code = name.startsWith('#x') ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
	return code > 0x10ffff ? undefined : String.fromCodePoint(code);
}
