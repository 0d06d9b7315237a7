/** A parameter's value as text: objects as JSON, nothing as the empty text. */
export function toText(value: unknown): string {
	if (typeof value === 'string') return value;
	if (value === undefined || value === null) return '';
	return typeof value === 'object' ? JSON.stringify(value) : `${value as number | boolean}`;
}
