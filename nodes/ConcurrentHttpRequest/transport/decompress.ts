import { promisify } from 'node:util';
import zlib from 'node:zlib';

import { LARGEST_BODY, tooLarge } from './largestBody';
import { TransportFailure } from './TransportFailure';

const gunzip = promisify(zlib.gunzip);
const inflate = promisify(zlib.inflate);
const inflateRaw = promisify(zlib.inflateRaw);
const brotliDecompress = promisify(zlib.brotliDecompress);
const zstdDecompress = promisify(zlib.zstdDecompress);

/**
 * Servers that leave out the end of a gzip or deflate stream are common, and browsers accept it. Only
 * where HTTP itself says that the body is complete, else half of it would pass for the whole.
 */
export function endOfZlib(isFramed: boolean): { finishFlush: number } {
	const { Z_SYNC_FLUSH, Z_FINISH } = zlib.constants;
	return { finishFlush: isFramed ? Z_SYNC_FLUSH : Z_FINISH };
}

type Decoder = (
	body: Buffer,
	bound: { maxOutputLength: number },
	end: { finishFlush: number },
) => Promise<Buffer>;

const DECODERS = new Map(
	Object.entries<Decoder>({
		gzip: async (body, bound, end) => await gunzip(body, { ...end, ...bound }),
		'x-gzip': async (body, bound, end) => await gunzip(body, { ...end, ...bound }),
		deflate: async (body, bound, end) =>
			await (isZlib(body) ? inflate : inflateRaw)(body, { ...end, ...bound }),
		br: async (body, bound) => await brotliDecompress(body, bound),
		zstd: async (body, bound) => await zstdDecompress(body, bound),
	}),
);

/** The value of Accept-Encoding that goes with {@link decompress}. */
export const ACCEPT_ENCODING = 'gzip, deflate, br, zstd';

/**
 * Undoes the content codings of a body, the last applied first (RFC 9110 section 8.4). A
 * coding that is not known leaves the rest as it is.
 *
 * @param most bytes that it may have
 * @param isFramed whether HTTP itself says that the body is complete (`isFramed` of `framing.ts`)
 * @returns the body, and whether every coding was undone
 * @throws {TransportFailure} when the body is not what its header says, or too large
 */
export async function decompress(
	body: Buffer,
	contentEncoding: string,
	most = LARGEST_BODY,
	isFramed = true,
): Promise<{ body: Buffer; complete: boolean }> {
	let decoded = body;
	for (const coding of codingsOf(contentEncoding).reverse()) {
		const decoder = DECODERS.get(coding);
		if (!decoder) return { body: decoded, complete: false };
		try {
			decoded = await decoder(decoded, { maxOutputLength: most }, endOfZlib(isFramed));
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge();
			throw undecodable(coding, error, isFramed);
		}
	}
	return { body: decoded, complete: true };
}

/** The codings that a Content-Encoding names, in the order in which they were applied. */
export function codingsOf(contentEncoding: string): string[] {
	return contentEncoding
		.toLowerCase()
		.split(',')
		.map((coding) => coding.trim())
		.filter((coding) => coding !== '' && coding !== 'identity');
}

/**
 * RFC 9110 section 8.4.1.2: "deflate" means zlib, but some servers send the bare stream. A zlib
 * header has compression method 8 in the low half of its first byte (RFC 1950).
 */
export function isZlib(body: Buffer): boolean {
	return ((body[0] ?? 0) & 0x0f) === 8;
}

/** Says that a body was cut off, where it may have been; else that the server compressed it wrongly. */
export function undecodable(coding: string, cause: unknown, isFramed: boolean): TransportFailure {
	if (!isFramed && (cause as NodeJS.ErrnoException).code === 'Z_BUF_ERROR') {
		return new TransportFailure(
			'connection reset',
			'The server closed the connection before its compressed response was complete',
			cause,
		);
	}
	return new TransportFailure(
		'unreadable answer',
		`The answer says that it is compressed with ${coding}, but it could not be decompressed`,
		cause,
	);
}
