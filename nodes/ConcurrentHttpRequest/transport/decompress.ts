import { Duplex, pipeline, type Readable, type Transform } from 'node:stream';
import zlib from 'node:zlib';

import { tooLarge } from './bodySizeLimits';
import { TransportFailure } from './TransportFailure';

/** Codings that a response may have, one over the other. Servers use one, rarely two. */
const MAX_CODINGS = 5;

type Decoder = Transform & Pick<zlib.Zlib, 'bytesWritten'>;

type MakeDecoder = (first: Buffer, end: { finishFlush: number }) => Decoder;

/** Makes the decoder once the first bytes have arrived. */
const DECODERS = new Map(
	Object.entries<MakeDecoder>({
		gzip: (_first, end) => zlib.createGunzip(end),
		'x-gzip': (_first, end) => zlib.createGunzip(end),
		deflate: (first, end) => (isZlib(first) ? zlib.createInflate(end) : zlib.createInflateRaw(end)),
		br: () => zlib.createBrotliDecompress(),
		zstd: () => zlib.createZstdDecompress(),
	}),
);

/** Before version 24, Node.js takes zstd that is cut off for complete. */
const noticesCutZstd = Number.parseInt(process.versions.node, 10) >= 24;

/** The value of Accept-Encoding that goes with {@link decompress}. */
export const ACCEPT_ENCODING = noticesCutZstd ? 'gzip, deflate, br, zstd' : 'gzip, deflate, br';

/**
 * Undoes the content codings of a body while it arrives, the last applied first (RFC 9110 section
 * 8.4). A coding that is not known leaves the rest as it is. The result fails with a
 * {@link TransportFailure} when the body is not what its header says, or too large. To destroy it
 * ends all decoders.
 *
 * @param isFramed whether HTTP itself says that the body is complete
 * @param most bytes that all decoders together may give
 * @returns the decoded stream, and whether every coding is undone in it
 * @throws {TransportFailure} for more codings than any server needs
 */
export function decompress(
	body: Readable,
	contentEncoding: string,
	{ isFramed = true, most = Infinity }: { isFramed?: boolean; most?: number } = {},
): { body: Readable; complete: boolean } {
	const codings = codingsOf(contentEncoding);
	if (codings.length > MAX_CODINGS) {
		throw new TransportFailure(
			'unreadable response',
			`The response says that it is compressed ${codings.length} times; at most ${MAX_CODINGS} times can be undone`,
		);
	}
	let left = most;
	const spend = (bytes: number) => {
		left -= bytes;
		return left < 0 ? tooLarge(most) : undefined;
	};
	const decoders: Duplex[] = [];
	let complete = true;
	for (const coding of codings.reverse()) {
		const make = DECODERS.get(coding);
		complete = make !== undefined;
		if (!make) break;
		decoders.push(decoder(coding, make, isFramed, spend));
	}
	const last = decoders.at(-1);
	if (!last) return { body, complete };
	// A failure of one stream fails the others, and so the reader of the last one.
	pipeline([body, ...decoders], () => {});
	return { body: last, complete };
}

/** The codings that a Content-Encoding names, in the order in which they were applied. */
function codingsOf(contentEncoding: string): string[] {
	return contentEncoding
		.toLowerCase()
		.split(',')
		.map((coding) => coding.trim())
		.filter((coding) => coding !== '' && coding !== 'identity');
}

/**
 * A decoder that begins with its first byte: a response without a body may name a coding all the same.
 *
 * @param spend says what is wrong where so many more bytes are too many
 */
function decoder(
	coding: string,
	make: MakeDecoder,
	isFramed: boolean,
	spend: (bytes: number) => TransportFailure | undefined,
): Duplex {
	let inner: Decoder | undefined;
	let hasAll = false;
	/**
	 * Bytes after the end of a deflate or br stream are ignored, as browsers do. Node.js takes those after
	 * a gzip stream for another one, unless they begin with NUL; it fails, as do curl and HTTP Request.
	 */
	let innerHasEnded = false;
	/** Returns the part of the latest chunk that the inner decoder has not used. */
	let rest: () => Buffer;
	let written: (() => void) | undefined;
	const goOn = () => {
		const done = written;
		written = undefined;
		done?.();
	};
	const begin = (first: Buffer) => {
		const begun = make(first, endOfZlib(isFramed));
		begun.on('data', (chunk: Buffer) => {
			const failure = spend(chunk.length);
			if (failure) outer.destroy(failure);
			else if (!outer.push(chunk)) begun.pause();
		});
		begun.on('error', (error) => outer.destroy(undecodable(coding, error, isFramed)));
		begun.on('end', () => {
			const left = rest();
			// Node.js decodes one frame of a chunk, and a body may have several (RFC 8878 section 3.1).
			if (coding === 'zstd' && left.length > 0) {
				inner = undefined;
				feed(left);
				return;
			}
			innerHasEnded = true;
			if (hasAll) outer.push(null);
			goOn();
		});
		return begun;
	};
	const feed = (chunk: Buffer) => {
		const decoder = (inner ??= begin(chunk));
		const before = decoder.bytesWritten;
		rest = () => chunk.subarray(decoder.bytesWritten - before);
		decoder.write(chunk, (error) => {
			// A decoder that leaves a rest has come to its end.
			if (!error && rest().length === 0) goOn();
		});
	};
	const outer = new Duplex({
		read: () => void inner?.resume(),
		write(chunk: Buffer, _encoding, done) {
			if (innerHasEnded) {
				done();
				return;
			}
			written = done;
			feed(chunk);
		},
		final(done) {
			hasAll = true;
			if (inner && !innerHasEnded) inner.end();
			else outer.push(null);
			done();
		},
		destroy(error, done) {
			inner?.destroy();
			done(error);
		},
	});
	return outer;
}

/**
 * Servers that leave out the end of a gzip or deflate stream are common, and browsers accept it. Only
 * where HTTP itself says that the body is complete, else half of it would pass for the whole.
 */
function endOfZlib(isFramed: boolean): { finishFlush: number } {
	const { Z_SYNC_FLUSH, Z_FINISH } = zlib.constants;
	return { finishFlush: isFramed ? Z_SYNC_FLUSH : Z_FINISH };
}

/**
 * RFC 9110 section 8.4.1.2: "deflate" means zlib, but some servers send the bare stream. A zlib
 * header has compression method 8 in the low half of its first byte (RFC 1950).
 */
function isZlib(body: Buffer): boolean {
	return ((body[0] ?? 0) & 0x0f) === 8;
}

/** Says that a body was cut off, where it may have been; else that the server compressed it wrongly. */
function undecodable(coding: string, cause: unknown, isFramed: boolean): TransportFailure {
	if (!isFramed && (cause as NodeJS.ErrnoException).code === 'Z_BUF_ERROR') {
		return new TransportFailure(
			'connection reset',
			'The server closed the connection before its compressed response was complete',
			cause,
		);
	}
	return new TransportFailure(
		'unreadable response',
		`The response says that it is compressed with ${coding}, but it could not be decompressed`,
		cause,
	);
}
