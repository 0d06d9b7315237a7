import { cutAfter } from '../common/cutAfter';
import { mayHoldEscapes, readingsOf } from './readings';
import { secretValuesOfUrl, withParts } from './secrets';

/** Stands for a secret. */
export const HIDDEN = '***';

/** Stands for what is left out. */
const CUT = '…';

/** Where a text is hidden. */
type Range = readonly [start: number, end: number];

/** How much of a response an error shows: characters in all texts together, values, levels of nesting. */
export const MAX_SHOWN = { characters: 1_000_000, values: 50_000, levels: 50 };

/** Characters that one of a secret may take, escaped twice: `\\u0026` in JSON, as `%5C%5Cu0026`. */
const LONGEST_ESCAPE = 12;

/** Hides the secrets of one request: all their encodings in one regular expression, compiled once. */
export class Redactor {
	private readonly pattern: RegExp | undefined;
	/** Characters of the longest secret in its longest encoding. */
	private readonly longest: number;

	constructor(secrets: readonly string[]) {
		const forms = [...new Set(secrets.flatMap(withParts).flatMap(formsOf))];
		// The longest first, or a part of one that contains another would remain.
		forms.sort((a, b) => b.length - a.length);
		this.longest = (forms[0]?.length ?? 0) * LONGEST_ESCAPE;
		// URLs have their host in lower case.
		this.pattern = forms.length === 0 ? undefined : new RegExp(forms.join('|'), 'gi');
	}

	/**
	 * Hides every secret in a text: as it is, in base64, and in the escapes of URLs, forms, JSON and HTML.
	 *
	 * @param most characters after which the text is cut, never within a secret
	 */
	text(text: string, most = MAX_SHOWN.characters): string {
		return this.hide(text, most, []);
	}

	/**
	 * Hides them in every text within a value, names of fields included, and in numbers.
	 *
	 * @returns a copy, and whether parts of the value are missing in it
	 */
	within(value: unknown, max = MAX_SHOWN): { value: unknown; isCut: boolean } {
		let { characters, values } = max;
		let isCut = false;
		const isSpent = () => values <= 0 || characters <= 0;
		const cut = () => {
			isCut = true;
			return CUT;
		};
		const safe = (text: string) => {
			const most = Math.max(0, characters);
			if (text.length > most) isCut = true;
			characters -= text.length;
			return this.text(text, most);
		};
		const copyList = (list: readonly unknown[], level: number) => {
			const copy: unknown[] = [];
			for (const [index, entry] of list.entries()) {
				if (isSpent()) return [...copy, `${cut()} ${list.length - index} more`];
				copy.push(copyOf(entry, level));
			}
			return copy;
		};
		const copyFields = (object: object, level: number) => {
			const copy: Array<[string, unknown]> = [];
			const fields = Object.entries(object);
			for (const [index, [name, entry]] of fields.entries()) {
				if (isSpent()) {
					copy.push([cut(), `${fields.length - index} more`]);
					break;
				}
				copy.push([safe(name), copyOf(entry, level)]);
			}
			return Object.fromEntries(copy);
		};
		const copyOf = (original: unknown, level: number): unknown => {
			values--;
			if (typeof original === 'string') return safe(original);
			// A server may send a secret of digits back as a number.
			if (typeof original === 'number') {
				const text = safe(String(original));
				return text === String(original) ? original : text;
			}
			if (typeof original !== 'object' || original === null) return original;
			if (level === max.levels) return cut();
			return Array.isArray(original)
				? copyList(original, level + 1)
				: copyFields(original, level + 1);
		};
		return { value: copyOf(value, 0), isCut };
	}

	/**
	 * A URL for people, with its query but without user and fragment. Hides the secrets, and the values
	 * of parameters whose names look secret.
	 *
	 * @param most characters after which the URL is cut
	 */
	url(url: URL, most = MAX_SHOWN.characters): string {
		const text = `${url.origin}${url.pathname}${url.search}`;
		return this.hide(text, most, secretValuesOfUrl(text));
	}

	/** @param more positions to hide beside those of secrets */
	private hide(text: string, most: number, more: readonly Range[]): string {
		const isCut = text.length > most;
		if (!isCut && !this.pattern && more.length === 0) return text;
		const seen = isCut ? text.slice(0, most + this.longest) : text;
		const ranges = [...this.find(seen), ...more];
		if (ranges.length === 0 && !isCut) return text;
		const pieces: string[] = [];
		let shown = 0;
		for (const [start, end] of merged(ranges)) {
			if (start >= most) break;
			pieces.push(seen.slice(shown, start), HIDDEN);
			shown = end;
		}
		const rest = cutAfter(text, Math.max(shown, most)).slice(shown);
		return pieces.join('') + rest + (isCut ? CUT : '');
	}

	/** The positions of secrets. */
	private find(text: string): Range[] {
		const { pattern } = this;
		if (!pattern) return [];
		pattern.lastIndex = 0;
		if (!pattern.test(text) && !mayHoldEscapes(text)) return [];
		const found: Range[] = [];
		for (const { text: read, starts } of readingsOf(text)) {
			pattern.lastIndex = 0;
			for (let match = pattern.exec(read); match; match = pattern.exec(read)) {
				found.push([starts[match.index] ?? 0, starts[pattern.lastIndex] ?? text.length]);
				// The next secret may begin within this one.
				pattern.lastIndex = match.index + 1;
			}
		}
		return found;
	}
}

/** Ranges in order and without overlap. */
function merged(ranges: Range[]): Range[] {
	ranges.sort(([a], [b]) => a - b);
	const apart: Array<[number, number]> = [];
	for (const [start, end] of ranges) {
		const last = apart.at(-1);
		if (last && start < last[1]) last[1] = Math.max(last[1], end);
		else apart.push([start, end]);
	}
	return apart;
}

/** Sources of regular expressions for a secret as it is and in base64. */
function formsOf(secret: string): string[] {
	const bytes = Buffer.from(secret);
	// Node.js reads UTF-8 in a header or a reason phrase as latin-1.
	const readAsLatin1 = bytes.toString('latin1');
	return [
		...new Set([secret, secret.toWellFormed(), readAsLatin1].map(plainSource)),
		...[0, 1, 2].flatMap((before) => base64Source(bytes, before)),
	];
}

/** Forms have a plus sign for a blank. */
function plainSource(text: string): string {
	return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&').replaceAll(' ', '[ +]');
}

/** Characters of base64. Fewer would match by chance. */
const SHORTEST_BASE64 = 4;

/**
 * Within the base64 of a longer text, a secret has three forms, by the number of bytes before it.
 * Searched for are the characters of each that depend on the secret alone.
 */
function base64Source(bytes: Buffer, before: number): string[] {
	const base64 = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
	const bitsBefore = before * 8;
	const bitsAll = bitsBefore + bytes.length * 8;
	const own = base64.slice(Math.ceil(bitsBefore / 6), Math.floor(bitsAll / 6));
	if (own.length < SHORTEST_BASE64) return [];
	return [own.replaceAll('+', '[+ -]').replaceAll('/', '[/_]')];
}
