import { Readability } from '@mozilla/readability';

import type { ResponseContent } from '../ResponseContent';
import { UnreadableResponse } from '../UnreadableResponse';
import { asOptimizedText } from './asOptimizedText';
import { documentOf } from './documentOf';

/**
 * Takes the text of what a reader would call the article: without menus, advertisements, footers.
 *
 * @param maxLength in UTF-16 units; no bound where it is `undefined`
 * @throws {UnreadableResponse}
 */
export function optimizeText(
	content: ResponseContent,
	maxLength: number | undefined,
): ResponseContent {
	if (content.kind === 'file') return content;
	const page = content.kind === 'json' ? JSON.stringify(content.value, null, 2) : content.text;
	return asOptimizedText(articleOf(page), maxLength, content);
}

function articleOf(page: string): string {
	try {
		// The article as HTML is not needed, so it need not be made.
		const serializer = () => '';
		return new Readability(documentOf(page), { serializer }).parse()?.textContent ?? '';
	} catch (error) {
		if (error instanceof UnreadableResponse) throw error;
		throw new UnreadableResponse(
			'The text of this page could not be told from what is around it',
			'Set Expected Response Type to "HTML", with a selector for what you want.',
		);
	}
}
