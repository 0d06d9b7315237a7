import { isUtf8 } from 'node:buffer';
import { parse } from 'content-disposition';

/** Bytes of the longest name on the file systems of Linux, macOS and Windows. */
const MAX_NAME = 255;

/** Characters of an extension, dot included, that is kept when a name is shortened. */
const MAX_EXTENSION = 16;

/** Control characters, and those that reverse text, so that `exe.gpj` looks like an image. */
const UNSEEN = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/**
 * The name of a downloaded file: from its server (RFC 6266), else, as in n8n, the last segment of its
 * URL's path. It is safe to use as one segment of a path.
 *
 * @param url the URL that sent the response
 * @returns `undefined` where there is neither
 */
export function fileName(contentDisposition: string, url: URL): string | undefined {
	return toSegment(namedByServer(contentDisposition)) ?? toSegment(url.pathname);
}

function namedByServer(contentDisposition: string): string {
	if (contentDisposition === '') return '';
	try {
		return parse(withType(asUtf8(contentDisposition))).parameters.filename ?? '';
	} catch {
		// Not a valid Content-Disposition.
		return '';
	}
}

/** Header values arrive as latin-1, but many servers write names in UTF-8, as browsers read them. */
function asUtf8(header: string): string {
	const bytes = Buffer.from(header, 'latin1');
	return isUtf8(bytes) ? bytes.toString('utf8') : header;
}

/** Some servers leave the type out: `filename=a.png`. */
function withType(contentDisposition: string): string {
	return /^\s*[^\s;]+=/.test(contentDisposition)
		? `attachment; ${contentDisposition}`
		: contentDisposition;
}

/** The last segment of a path (RFC 6266 section 4.3); `undefined` if it cannot name a file. */
function toSegment(path: string): string | undefined {
	const last = path.split(/[/\\]/).findLast((part) => part.trim() !== '');
	const name = last?.replace(UNSEEN, '_').trim();
	return name === undefined || /^\.+$/.test(name) ? undefined : shortened(name);
}

function shortened(name: string): string {
	if (Buffer.byteLength(name) <= MAX_NAME) return name;
	const dot = name.lastIndexOf('.');
	const extension = dot > 0 && name.length - dot <= MAX_EXTENSION ? name.slice(dot) : '';
	let stem = '';
	let room = MAX_NAME - Buffer.byteLength(extension);
	for (const character of name.slice(0, name.length - extension.length)) {
		room -= Buffer.byteLength(character);
		if (room < 0) break;
		stem += character;
	}
	return stem + extension;
}
