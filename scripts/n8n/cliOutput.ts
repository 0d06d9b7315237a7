/**
 * Finds the JSON object that an n8n command prints among the lines of its log. It is indented,
 * so it begins with a line `{` and ends with the next line `}`.
 * @param key a key that the object meant has, at its first level
 */
export function findJsonObject(output: string, key: string): object | undefined {
	const lines = output.split(/\r?\n/);
	for (let start = lines.indexOf('{'); start >= 0; start = lines.indexOf('{', start + 1)) {
		const end = lines.indexOf('}', start);
		if (end < 0) return undefined;
		const candidate = parse(lines.slice(start, end + 1).join('\n'));
		if (candidate && key in candidate) return candidate;
	}
	return undefined;
}

function parse(text: string): object | undefined {
	try {
		return JSON.parse(text) as object;
	} catch {
		return undefined;
	}
}
