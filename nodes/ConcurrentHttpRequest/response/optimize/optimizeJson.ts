import get from 'lodash/get';
import set from 'lodash/set';
import unset from 'lodash/unset';

import type { ResponseContent } from '../ResponseContent';
import { UnreadableResponse } from '../UnreadableResponse';

/** Which part of a JSON body is kept. */
interface JsonOptions {
	/** The field with the data; empty for the body itself. */
	readonly dataField: string;
	readonly include: 'all' | 'selected' | 'except';
	/** Names of fields, with dots for what is nested. */
	readonly fields: readonly string[];
}

/**
 * Picks fields of each entry of a JSON list; a single value counts as a list of one. Text stays text.
 *
 * @throws {UnreadableResponse}
 */
export function optimizeJson(
	content: Exclude<ResponseContent, { kind: 'file' }>,
	options: JsonOptions,
): ResponseContent {
	const value = content.kind === 'json' ? content.value : parse(content.text);
	const entries = entriesOf(value, options.dataField).map((entry) => pick(entry, options));
	return content.kind === 'json'
		? { kind: 'json', value: entries }
		: { kind: 'text', text: JSON.stringify(entries) };
}

function parse(text: string): unknown {
	if (text.trim() === '') return {};
	try {
		return JSON.parse(text) as unknown;
	} catch {
		throw new UnreadableResponse(
			'The response is not valid JSON, which Optimize Response expects',
			'Set Expected Response Type to "HTML" or "Text", or switch Optimize Response off.',
		);
	}
}

function entriesOf(value: unknown, dataField: string): unknown[] {
	if (typeof value !== 'object' || value === null) {
		throw new UnreadableResponse(
			'The response is neither an object nor a list, so Optimize Response cannot choose its fields',
			'Switch Optimize Response off.',
		);
	}
	if (Array.isArray(value)) {
		return dataField === '' ? value : value.map((entry) => fieldOf(entry, dataField));
	}
	if (dataField === '') return [value];
	if (!Object.hasOwn(value, dataField)) {
		throw new UnreadableResponse(
			`The response has no field "${dataField}"`,
			`Its fields are: ${Object.keys(value).join(', ')}. Enter one of them in Field Containing Data, or leave it empty.`,
		);
	}
	const data = fieldOf(value, dataField);
	return Array.isArray(data) ? data : [data];
}

function fieldOf(entry: unknown, name: string): unknown {
	return isObject(entry) && Object.hasOwn(entry, name) ? entry[name] : undefined;
}

function pick(entry: unknown, { include, fields }: JsonOptions): unknown {
	if (include === 'all' || !isObject(entry)) return entry;
	if (include === 'except') {
		// Expressions of pagination still see the whole entry.
		const rest = structuredClone(entry);
		for (const field of fields) unset(rest, field);
		return rest;
	}
	const picked = {};
	for (const field of fields) {
		const value: unknown = get(entry, field);
		if (value !== undefined) set(picked, field, value);
	}
	return picked;
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null;
}
