import type { ResponseContent } from '../ResponseContent';

/**
 * Puts a text in the place of a body, cut off after so many UTF-16 units. In the place of JSON it is
 * JSON again, as long as it can be read as such.
 */
export function asOptimizedText(
	text: string,
	maxLength: number | undefined,
	{ kind }: ResponseContent,
): ResponseContent {
	const cut = text.slice(0, maxLength);
	if (kind === 'text') return { kind: 'text', text: cut };
	try {
		return { kind: 'json', value: JSON.parse(cut) as unknown };
	} catch {
		return { kind: 'text', text: cut };
	}
}
