/**
 * The beginning of a text.
 *
 * @param most UTF-16 units; one less where the last would be the first half of a character
 */
export function cutAfter(text: string, most: number): string {
	if (text.length <= most) return text;
	return text.slice(0, most).replace(/[\ud800-\udbff]$/, '');
}
