import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';

import { toText } from '../common/toText';
import { isEmpty, isObject } from '../parameters/fields';
import { InvalidParameter } from '../parameters/InvalidParameter';
import { parseJsonObject } from '../parameters/parseJson';

const LABEL = 'Template of the credential';

/** `{{name}}`, as n8n's Simplified Custom Auth writes a placeholder. */
const PLACEHOLDER = /\{\{\s*([\w.-]+)\s*\}\}/g;

/** A text with an optional placeholder that has no value: its entry is left out. */
const OMITTED = Symbol('omitted');

/**
 * n8n's "Simplified Custom Auth": headers, query parameters and body fields as a template, and the
 * values of its placeholders. A value replaces a placeholder within one text of the template, and
 * never changes the template's structure.
 */
export function templatedCustom(credential: ICredentialDataDecryptedObject) {
	const values = readObject(credential.placeholderValues, 'Placeholder Values of the credential');
	const optional = optionalNames(credential.placeholderDefs);
	const valueOf = (name: string) => (Object.hasOwn(values, name) ? values[name] : undefined);

	const fillText = (text: string): string | typeof OMITTED => {
		const names = [...text.matchAll(PLACEHOLDER)].map(([, name = '']) => name);
		if (names.some((name) => isEmpty(valueOf(name)) && optional.has(name))) return OMITTED;
		return text.replace(PLACEHOLDER, (placeholder, name: string) => {
			const value = valueOf(name);
			const problem = isEmpty(value)
				? 'for which no value is set'
				: typeof value === 'object' && 'whose value is not a text';
			if (!problem) return toText(value);
			throw new InvalidParameter(LABEL, `has the placeholder ${placeholder}, ${problem}`);
		});
	};

	const fill = (part: unknown): unknown => {
		if (typeof part === 'string') return fillText(part);
		if (Array.isArray(part)) return part.map(fill).filter((entry) => entry !== OMITTED);
		if (!isObject(part)) return part;
		return Object.fromEntries(
			Object.entries(part)
				.map(([name, entry]) => [name, fill(entry)] as const)
				.filter(([, entry]) => entry !== OMITTED),
		);
	};

	const template = readObject(credential.template, LABEL);
	const part = (name: string) => fill(objectAt(name, template, LABEL)) as IDataObject | undefined;
	return { headers: part('headers'), query: part('qs'), body: part('body') };
}

/**
 * An object within JSON that a credential holds.
 *
 * @param label the field's name as the credential shows it
 * @returns `undefined` where there is none
 */
export function objectAt(
	name: string,
	json: Record<string, unknown>,
	label: string,
): IDataObject | undefined {
	const value = json[name];
	if (value === undefined || value === null) return undefined;
	if (isObject(value)) return value as IDataObject;
	throw new InvalidParameter(label, `must have an object under "${name}"`);
}

/** Placeholders that need no value. As in n8n, definitions that cannot be read declare none. */
function optionalNames(definitions: unknown): ReadonlySet<unknown> {
	let parsed: unknown;
	try {
		parsed = typeof definitions === 'string' ? JSON.parse(definitions || '[]') : definitions;
	} catch {
		return new Set();
	}
	const list = Array.isArray(parsed) ? parsed.filter(isObject) : [];
	return new Set(list.filter(({ optional }) => optional === true).map(({ name }) => name));
}

function readObject(json: unknown, label: string): Record<string, unknown> {
	return parseJsonObject(toText(json) === '' ? '{}' : json, label);
}
