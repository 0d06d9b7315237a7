import type { Conversion } from './convertWorkflows';

/** Describes a conversion, one line for each node. The lines are safe to show on a terminal. */
export function describeConversion({ converted, left, losses }: Conversion): string[] {
	const place = ({ workflow, node }: { workflow: string; node: string }) =>
		[workflow, node]
			.filter((name) => name !== '')
			.map((name) => JSON.stringify(name))
			.join(', ');
	const found = converted.length + left.length;
	const lines = [
		...converted.map((mention) => `${place(mention)}: converted`),
		...losses.map((mention) => `${place(mention)}: n8n will drop ${mention.parameters.join(', ')}`),
		...left.map((mention) => `${place(mention)}: left as it was. ${mention.reason}`),
		found === 0 ? 'Nothing to convert' : `${converted.length} of ${found} nodes converted`,
	];
	return lines.map(withoutControlCharacters);
}

/** Names and reasons quote the workflow's file, and JSON.stringify leaves U+007F to U+009F as they are. */
function withoutControlCharacters(line: string): string {
	return line.replace(
		/\p{Cc}/gu,
		(character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
	);
}
