import toPath from 'lodash/toPath';

import { toText } from './toText';

/** From a value to one within it: `['data', 'items', '0']`. */
export type Path = readonly string[];

/** A comma that is not within brackets: `a, b["c, d"]` are two paths. */
const ENTRY = /(?:\[(?:"[^"]*"|'[^']*'|[^\]"'])*\]|[^,[]|\[)+/g;

/** Names by which n8n's expressions reach a response. */
const ROOT = /^\$(?:json|response\.body)(?=[.[]|$)\.?/;

/**
 * Reads a path as people write it in n8n: `data.items`, `items[0]`, `data["my items"]`, also behind `$json`.
 *
 * @returns empty for the value itself
 */
export function readPath(text: string): Path {
	return toPath(text.trim().replace(ROOT, ''));
}

/** Reads paths that are separated by commas, or a list of paths that an expression gives. */
export function readPaths(value: unknown): Path[] {
	const texts = Array.isArray(value) ? value.map(toText) : (toText(value).match(ENTRY) ?? []);
	return texts.map(readPath).filter((path) => path.length > 0);
}
