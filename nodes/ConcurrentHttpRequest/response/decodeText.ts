import { isAscii, isUtf8 } from 'node:buffer';
import {
	getBOMEncoding,
	labelToName,
	TextDecoder as WebDecoder,
} from '@exodus/bytes/encoding-lite.js';
import sniffEncoding from 'html-encoding-sniffer';
import type { IExecuteFunctions } from 'n8n-workflow';

import type { HttpResponse } from '../transport/HttpResponse';

/** What decoding needs of n8n's helpers. */
export type TextHelpers = Pick<
	IExecuteFunctions['helpers'],
	'binaryToString' | 'detectBinaryEncoding'
>;

/** Stands for bytes that are not UTF-8 (Unicode section 23.8). */
const REPLACEMENT_CHARACTER = '\uFFFD';

/** Detection sometimes mistakes GB18030 for another encoding; it contains GBK and GB2312. */
const LAST_RESORT = 'gb18030';

/** Bytes from which an encoding is detected. Detection takes about a second per megabyte. */
const SAMPLE_SIZE = 64 * 1024;

/** Types whose text may declare its own charset, and those that declare it as XML does. */
const MARKUP = /^\s*(?:text\/html|(?:text|application)\/xml|[^\s;]+\+xml)\s*(?:;|$)/i;
const XML = /^[^;]*xml/i;

/** RFC 8259 section 8.1 requires UTF-8, whatever a charset parameter says. */
const JSON_TYPE = /^[^;]*\bjson\b/i;

/** Labels that servers give to any encoding. */
const ASCII_LABELS: readonly string[] = ['us-ascii', 'ascii', 'ansi_x3.4-1968'];

/** NUL and ESC do not occur in JSON and markup, except in UTF-16 and ISO-2022-JP. */
const TELLTALE_BYTES = [0x00, 0x1b] as const;

/**
 * Decodes a body by its byte order mark, by the charset that its header names, by the one that HTML or
 * XML declares in its first bytes (HTML Standard section 13.2.3), else as UTF-8, else by what the bytes
 * look like. Labels have their meaning in the WHATWG Encoding Standard. JSON is UTF-8 if its bytes are.
 * A response with a wrong or unknown charset stays readable.
 */
export function decodeText(
	response: Pick<HttpResponse, 'body' | 'pieces'>,
	contentType: string,
	helpers: TextHelpers,
): string | Promise<string> {
	const label = charsetOf(contentType);
	const isUtf8Named = label === undefined || labelToName(label) === 'UTF-8';
	if (isUtf8Named || JSON_TYPE.test(contentType)) {
		const ascii = asciiText(response.pieces);
		if (ascii !== undefined && isPlain(ascii)) return ascii;
	}
	return decodeBytes(response.body, label, contentType, helpers);
}

/**
 * The same at once, without n8n's helpers: a charset that only they know, or that nothing states, is read
 * as UTF-8.
 */
export function decodeNow(body: Buffer, contentType: string): string {
	const isValidUtf8 = isUtf8(body);
	const stated = statedEncoding(body, charsetOf(contentType), contentType, isValidUtf8);
	for (const Decoder of [WebDecoder, TextDecoder]) {
		try {
			const decoded = new Decoder(stated ?? 'UTF-8').decode(body);
			if (!isValidUtf8 || !decoded.includes(REPLACEMENT_CHARACTER)) return decoded;
		} catch {
			// This decoder does not know the encoding.
		}
	}
	return withoutByteOrderMark(body.toString('utf8'));
}

async function decodeBytes(
	body: Buffer,
	label: string | undefined,
	contentType: string,
	helpers: TextHelpers,
): Promise<string> {
	const isValidUtf8 = isUtf8(body);
	const stated = statedEncoding(body, label, contentType, isValidUtf8);
	if (stated !== undefined && stated !== 'UTF-8') {
		const decoded = await decode(body, stated, helpers);
		const isWrong = isValidUtf8 && decoded?.includes(REPLACEMENT_CHARACTER) === true;
		if (decoded !== undefined && !isWrong) return decoded;
	}
	const utf8 = withoutByteOrderMark(body.toString('utf8'));
	if (isValidUtf8 || (stated === 'UTF-8' && isMostlyUtf8(body, utf8))) return utf8;
	for (const encoding of [detect(body, helpers), LAST_RESORT]) {
		const decoded = encoding && (await decode(body, encoding, helpers));
		if (decoded && !decoded.includes(REPLACEMENT_CHARACTER)) return decoded;
	}
	return utf8;
}

