import type { HttpResponse } from '../transport/HttpResponse';

/** Where APIs put what they have to say, the usual first (RFC 9457, RFC 6749 section 5.2, custom). */
const FIELDS = ['message', 'error_description', 'detail', 'error', 'errors', 'title', 'reason'];

/** Characters of a server's message that an error shows. */
const LONGEST = 300;

/** What the server says about a failure, in its own words; `undefined` when it says nothing. */
export function serverMessage(response: HttpResponse): string | undefined {
	const text = response.body.toString('utf8').trim();
	const message = find(parse(text)) ?? (isPlainText(response) ? text : '');
	const oneLine = message.replace(/\s+/g, ' ').trim();
	if (oneLine === '') return undefined;
	return oneLine.length > LONGEST ? `${oneLine.slice(0, LONGEST)}…` : oneLine;
}

/** The body as data, where it is JSON, else as text. */
export function errorBody(response: HttpResponse): unknown {
	const text = response.body.toString('utf8');
	return parse(text) ?? text;
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

function find(value: unknown): string | undefined {
	if (typeof value === 'string') return value;
	if (Array.isArray(value)) return find(value[0]);
	if (typeof value !== 'object' || value === null) return undefined;
	const fields = value as Record<string, unknown>;
	return FIELDS.map((name) => find(fields[name])).find((found) => found !== undefined);
}
