import { decodeHtmlEscape, HTML_ESCAPE } from '../common/decodeHtml';

/** A text with one kind of escape decoded, perhaps after another kind. */
interface Reading {
	readonly text: string;
	/** Where in the original each character starts, and where the last one ends. */
	readonly starts: Uint32Array;
}

/** Levels of escapes within escapes that are decoded: JSON within JSON, a URL within HTML. */
const LEVELS = 2;

interface EscapeKind {
	/** With which each escape begins. */
	readonly start: string;
	readonly pattern: RegExp;
	/** The text that an escape stands for; `undefined` where it stands for itself. */
	readonly decode: (escape: string) => string | undefined;
}

const ESCAPE_KINDS: readonly EscapeKind[] = [
	{
		start: '%',
		// UTF-8 in percent-encoding (RFC 3986 section 2.1, RFC 3629 section 4), else a byte of latin-1.
		pattern:
			/%(?:[c-d][\da-f]%[89ab][\da-f]|e[\da-f](?:%[89ab][\da-f]){2}|f[0-7](?:%[89ab][\da-f]){3}|[\da-f]{2})/gi,
		decode: (escape) => {
			const bytes = Buffer.from(escape.replaceAll('%', ''), 'hex');
			return bytes.toString(bytes.length === 1 ? 'latin1' : 'utf8');
		},
	},
	{
		start: '\\',
		// JSON (RFC 8259 section 7) and JavaScript.
		pattern: /\\(?:u[\da-f]{4}|x[\da-f]{2}|["'\\/bfnrt])/gi,
		decode: (escape) => {
			const letter = escape.charAt(1);
			if (/[ux]/i.test(letter)) return String.fromCharCode(Number.parseInt(escape.slice(2), 16));
			return CONTROLS[letter] ?? letter;
		},
	},
	{
		start: '&',
		// HTML and XML.
		pattern: HTML_ESCAPE,
		decode: decodeHtmlEscape,
	},
];

const CONTROLS: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/** Whether a text may read in more than one way. */
export function mayHoldEscapes(text: string): boolean {
	return ESCAPE_KINDS.some(({ start }) => text.includes(start));
}

/**
 * A text as it is, and as it reads once its escapes are resolved: each kind alone, since a secret may
 * itself hold what looks like an escape of another kind. Linear in the length of the text.
 */
export function readingsOf(text: string): Reading[] {
	const original: Reading = { text, starts: indexesUpTo(text.length) };
	const all = [original];
	let latest = all;
	for (let level = 0; level < LEVELS; level++) {
		latest = latest.flatMap((reading) =>
			ESCAPE_KINDS.flatMap((kind) => decoded(reading, kind) ?? []),
		);
		all.push(...latest);
	}
	return all;
}

/** A loop, since the ways without one take longer than the rest of reading a URL. */
function indexesUpTo(last: number): Uint32Array {
	const indexes = new Uint32Array(last + 1);
	for (let index = 0; index <= last; index++) indexes[index] = index;
	return indexes;
}

/** @returns `undefined` where there are no such escapes */
function decoded({ text, starts }: Reading, kind: EscapeKind): Reading | undefined {
	const { start, pattern, decode } = kind;
	// Most texts have none, and that is quickly seen.
	if (!text.includes(start)) return undefined;
	const pieces: string[] = [];
	const at: number[] = [];
	let end = 0;
	const copyUntil = (index: number) => {
		pieces.push(text.slice(end, index));
		for (; end < index; end++) at.push(starts[end] ?? 0);
	};
	for (const { 0: escape, index } of text.matchAll(pattern)) {
		const stood = decode(escape);
		if (stood === undefined) continue;
		copyUntil(index);
		pieces.push(stood);
		for (let unit = 0; unit < stood.length; unit++) at.push(starts[index] ?? 0);
		end = index + escape.length;
	}
	if (end === 0) return undefined;
	copyUntil(text.length);
	at.push(starts[text.length] ?? 0);
	return { text: pieces.join(''), starts: new Uint32Array(at) };
}
