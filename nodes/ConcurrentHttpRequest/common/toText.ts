/** A parameter's value as text: dates in ISO form, other objects as JSON, nothing as no text. */
export function toText(value: unknown): string {
	if (typeof value === 'string') return value;
	if (value === undefined || value === null) return '';
	if (typeof value !== 'object') return `${value as number | boolean}`;
	// Dates, also Luxon's that n8n's expressions give, say themselves how they look in JSON.
	return hasJsonForm(value) ? toText(value.toJSON()) : JSON.stringify(value);
}

function hasJsonForm(value: object): value is { toJSON(): unknown } {
	return 'toJSON' in value && typeof value.toJSON === 'function';
}
