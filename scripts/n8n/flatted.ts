/**
 * Reads the "flatted" notation of n8n's REST API for execution data: a JSON array of values in
 * which each string inside an object or array is the index of the value meant, so that shared
 * and circular references survive. The value at index 0 is the whole; strings at the top level
 * of the array are themselves.
 */
export function parseFlatted(text: string): unknown {
	const values = JSON.parse(text) as unknown[];
	// Each container is filled in place once, so its references stay shared.
	for (const value of values) {
		if (value === null || typeof value !== 'object') continue;
		const container = value as Record<string, unknown>;
		for (const [key, entry] of Object.entries(container)) {
			if (typeof entry === 'string') container[key] = values[Number(entry)];
		}
	}
	return values[0];
}
