/** A piece of a parameter's text: as it stands, or JavaScript between `{{` and `}}`. */
export interface TemplatePart {
	readonly type: 'text' | 'code';
	readonly source: string;
}

/**
 * Cuts a parameter's text (without the leading `=`) as n8n does (@n8n/tournament,
 * `splitExpression`): a text, which may be empty, precedes every code.
 *
 * @returns `undefined` where backslashes escape brackets or each other, or brackets are not closed
 */
export function splitTemplate(template: string): TemplatePart[] | undefined {
	const parts: TemplatePart[] = [];
	let position = 0;
	while (position < template.length) {
		const open = template.indexOf('{{', position);
		if (open === -1) {
			parts.push({ type: 'text', source: template.slice(position) });
			break;
		}
		const text = template.slice(position, open);
		const close = template.indexOf('}}', open + 2);
		const code = template.slice(open + 2, close);
		const escapes = text.includes('\\\\') || text.endsWith('\\') || code.endsWith('\\');
		if (close === -1 || escapes) return undefined;
		parts.push({ type: 'text', source: text }, { type: 'code', source: code });
		position = close + 2;
	}
	return parts;
}

/** Whether the text is one `{{ }}` and nothing else: only then is a value's type kept. */
export function isSingleCode(parts: TemplatePart[]): boolean {
	return parts.length === 2 && parts[0]?.source === '';
}
