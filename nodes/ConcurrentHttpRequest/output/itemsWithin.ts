import get from 'lodash/get';
import truncate from 'lodash/truncate';

import { isObject } from '../parameters/fields';
import type { ItemsFrom } from '../parameters/output';
import type { ResponseContent } from '../response/ResponseContent';
import { UnreadableResponse } from '../response/UnreadableResponse';
import type { HttpResponse } from '../transport/HttpResponse';

/** How many of a response's fields an error names. */
const FIELDS_NAMED = 10;

/** Characters of a response that an error quotes. */
const LONGEST_QUOTE = 100;

/** Bytes that a body without content may have. */
const MAX_BLANK = 100;

/**
 * Finds the list that becomes the items. An object stands for a list of one, as some APIs write it, and
 * `null` for an empty one, as a response without a body does.
 *
 * @param response that the content was read from
 * @throws {UnreadableResponse} where there is no list, if the user wants that
 */
export function itemsWithin(
	content: ResponseContent,
	response: Pick<HttpResponse, 'body'>,
	{ path, text, ifMissing }: ItemsFrom,
): readonly unknown[] {
	const found = content.kind === 'json' ? valueAt(content.value, path) : undefined;
	if (Array.isArray(found)) return found;
	if (isObject(found)) return [found];
	// The body of a file is in n8n's store.
	const isEmpty = content.kind !== 'file' && isBlank(response);
	if (found === null || isEmpty || ifMissing === 'nothing') return [];
	const where = text === '' ? 'is not a list' : `has no list at "${text}"`;
	throw new UnreadableResponse(
		`The response ${where}`,
		`Check Output > Items From. ${describe(content)}`,
	);
}

function valueAt(value: unknown, path: ItemsFrom['path']): unknown {
	return path.length === 0 ? value : (get(value, path as string[]) as unknown);
}

function isBlank({ body }: Pick<HttpResponse, 'body'>): boolean {
	return body.length < MAX_BLANK && body.toString('latin1').trim() === '';
}

function describe(content: ResponseContent): string {
	if (content.kind === 'file') return 'The response is a file.';
	if (content.kind === 'text') return 'The response is text.';
	const { value } = content;
	if (Array.isArray(value)) return 'The response is itself a list: leave the path empty.';
	if (!isObject(value))
		return `The response is ${truncate(JSON.stringify(value), { length: LONGEST_QUOTE })}.`;
	const names = Object.keys(value);
	if (names.length === 0) return 'The response has no fields.';
	const more = names.length > FIELDS_NAMED ? ', …' : '';
	return `The response has these fields: ${names.slice(0, FIELDS_NAMED).join(', ')}${more}.`;
}
