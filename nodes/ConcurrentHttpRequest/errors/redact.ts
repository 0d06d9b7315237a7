const HIDDEN = '***';

/** Replaces every secret in a text, as it is and as it stands in a URL. */
export function redact(text: string, secrets: readonly string[]): string {
	let safe = text;
	for (const secret of secrets) {
		for (const form of [secret, encodeURIComponent(secret)]) {
			safe = safe.split(form).join(HIDDEN);
		}
	}
	return safe;
}

/** The same for every text within a value, names of fields included. */
export function redactWithin(value: unknown, secrets: readonly string[]): unknown {
	if (typeof value === 'string') return redact(value, secrets);
	if (Array.isArray(value)) return value.map((entry) => redactWithin(entry, secrets));
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value).map(([name, entry]) => [
			redact(name, secrets),
			redactWithin(entry, secrets),
		]),
	);
}

/**
 * A URL for people. The query is left out: it is where keys stand that nobody declared as secret.
 */
export function displayUrl(url: URL, secrets: readonly string[]): string {
	return redact(`${url.origin}${url.pathname}${url.search === '' ? '' : '?…'}`, secrets);
}
