/** Characters. Hiding anything shorter would blacken whole messages and protect nothing. */
const SHORTEST_SECRET = 3;

/** The texts within a value that must not appear in an error. */
export function secretsIn(value: unknown): string[] {
	return [...new Set(leafTexts(value))].filter((text) => text.length >= SHORTEST_SECRET);
}

function leafTexts(value: unknown): string[] {
	if (typeof value === 'number') return [String(value)];
	// Of `Basic abc` also `abc`, since a server may repeat that alone.
	if (typeof value === 'string') return [value, value.replace(/^(Basic|Bearer) /, '')];
	if (typeof value !== 'object' || value === null) return [];
	return Object.values(value).flatMap(leafTexts);
}
