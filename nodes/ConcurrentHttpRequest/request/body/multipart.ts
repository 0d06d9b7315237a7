import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';

import { toText } from '../../common/toText';
import { isEmpty } from '../../parameters/fields';
import { InvalidParameter } from '../../parameters/InvalidParameter';
import type { RepeatableBody } from '../../transport/RepeatableBody';
import type { ItemFile, StoredFile } from '../ItemFile';
import type { BodySource, RequestBody } from './RequestBody';

/** One field of a form: a text, or a file. */
interface Part {
	readonly name: string;
	readonly value: string | ItemFile;
}

type Piece = Buffer | StoredFile;

/** A row of the panel's list. */
interface Row {
	readonly parameterType?: unknown;
	readonly name?: unknown;
	readonly value?: unknown;
	readonly inputDataFieldName?: unknown;
}

/** A form of texts and files, for example an upload. */
export function multipartFormData(source: BodySource): RequestBody {
	return multipartBody(partsOf(source));
}

export function multipartBody(parts: readonly Part[]): RequestBody {
	// It occurs in no part, because it is random.
	const boundary = `${'-'.repeat(26)}${randomBytes(12).toString('hex')}`;
	return {
		content: encodeMultipart(parts, boundary),
		contentType: `multipart/form-data; boundary=${boundary}`,
		contentTypeIsFixed: true,
		parts,
	};
}

/**
 * Names may occur more than once from version 4.2 on, for example for several files of one field.
 * Before that the last row of a name wins, at the place of the first: HTTP Request's versions
 * differ in that.
 */
function partsOf(source: BodySource): Part[] {
	const { parameters, typeVersion, credentialFields, pageFields } = source;
	const given = parameters.get('bodyParameters.parameters');
	const rows = (Array.isArray(given) ? (given as Row[]) : []).filter(isFilledIn);
	const named = rows.map((row) => [toText(row.name), row] as const);
	const kept = typeVersion >= 4.2 ? named : [...new Map(named)];
	const set = { ...credentialFields, ...pageFields };
	const parts = [
		...kept
			.filter(([name]) => !Object.hasOwn(set, name))
			.flatMap(([name, row]) =>
				isFile(row) ? filePart(name, row, source) : textParts(name, row.value),
			),
		...Object.entries(set).flatMap(([name, value]) => textParts(name, value)),
	];
	for (const { name, value } of parts) {
		assertNoNul('a field', name);
		if (typeof value !== 'string') assertNoNul('a file', value.fileName);
	}
	return parts;
}

/** Names go into headers, which cannot hold a NUL (RFC 9110 section 5.5); some servers cut them there. */
function assertNoNul(owner: string, name = ''): void {
	if (!name.includes('\0')) return;
	throw new InvalidParameter(
		'Body',
		`contains ${owner} whose name has a NUL character: ${JSON.stringify(name)}`,
		'Remove the character, for example with replaceAll("\\u0000", "") in an expression.',
	);
}

function isFile({ parameterType }: Row): boolean {
	return parameterType === 'formBinaryData';
}

/** A row that was added but never filled in is left out. */
function isFilledIn(row: Row): boolean {
	return !isEmpty(row.name) || !isEmpty(isFile(row) ? row.inputDataFieldName : row.value);
}

function filePart(name: string, { inputDataFieldName }: Row, { fileOf }: BodySource): Part {
	if (isEmpty(inputDataFieldName)) {
		throw new InvalidParameter(
			'Input Data Field Name',
			`of the form field "${name}" is empty`,
			'Enter the name of the binary field to send, for example data.',
		);
	}
	return { name, value: fileOf(inputDataFieldName) };
}

/** A list becomes several fields of one name. As in HTTP Request, `null` is the text `null`. */
export function textParts(name: string, value: unknown): Part[] {
	const values: unknown[] = Array.isArray(value) ? value : [value];
	return values.map((each) => ({
		name,
		value: each === null || each === undefined ? String(each) : toText(each),
	}));
}

/**
 * Writes a form as `multipart/form-data` (RFC 7578), its names as browsers write them (HTML
 * Standard, section "Multipart form data").
 *
 * @param boundary a text that occurs in none of the parts
 * @returns one buffer where all parts are in memory, else a body that is read while it is sent
 */
export function encodeMultipart(parts: readonly Part[], boundary: string): Buffer | RepeatableBody {
	const pieces: Piece[] = [];
	for (const part of parts) {
		const { value } = part;
		pieces.push(Buffer.from(`--${boundary}\r\n${headersOf(part)}\r\n`));
		pieces.push(typeof value === 'string' ? Buffer.from(value) : value.content);
		pieces.push(Buffer.from('\r\n'));
	}
	pieces.push(Buffer.from(`--${boundary}--\r\n`));
	return pieces.every((piece) => Buffer.isBuffer(piece)) ? Buffer.concat(pieces) : joined(pieces);
}

function headersOf({ name, value }: Part): string {
	const disposition = `Content-Disposition: form-data; name="${quoted(name)}"`;
	if (typeof value === 'string') return `${disposition}\r\n`;
	const type = oneLine(value.mimeType || 'application/octet-stream');
	return `${disposition}; filename="${quoted(baseName(value))}"\r\nContent-Type: ${type}\r\n`;
}

/** A server must not learn the folder, and some servers would write there (RFC 7578 section 4.2). */
export function baseName({ fileName }: Pick<ItemFile, 'fileName'>): string {
	return fileName?.split('/').findLast((part) => part !== '') ?? 'file';
}

function quoted(text: string): string {
	return text.replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('"', '%22');
}

function oneLine(text: string): string {
	return text.replace(/\p{Cc}+/gu, ' ');
}

function joined(pieces: readonly Piece[]): RepeatableBody {
	return {
		async open() {
			const sizes = await Promise.all(
				pieces.map(async (piece) => (Buffer.isBuffer(piece) ? piece.length : await piece.size())),
			);
			const isKnown = sizes.every((size) => size !== undefined);
			const length = isKnown ? sizes.reduce((sum, size) => sum + size, 0) : undefined;
			return { length, stream: Readable.from(read(pieces), { objectMode: false }) };
		},
	};
}

/** Opens each file in its turn, and closes it before the next. */
async function* read(pieces: readonly Piece[]): AsyncGenerator<Buffer> {
	for (const piece of pieces) {
		if (Buffer.isBuffer(piece)) yield piece;
		else for await (const chunk of await piece.read()) yield chunk as Buffer;
	}
}
