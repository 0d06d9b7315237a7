import type { INode } from 'n8n-workflow';

/** Whether the node has a second output, with the summary of its run. It cannot be an expression. */
export function summaryIsOn({ parameters }: Pick<INode, 'parameters'>): boolean {
	const { output } = parameters;
	return (
		typeof output === 'object' && output !== null && 'summary' in output && output.summary === true
	);
}
