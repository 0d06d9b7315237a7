const HIDDEN = '***';

/** Replaces every secret in a text, as it is, as it stands in a URL, and within JSON. */
export function redact(text: string, secrets: readonly string[]): string {
	let safe = text;
	for (const secret of secrets) {
		for (const form of [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]) {
			safe = safe.split(form).join(HIDDEN);
		}
	}
	return safe;
}

/** The same for every text within a value, names of fields included. */
export function redactWithin(value: unknown, secrets: readonly string[]): unknown {
	if (typeof value === 'string') return redact(value, secrets);
	if (Array.isArray(value)) return value.map((entry) => redactWithin(entry, secrets));
	if (typeof value === 'number') return redactNumber(value, secrets);
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value).map(([name, entry]) => [
			redact(name, secrets),
			redactWithin(entry, secrets),
		]),
	);
}

/** A secret of digits is a number to a server that sends it back as JSON. */
function redactNumber(value: number, secrets: readonly string[]): number | string {
	const text = String(value);
	const safe = redact(text, secrets);
	return safe === text ? value : safe;
}

/**
 * A URL for people. The query is left out: it is where keys stand that nobody declared as secret.
 */
export function displayUrl(url: URL, secrets: readonly string[]): string {
	return redact(`${url.origin}${url.pathname}${url.search === '' ? '' : '?…'}`, secrets);
}
