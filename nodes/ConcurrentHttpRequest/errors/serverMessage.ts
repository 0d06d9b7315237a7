import type { HttpResponse } from '../transport/HttpResponse';
import type { Redactor } from './Redactor';

/** Where APIs put what they have to say, the usual first (RFC 9457, RFC 6749 section 5.2, custom). */
const FIELDS = ['message', 'error_description', 'detail', 'error', 'errors', 'title', 'reason'];

/** Levels at which a message is looked for. */
const DEEPEST = 5;

/** Characters of a server's message that an error shows. */
const LONGEST = 300;

/** Characters of it that are looked at, blanks included. */
const LOOKED_AT = 10 * LONGEST;

/** Bytes of a body that is looked into as JSON; of a longer one the beginning is shown as text. */
const LARGEST_JSON = 10_000_000;

/** The body of a response that is an error, read once. */
export interface ErrorBody {
	/** The body as data, where it is JSON, else as text. */
	readonly value: unknown;
	/** What the server says, in its own words; `undefined` when it says nothing. Holds secrets. */
	readonly message: string | undefined;
}

export function readErrorBody(response: HttpResponse): ErrorBody {
	const { body } = response;
	const isShort = body.length <= LARGEST_JSON;
	const text = (isShort ? body : body.subarray(0, LARGEST_JSON)).toString('utf8');
	const data = isShort ? parse(text) : undefined;
	return {
		value: data ?? text,
		message: find(data) ?? (isPlainText(response) ? text : undefined),
	};
}

/** A server's message in one line, without secrets; `undefined` where nothing is left of it. */
export function oneLine(message: string | undefined, redactor: Redactor): string | undefined {
	if (message === undefined) return undefined;
	// Secrets are looked for before anything is changed, since line breaks may be part of them.
	const line = redactor.text(message.trim(), LOOKED_AT).replace(/\s+/g, ' ').trim();
	if (line === '') return undefined;
	return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}

function isPlainText(response: HttpResponse): boolean {
	return /^(text\/plain|$)/.test(String(response.headers['content-type'] ?? ''));
}

function parse(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return undefined;
	}
}

function find(value: unknown, depth = 0): string | undefined {
	if (typeof value === 'string') return value.trim() === '' ? undefined : value;
	if (typeof value !== 'object' || value === null || depth > DEEPEST) return undefined;
	if (Array.isArray(value)) return find(value[0], depth + 1);
	const fields = value as Record<string, unknown>;
	for (const name of FIELDS) {
		const found = find(fields[name], depth + 1);
		if (found !== undefined) return found;
	}
	return undefined;
}
