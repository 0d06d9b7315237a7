import type { HttpResponse } from '../transport/HttpResponse';
import { redact } from './redact';

/** Where APIs put what they have to say, the usual first (RFC 9457, RFC 6749 section 5.2, custom). */
const FIELDS = ['message', 'error_description', 'detail', 'error', 'errors', 'title', 'reason'];

/** Levels at which a message is looked for. */
const DEEPEST = 5;

/** Characters of a server's message that an error shows. */
const LONGEST = 300;

/**
 * What the server says about a failure, in its own words but without secrets; `undefined` when
 * it says nothing.
 */
export function serverMessage(
	response: HttpResponse,
	secrets: readonly string[] = [],
): string | undefined {
	const text = response.body.toString('utf8').trim();
	const message = find(parse(text)) ?? (isPlainText(response) ? text : '');
	// Secrets are looked for before anything is changed, and in the whole.
	const oneLine = redact(message, secrets).replace(/\s+/g, ' ').trim();
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
