import { isAscii, isUtf8 } from 'node:buffer';
import type { IExecuteFunctions } from 'n8n-workflow';

import type { HttpResponse } from '../transport/HttpResponse';

/** What of n8n's helpers decoding needs. */
export type TextHelpers = Pick<
	IExecuteFunctions['helpers'],
	'binaryToString' | 'detectBinaryEncoding'
>;

/** Stands for bytes that are not UTF-8 (Unicode section 23.8). */
const REPLACEMENT_CHARACTER = '\uFFFD';

/** Detection takes GB18030 for other encodings now and then; it contains GBK and GB2312. */
const LAST_RESORT = 'gb18030';

/**
 * Decodes a body: by the charset that its header names, else as UTF-8, else by what the bytes
 * look like. A server that names a wrong or unknown charset does not make its answer unreadable.
 */
export function decodeText(
	response: Pick<HttpResponse, 'body' | 'pieces'>,
	contentType: string,
	helpers: TextHelpers,
): string | Promise<string> {
	const named = charsetOf(contentType);
	if (named === undefined || named === 'utf-8' || named === 'utf8') {
		const ascii = asciiText(response.pieces);
		if (ascii !== undefined) return ascii;
	}
	return decodeBytes(response.body, named, helpers);
}

async function decodeBytes(
	body: Buffer,
	named: string | undefined,
	helpers: TextHelpers,
): Promise<string> {
	if (named !== undefined && named !== 'utf-8' && named !== 'utf8') {
		const decoded = await decode(body, named, helpers);
		// `us-ascii` is what some servers always say.
		const isWrong = decoded?.includes(REPLACEMENT_CHARACTER) === true && isUtf8(body);
		if (decoded !== undefined && !isWrong) return decoded;
	}
	const utf8 = withoutByteOrderMark(body.toString('utf8'));
	if (isUtf8(body)) return utf8;
	for (const encoding of [detect(body, helpers), LAST_RESORT]) {
		const decoded = encoding && (await decode(body, encoding, helpers));
		if (decoded && !decoded.includes(REPLACEMENT_CHARACTER)) return decoded;
	}
	return utf8;
}

/** Most JSON is ASCII, and then need not be joined before it is decoded. */
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

/** n8n's detector throws where it has no idea. */
function detect(body: Buffer, helpers: TextHelpers): string | undefined {
	try {
		return helpers.detectBinaryEncoding(body) || undefined;
	} catch {
		return undefined;
	}
}

async function decode(
	body: Buffer,
	encoding: string,
	helpers: TextHelpers,
): Promise<string | undefined> {
	try {
		return await helpers.binaryToString(body, encoding as BufferEncoding);
	} catch {
		// Not an encoding that n8n knows.
		return undefined;
	}
}
