import type { IExecuteFunctions } from 'n8n-workflow';

import type { ProgressOptions } from './Progress';

/** Where a run's progress is said, and how often. */
export type Channel = Pick<ProgressOptions, 'interval' | 'repeats' | 'say'>;

/**
 * The best that n8n offers to a node that runs: of a manual run the console of the browser, of all others
 * n8n's log. Nothing else of a running node reaches the editor (docs/progress.md).
 */
export function channelOf(context: IExecuteFunctions): Channel {
	if (context.getMode() === 'manual') {
		return { interval: 2000, repeats: true, say: (line) => context.sendMessageToUI(line) };
	}
	const { name } = context.getNode();
	const workflow = context.getWorkflow().name ?? '';
	const run = `"${name}" of "${workflow}", execution ${context.getExecutionId()}`;
	return {
		interval: 10_000,
		repeats: false,
		say: (line) => context.logger.info(`${run}: ${line}`),
	};
}
