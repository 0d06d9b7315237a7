import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';

import type { RepeatableBody } from '../../transport/RepeatableBody';
import type { ItemFile, StoredFile } from '../ItemFiles';
import { toText } from '../../common/toText';

/** One field of a form: a text, or a file. */
export interface Part {
	readonly name: string;
	readonly value: string | ItemFile;
}

type Piece = Buffer | StoredFile;

/** A text that occurs in no part, since nobody can know it before. */
export function newBoundary(): string {
	return `${'-'.repeat(26)}${randomBytes(12).toString('hex')}`;
}

/** A list is as many fields of one name. HTTP Request writes nothing as `null` and `undefined`. */
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

/** A server must not learn the folder, and some would write there (RFC 7578 section 4.2). */
function baseName({ fileName }: ItemFile): string {
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

/** Each file is opened when its turn comes, and closed before the next. */
async function* read(pieces: readonly Piece[]): AsyncGenerator<Buffer> {
	for (const piece of pieces) {
		if (Buffer.isBuffer(piece)) yield piece;
		else for await (const chunk of await piece.read()) yield chunk as Buffer;
	}
}