/** @returns a WHATWG name, or a label that only n8n may know; `undefined` where none is stated */
function statedEncoding(
	body: Buffer,
	label: string | undefined,
	contentType: string,
	isValidUtf8: boolean,
): string | undefined {
	const marked = getBOMEncoding(body);
	if (marked !== null) return labelToName(marked) ?? undefined;
	if (isValidUtf8 && JSON_TYPE.test(contentType) && isPlain(body)) return 'UTF-8';
	if (label !== undefined) {
		if (isValidUtf8 && ASCII_LABELS.includes(label)) return 'UTF-8';
		const name = labelToName(label);
		if (name !== null || !MARKUP.test(contentType)) return name ?? label;
	}
	if (!MARKUP.test(contentType)) return undefined;
	const xml = XML.test(contentType);
	return sniffEncoding(body, { xml, defaultEncoding: null }) ?? label;
}

/** In another encoding, each one to three bytes that are not ASCII break a character of UTF-8. */
function isMostlyUtf8(body: Buffer, text: string): boolean {
	const broken = text.split(REPLACEMENT_CHARACTER).length - 1;
	let notAscii = 0;
	for (const byte of body) if (byte > 0x7f) notAscii++;
	return notAscii > 10 * broken;
}

/** Whether ASCII bytes stand for ASCII characters. */
function isPlain(text: Buffer | string): boolean {
	return typeof text === 'string'
		? !TELLTALE_BYTES.some((byte) => text.includes(String.fromCharCode(byte)))
		: !TELLTALE_BYTES.some((byte) => text.includes(byte));
}

/** Most JSON is ASCII. Its pieces need not be joined before they are decoded. */
function asciiText(pieces: readonly Buffer[] = []): string | undefined {
	let text = '';
	for (const piece of pieces) {
		if (!isAscii(piece)) return undefined;
		text += piece.toString('latin1');
	}
	return pieces.length === 0 ? undefined : text;
}

/** The `charset` parameter of a Content-Type (RFC 9110 section 8.3.1), in lower case. */
function charsetOf(contentType: string): string | undefined {
	return /charset\s*=\s*["']?([^"';,\s]+)/i.exec(contentType)?.[1]?.toLowerCase();
}

function withoutByteOrderMark(text: string): string {
	return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

/** n8n's detector throws if it recognizes nothing. */
function detect(body: Buffer, helpers: TextHelpers): string | undefined {
	try {
		return helpers.detectBinaryEncoding(sampleOf(body)) || undefined;
	} catch {
		return undefined;
	}
}

/** The part of a body from which its encoding is detected: it begins at the first byte that is not ASCII. */
function sampleOf(body: Buffer): Buffer {
	if (body.length <= SAMPLE_SIZE) return body;
	const sampleAt = (start: number) => body.subarray(start, start + SAMPLE_SIZE);
	let start = 0;
	while (start < body.length && isAscii(sampleAt(start))) start += SAMPLE_SIZE;
	start += Math.max(
		0,
		sampleAt(start).findIndex((byte) => byte > 0x7f),
	);
	// UTF-16 and UTF-32 have 2 and 4 bytes a character.
	return sampleAt(start - (start % 4));
}

/**
 * Decodes with the web's meaning of an encoding. n8n decodes multi-byte encodings, except ISO-2022-JP,
 * and some that the web does not have (CP850).
 */
async function decode(
	body: Buffer,
	encoding: string,
	helpers: TextHelpers,
): Promise<string | undefined> {
	const name = labelToName(encoding) ?? encoding;
	const decoders = [
		() => new WebDecoder(name).decode(body),
		async () => await helpers.binaryToString(body, name as BufferEncoding),
		() => new TextDecoder(name).decode(body),
	];
	for (const decoder of decoders) {
		try {
			return await decoder();
		} catch {
			// This decoder does not know the encoding.
		}
	}
	return undefined;
}
