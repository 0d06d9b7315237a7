import { cutAfter } from '../common/cutAfter';
import { jsonOrText } from '../common/jsonOrText';
import { isWebPage, wordsOfPage } from './webPage';
import { decodeNow } from '../response/decodeText';
import type { Redactor } from '../secrets/Redactor';
import type { HttpResponse } from '../transport/HttpResponse';

/** Where APIs put their messages, the usual field first (RFC 9457, RFC 6749 section 5.2, custom). */
const FIELDS = ['message', 'error_description', 'detail', 'error', 'errors', 'title', 'reason'];

/** Levels of nesting that are searched for a message. */
const MAX_DEPTH = 5;

/** Characters of a server's message that an error shows. */
const MAX_LENGTH = 300;

/** Bytes of a body that is parsed as JSON; the beginning of a longer one is shown as text. */
const MAX_JSON = 10_000_000;

/** The body of an error response. */
interface ErrorBody {
	/** What the server says, in one line and without secrets; `undefined` if it says nothing. */
	readonly message?: string | undefined;
	/** Data where the body is JSON, else text. Holds secrets. */
	readonly body?: unknown;
}

export function readErrorBody(response: HttpResponse, redactor: Redactor): ErrorBody {
	const contentType = String(response.headers['content-type'] ?? '');
	const text = decodeNow(response.body.subarray(0, MAX_JSON), contentType);
	const body = (response.body.length <= MAX_JSON ? jsonOrText(text) : undefined) ?? text;
	const found = body === text ? undefined : find(body);
	const message =
		found ?? (isWebPage(text) ? wordsOfPage(text) : isPlainText(response) ? text : undefined);
	return { message: message === undefined ? undefined : oneLine(message, redactor), body };
}

/** @returns `undefined` where nothing is left of it */
export function oneLine(
	message: string,
	redactor: Redactor,
	most = MAX_LENGTH,
): string | undefined {
	// Secrets are hidden before blanks are changed, since line breaks may be part of them.
	const line = redactor
		.text(message.trim(), 10 * MAX_LENGTH)
		.replace(/\s+/g, ' ')
		.trim();
	return (line.length > most ? `${cutAfter(line, most)}…` : line) || undefined;
}

function isPlainText({ headers }: HttpResponse): boolean {
	return /^(text\/plain|$)/.test(String(headers['content-type'] ?? ''));
}

function find(value: unknown, depth = 0): string | undefined {
	if (typeof value === 'string') return value.trim() === '' ? undefined : value;
	if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return undefined;
	if (Array.isArray(value)) return find(value[0], depth + 1);
	const fields = value as Record<string, unknown>;
	for (const name of FIELDS) {
		const found = find(fields[name], depth + 1);
		if (found !== undefined) return found;
	}
	return undefined;
}
