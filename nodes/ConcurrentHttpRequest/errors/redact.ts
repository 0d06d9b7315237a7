import { stringify } from 'qs';

const HIDDEN = '***';

/** Levels of a server's answer that an error shows. Deeper ones would overflow the stack. */
const DEEPEST = 50;

/** Replaces every secret in a text, as it is, as it stands in a URL or form, and within JSON. */
export function redact(text: string, secrets: readonly string[]): string {
	if (secrets.length === 0) return text;
	// The longest first, since what is left of one that contains another could be read.
	const forms = secrets.flatMap(formsOf).sort((a, b) => b.length - a.length);
	return forms.reduce((safe, form) => safe.split(form).join(HIDDEN), text);
}

/** The same for every text within a value, names of fields included. */
export function redactWithin(value: unknown, secrets: readonly string[], depth = 0): unknown {
	if (depth > DEEPEST) return '…';
	if (typeof value === 'string') return redact(value, secrets);
	if (typeof value === 'number') return redactNumber(value, secrets);
	if (Array.isArray(value)) return value.map((entry) => redactWithin(entry, secrets, depth + 1));
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value).map(([name, entry]) => [
			redact(name, secrets),
			redactWithin(entry, secrets, depth + 1),
		]),
	);
}

/**
 * A URL for people. The query is left out: it is where keys stand that nobody declared as secret.
 */
export function displayUrl(url: URL, secrets: readonly string[]): string {
	return redact(`${url.origin}${url.pathname}${url.search === '' ? '' : '?…'}`, secrets);
}

function formsOf(secret: string): string[] {
	if (secret === '') return [];
	return [
		secret,
		JSON.stringify(secret).slice(1, -1),
		// Half of a character cannot stand in a URL, and makes encodeURIComponent throw.
		encodeURIComponent(secret.toWellFormed()),
		stringify({ '': secret }).slice(1),
		new URLSearchParams({ '': secret }).toString().slice(1),
	];
}

/** A secret of digits is a number to a server that sends it back as JSON. */
function redactNumber(value: number, secrets: readonly string[]): number | string {
	const text = String(value);
	const safe = redact(text, secrets);
	return safe === text ? value : safe;
}
