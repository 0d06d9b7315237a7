import type { IDataObject } from 'n8n-workflow';

import { InvalidParameter } from '../parameters/InvalidParameter';
import { parseJsonObject } from '../parameters/parseJson';
import { toText } from '../common/toText';
import type { AuthenticationKind } from './Authentication';

const FIELD = 'Template of the credential';

/** `{{name}}`, as n8n's Simplified Custom Auth writes a place for a value. */
const PLACEHOLDER = /\{\{\s*([\w.-]+)\s*\}\}/g;

/** A text with an optional place that has no value: its entry is left out. */
const OMITTED = Symbol('omitted');

/**
 * n8n's "Simplified Custom Auth": headers, query parameters and body fields as a template, and the
 * values for its places. A value fills a place within one text of the template, and never changes
 * the template's structure.
 */
export const templatedCustom: AuthenticationKind = (credential) => {
	const template = readObject(credential.template, FIELD);
	const values = new Map(
		Object.entries(
			readObject(credential.placeholderValues, 'Placeholder Values of the credential'),
		),
	);
	const optional = optionalNames(credential.placeholderDefs);
	const part = (name: string): IDataObject | undefined => {
		const value = template[name];
		if (value === undefined) return undefined;
		if (!isPlainObject(value)) {
			throw new InvalidParameter(FIELD, `must have an object under "${name}"`);
		}
		return fill(value, values, optional) as IDataObject;
	};
	return { headers: part('headers'), query: part('qs'), body: part('body') };
};

function fill(
	part: unknown,
	values: ReadonlyMap<string, unknown>,
	optional: ReadonlySet<string>,
): unknown {
	if (typeof part === 'string') return fillText(part, values, optional);
	if (Array.isArray(part)) {
		return part.map((entry) => fill(entry, values, optional)).filter((entry) => entry !== OMITTED);
	}
	if (typeof part !== 'object' || part === null) return part;
	return Object.fromEntries(
		Object.entries(part)
			.map(([name, entry]) => [name, fill(entry, values, optional)] as const)
			.filter(([, entry]) => entry !== OMITTED),
	);
}

function fillText(
	text: string,
	values: ReadonlyMap<string, unknown>,
	optional: ReadonlySet<string>,
): string | typeof OMITTED {
	const names = [...text.matchAll(PLACEHOLDER)].map(([, name = '']) => name);
	if (names.some((name) => isEmpty(values.get(name)) && optional.has(name))) return OMITTED;
	return text.replace(PLACEHOLDER, (place, name: string) => {
		const value = values.get(name);
		if (isEmpty(value)) {
			throw new InvalidParameter(FIELD, `has the placeholder ${place}, for which no value is set`);
		}
		if (typeof value === 'object') {
			throw new InvalidParameter(FIELD, `has the placeholder ${place}, whose value is no text`);
		}
		return toText(value);
	});
}

function isEmpty(value: unknown): boolean {
	return value === undefined || value === null || value === '';
}

/** Placeholders that need no value. What is not readable declares none, as in n8n. */
function optionalNames(definitions: unknown): ReadonlySet<string> {
	let parsed: unknown;
	try {
		parsed = typeof definitions === 'string' ? JSON.parse(definitions || '[]') : definitions;
	} catch {
		return new Set();
	}
	if (!Array.isArray(parsed)) return new Set();
	return new Set(
		parsed
			.filter(isPlainObject)
			.filter(({ name, optional }) => typeof name === 'string' && optional === true)
			.map(({ name }) => String(name)),
	);
}

function readObject(json: unknown, field: string): Record<string, unknown> {
	return parseJsonObject(toText(json) === '' ? '{}' : json, field);
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
