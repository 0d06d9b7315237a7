import { secretsOfRequest, withParts } from '../common/secrets';
import type { HttpRequest } from '../transport/HttpRequest';
import { readingsOf } from './readings';

const HIDDEN = '***';

/** Stands for what is left out. */
const CUT = '…';

/** As much of a response as an error shows. */
export interface Most {
	/** Characters, in all texts together. */
	readonly characters: number;
	/** Texts, numbers and other values. */
	readonly values: number;
}

export const MOST_SHOWN: Most = { characters: 100_000, values: 5_000 };

/** Levels of a response that an error shows. Deeper ones would overflow the stack. */
export const MOST_LEVELS = 50;

/** Characters that one of a secret may take, escaped twice: `\\u0026` in JSON, as `%5C%5Cu0026`. */
const LONGEST_ESCAPE = 12;

/** A value without secrets, and what is missing in it. */
export interface Redacted {
	readonly value: unknown;
	/** Whether parts of the value were left out. */
	readonly isCut: boolean;
	/** Texts, names, numbers and other values that were looked at. */
	readonly visited: number;
}

/** Hides the secrets of one request: all their encodings in one regular expression, compiled once. */
export class Redactor {
	private readonly pattern: RegExp | undefined;
	/** Characters within which a secret that begins has ended. */
	private readonly longest: number;

	constructor(secrets: readonly string[]) {
		const forms = [...new Set(secrets.flatMap(withParts).flatMap(formsOf))];
		// The longest first, since what is left of one that contains another could be read.
		forms.sort((a, b) => b.length - a.length);
		this.longest = (forms[0]?.length ?? 0) * LONGEST_ESCAPE;
		// Hosts in URLs are in lower case, whatever was written.
		this.pattern = forms.length === 0 ? undefined : new RegExp(forms.join('|'), 'gi');
	}

	/**
	 * The text with every secret hidden: as it is, in base64, and in the escapes of URLs, forms, JSON
	 * and HTML.
	 *
	 * @param most characters after which the text is cut, never within a secret
	 */
	text(text: string, most = MOST_SHOWN.characters): string {
		const isCut = text.length > most;
		const seen = isCut ? text.slice(0, most + this.longest) : text;
		const pieces: string[] = [];
		let shown = 0;
		for (const [start, end] of this.find(seen)) {
			if (start >= most) break;
			pieces.push(seen.slice(shown, start), HIDDEN);
			shown = end;
		}
		return pieces.join('') + seen.slice(shown, Math.max(shown, most)) + (isCut ? CUT : '');
	}

	/** The same for every text within a value, names of fields included, and for numbers. */
	within(value: unknown, most = MOST_SHOWN): Redacted {
		const walk = new Walk(this, most);
		return { value: walk.copy(value, 0), isCut: walk.isCut, visited: walk.visited };
	}

	/**
	 * A URL for people. The query is left out: it is where keys stand that nobody declared as secret.
	 */
	url(url: URL): string {
		return this.text(`${url.origin}${url.pathname}${url.search === '' ? '' : '?…'}`);
	}

	/** Where secrets stand, in order and without overlap. */
	private find(text: string): Array<[start: number, end: number]> {
		const { pattern } = this;
		if (!pattern) return [];
		const found: Array<[number, number]> = [];
		for (const { text: read, starts } of readingsOf(text)) {
			pattern.lastIndex = 0;
			for (let match = pattern.exec(read); match; match = pattern.exec(read)) {
				found.push([starts[match.index] ?? 0, starts[pattern.lastIndex] ?? text.length]);
				// The next secret may begin within this one.
				pattern.lastIndex = match.index + 1;
			}
		}
		found.sort(([a], [b]) => a - b);
		const merged: Array<[number, number]> = [];
		for (const [start, end] of found) {
			const last = merged.at(-1);
			if (last && start < last[1]) last[1] = Math.max(last[1], end);
			else merged.push([start, end]);
		}
		return merged;
	}
}

/** Copies a value of a response, as much of it as an error shows. */
class Walk {
	visited = 0;
	isCut = false;
	private charactersLeft: number;
	private readonly redactor: Redactor;
	private readonly mostValues: number;

	constructor(redactor: Redactor, most: Most) {
		this.redactor = redactor;
		this.mostValues = most.values;
		this.charactersLeft = most.characters;
	}

	copy(value: unknown, level: number): unknown {
		this.visited++;
		if (typeof value === 'string') return this.text(value);
		// A secret of digits is a number to a server that sends it back as JSON.
		if (typeof value === 'number') {
			const text = this.text(String(value));
			return text === String(value) ? value : text;
		}
		if (typeof value !== 'object' || value === null) return value;
		if (level === MOST_LEVELS) return this.cut();
		return Array.isArray(value) ? this.list(value, level) : this.fields(value, level);
	}

	private list(list: readonly unknown[], level: number): unknown[] {
		const copy: unknown[] = [];
		for (const [index, entry] of list.entries()) {
			if (this.isSpent) return [...copy, `${this.cut()} ${list.length - index} more`];
			copy.push(this.copy(entry, level + 1));
		}
		return copy;
	}

	private fields(fields: object, level: number): Record<string, unknown> {
		const copy: Array<[string, unknown]> = [];
		const names = Object.keys(fields);
		for (const [index, name] of names.entries()) {
			if (this.isSpent) {
				copy.push([this.cut(), `${names.length - index} more`]);
				break;
			}
			const entry = (fields as Record<string, unknown>)[name];
			copy.push([this.text(name), this.copy(entry, level + 1)]);
		}
		return Object.fromEntries(copy);
	}

	private get isSpent(): boolean {
		return this.visited >= this.mostValues || this.charactersLeft <= 0;
	}

	private cut(): string {
		this.isCut = true;
		return CUT;
	}

	private text(text: string): string {
		const most = Math.max(0, this.charactersLeft);
		if (text.length > most) this.isCut = true;
		this.charactersLeft -= text.length;
		return this.redactor.text(text, most);
	}
}

/** What hides the secrets of a request, those that were typed in included. */
export function redactorFor(request: Pick<HttpRequest, 'secrets' | 'headers' | 'url'>): Redactor {
	return new Redactor(secretsOfRequest(request));
}

/** A secret as it is, and in base64, as sources of regular expressions. */
function formsOf(secret: string): string[] {
	const bytes = Buffer.from(secret);
	// How Node.js reads UTF-8 in a header or a reason phrase.
	const readAsLatin1 = bytes.toString('latin1');
	return [
		...new Set([secret, secret.toWellFormed(), readAsLatin1].map(plainSource)),
		...[0, 1, 2].flatMap((before) => base64Source(bytes, before)),
	];
}

/** A blank is a plus sign in forms. */
function plainSource(text: string): string {
	return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&').replaceAll(' ', '[ +]');
}

/** Characters of base64; fewer than these would be found by chance. */
const SHORTEST_BASE64 = 4;

/**
 * Within base64 of a longer text a secret has three forms, by the bytes before it. Of each, the
 * characters are taken that depend on the secret alone.
 */
function base64Source(bytes: Buffer, before: number): string[] {
	const base64 = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
	const bitsBefore = before * 8;
	const bitsAll = bitsBefore + bytes.length * 8;
	const own = base64.slice(Math.ceil(bitsBefore / 6), Math.floor(bitsAll / 6));
	if (own.length < SHORTEST_BASE64) return [];
	return [own.replaceAll('+', '[+ -]').replaceAll('/', '[/_]')];
}
