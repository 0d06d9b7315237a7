import { isUtf8 } from 'node:buffer';
import { parse } from 'content-disposition';

/** Bytes that the file systems of Linux, macOS and Windows allow for a name. */
const LONGEST_NAME = 255;

/** Characters. What follows the last dot of a name is kept where it is no longer than that. */
const LONGEST_EXTENSION = 16;

/** Control characters, and those that turn the direction of a text, so that `exe.gpj` looks like an image. */
const UNSEEN = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/**
 * The name that a file from the web goes by: the one its server gives it (RFC 6266), else the
 * last part of its URL's path, as n8n does it. It is one segment of a path, and can be used as such.
 *
 * @param url the URL that answered
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
		// Not a Content-Disposition that could be read.
		return '';
	}
}

/** Header values arrive as latin-1. Many servers write names in UTF-8, and browsers read them so. */
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

/** The last segment of a path (RFC 6266 section 4.3), `undefined` for one that is no file's name. */
function toSegment(path: string): string | undefined {
	const last = path.split(/[/\\]/).findLast((part) => part.trim() !== '');
	const name = last?.replace(UNSEEN, '_').trim();
	return name === undefined || /^\.+$/.test(name) ? undefined : shortened(name);
}

function shortened(name: string): string {
	if (Buffer.byteLength(name) <= LONGEST_NAME) return name;
	const dot = name.lastIndexOf('.');
	const extension = dot > 0 && name.length - dot <= LONGEST_EXTENSION ? name.slice(dot) : '';
	let stem = '';
	let room = LONGEST_NAME - Buffer.byteLength(extension);
	for (const character of name.slice(0, name.length - extension.length)) {
		room -= Buffer.byteLength(character);
		if (room < 0) break;
		stem += character;
	}
	return stem + extension;
}
