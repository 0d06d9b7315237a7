import type { WorkflowExecuteMode } from 'n8n-workflow';

import { limitToFirstItemsFields } from '../description/testing';
import { readFields } from './fields';
import type { ItemParameters } from './ItemParameters';

/** What of a run is done, where it is there to try the node. */
export interface Testing {
	/** How many of the items are processed; `Infinity` for all. From 1. */
	readonly firstItems: number;
	/** Whether requests are shown and not sent. */
	readonly preview: boolean;
}

/**
 * @param parameters of the first item
 * @throws {InvalidParameter}
 */
export function readTesting(parameters: ItemParameters, mode: WorkflowExecuteMode): Testing {
	return {
		firstItems: readFirstItems(parameters.get('options.limitToFirstItems.limitToFirstItems'), mode),
		preview: parameters.get('options.previewRequests') === true,
	};
}

function readFirstItems(option: unknown, mode: WorkflowExecuteMode): number {
	if (option === undefined) return Infinity;
	const { number, flag } = readFields(option, limitToFirstItemsFields);
	return flag('onlyInManualRuns') && mode !== 'manual' ? Infinity : number('items');
}
