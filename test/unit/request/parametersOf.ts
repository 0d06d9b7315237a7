import type { IExecuteFunctions } from 'n8n-workflow';

import {
	type ItemParameters,
	RunParameters,
} from '../../../nodes/ConcurrentHttpRequest/request/ItemParameters.ts';

/** Parameters of one item that stand in the node as they are, without expressions. */
export function parametersOf(values: Record<string, unknown>): ItemParameters {
	const getNodeParameter = (name: string) => (Object.hasOwn(values, name) ? values[name] : null);
	return new RunParameters({ getNodeParameter } as Pick<
		IExecuteFunctions,
		'getNodeParameter'
	>).forItem(0);
}
