import type { Conversion } from './convertWorkflows';

/** What was done and what was not, a line each. Names are quoted, so that none can hold a control character. */
export function describeConversion({ converted, left, losses }: Conversion): string[] {
	const place = ({ workflow, node }: { workflow: string; node: string }) =>
		[workflow, node]
			.filter((name) => name !== '')
			.map((name) => JSON.stringify(name))
			.join(', ');
	const found = converted.length + left.length;
	return [
		...converted.map((mention) => `${place(mention)}: converted`),
		...losses.map((mention) => `${place(mention)}: n8n will drop ${mention.parameters.join(', ')}`),
		...left.map((mention) => `${place(mention)}: left as it was. ${mention.reason}`),
		found === 0 ? 'Nothing to convert' : `${converted.length} of ${found} nodes converted`,
	];
}
