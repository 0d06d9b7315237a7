import type { IBinaryData, IDataObject, INodeExecutionData } from 'n8n-workflow';

import { isObject } from '../parameters/fields';
import { InvalidParameter } from '../parameters/InvalidParameter';
import type { OutputOptions } from '../parameters/output';
import type { ResponseContent } from '../response/ResponseContent';
import type { ResponseOptions } from '../response/responseOptions';
import type { HttpResponse } from '../transport/HttpResponse';
import { itemsWithin } from './itemsWithin';

/** The input item of a response. */
export interface ResponseSource {
	readonly itemIndex: number;
	/** The input item; a file is added to its fields and binaries. */
	readonly item: INodeExecutionData;
}

/** What the settings of Output make of one response. */
export interface Arrangement extends OutputOptions {
	/** The value of the details field, if there is one. */
	readonly details: IDataObject | undefined;
	/** Writes the URL of a response without secrets. */
	readonly showUrl: (url: URL) => string;
}

/** One output item to be. */
interface Piece {
	/** What a field of the input item receives. */
	readonly value: unknown;
	/** The same as fields of an item. */
	readonly fields: IDataObject;
}

/**
 * Makes the output items of a response as the settings of Output say: takes the items from a list within
 * it, drops fields, and puts each beside the input item's fields and files. Without any, they are those of
 * HTTP Request.
 *
 * @throws {UnreadableResponse} where there is no such list
 * @throws {InvalidParameter} where the input item has a file of the same name
 */
export function arrange(
	content: ResponseContent,
	response: HttpResponse,
	options: ResponseOptions,
	source: ResponseSource,
	arrangement: Arrangement,
): INodeExecutionData[] {
	const { item, itemIndex } = source;
	const { place, detailsField, details } = arrangement;
	const { outputPropertyName } = options;
	if (content.kind === 'json' && isAsItCame(options, arrangement)) {
		const { value } = content;
		const entries: readonly unknown[] = Array.isArray(value) ? value : [value];
		return entries.map((entry) => ({ json: toFields(entry), pairedItem: { item: itemIndex } }));
	}
	const isFile = content.kind === 'file' && !arrangement.itemsFrom;
	if (isFile) assertFileNameIsFree(options, source, arrangement);
	const file = isFile
		? { [outputPropertyName]: shown(content.file, response, arrangement) }
		: undefined;
	// As in HTTP Request, a file alone joins the input item.
	const keepsFiles = isFile || place !== 'item';
	const binary = keepsFiles && (item.binary ?? file) ? { ...item.binary, ...file } : undefined;
	return piecesOf(content, response, options, arrangement).map((piece) => {
		const json = placed(piece, isFile && !options.fullResponse, item.json, arrangement);
		return {
			json: detailsField === undefined ? json : { ...json, [detailsField]: details },
			...(binary && { binary }),
			pairedItem: { item: itemIndex },
		};
	});
}

/** Whether no setting changes what becomes of JSON: most runs have none, and pay nothing for those of others. */
function isAsItCame(
	{ fullResponse }: ResponseOptions,
	{ place, itemsFrom, onlyFields, detailsField }: Arrangement,
): boolean {
	return (
		!fullResponse && place === 'item' && !itemsFrom && !onlyFields && detailsField === undefined
	);
}

/** HTTP Request gives the directory of a file with the secrets of its URL. */
function shown(file: IBinaryData, { url }: HttpResponse, { showUrl }: Arrangement): IBinaryData {
	return file.directory === undefined ? file : { ...file, directory: showUrl(url) };
}

/**
 * @throws {InvalidParameter} where a file would take the place of one that the input item is to keep
 */
export function assertFileNameIsFree(
	{ outputPropertyName }: ResponseOptions,
	{ item }: ResponseSource,
	{ place }: OutputOptions,
): void {
	if (place === 'item' || !item.binary || !Object.hasOwn(item.binary, outputPropertyName)) return;
	throw new InvalidParameter(
		'Put Output in Field',
		`is "${outputPropertyName}", but the input item has a file of that name, which Put Response In keeps`,
		'Choose another name in Options > Response > Put Output in Field, with Response Format at File.',
	);
}

function piecesOf(
	content: ResponseContent,
	response: HttpResponse,
	options: ResponseOptions,
	arrangement: Arrangement,
): Piece[] {
	const { headers, statusCode, statusMessage } = response;
	const head = options.fullResponse && ({ headers, statusCode, statusMessage } as IDataObject);
	if (arrangement.itemsFrom || content.kind === 'json') {
		return valuesOf(content, response, options, arrangement).map((body) => {
			if (!head) return { value: body, fields: toFields(body) };
			const fields = { body, ...head } as IDataObject;
			return { value: fields, fields };
		});
	}
	if (content.kind === 'file') return [{ value: head || undefined, fields: head || {} }];
	// HTTP Request leaves the field out if the body is empty.
	const isLeftOut = content.text === '' && !options.optimize;
	const field = isLeftOut ? undefined : { [options.outputPropertyName]: content.text };
	const fields: IDataObject = { ...field, ...(head || undefined) };
	return [{ value: head ? fields : content.text, fields }];
}

/** The values that become items each. */
function valuesOf(
	content: ResponseContent,
	response: HttpResponse,
	{ fullResponse }: ResponseOptions,
	{ itemsFrom, onlyFields, place }: OutputOptions,
): unknown[] {
	const selected = (value: unknown) => (onlyFields ? onlyFields.of(value) : value);
	if (!itemsFrom) {
		const value = content.kind === 'json' ? content.value : undefined;
		const isOne = fullResponse || place === 'field' || !Array.isArray(value);
		if (isOne) return [selected(value)];
		// Each input item has its place in the output.
		return value.length === 0 && place === 'merge' ? [{}] : value.map(selected);
	}
	const kept = content.kind === 'json' ? itemsFrom.keep?.of(content.value) : undefined;
	return itemsWithin(content, response, itemsFrom).map((entry) => {
		const value = selected(entry);
		return isObject(kept) ? joined(toFields(value), kept) : value;
	});
}

/** An item's `json` is an object, so a bare number, text or list needs a field. */
function toFields(value: unknown): IDataObject {
	if (value === null || value === undefined) return {};
	return typeof value === 'object' && !Array.isArray(value)
		? (value as IDataObject)
		: { data: value };
}

/** The fields of an output item. */
function placed(
	{ value, fields }: Piece,
	isFileAlone: boolean,
	input: IDataObject,
	{ place, field, onEqualNames }: OutputOptions,
): IDataObject {
	if (isFileAlone) return input;
	switch (place) {
		case 'item':
			return fields;
		case 'field':
			return { ...input, [field]: value as IDataObject };
		case 'merge':
			return onEqualNames === 'response' ? { ...input, ...fields } : joined(input, fields);
	}
}

/** The fields of the first, and after them those of the second that the first does not have. */
function joined(first: object, second: object): IDataObject {
	return { ...first, ...second, ...first };
}
