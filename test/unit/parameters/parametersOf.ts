import type { IExecuteFunctions } from 'n8n-workflow';
import {
	type ItemParameters,
	RunParameters,
} from '../../../nodes/ConcurrentHttpRequest/parameters/ItemParameters.ts';

/** Parameters of one item that stand in the node as they are, without expressions. */
export function parametersOf(values: Record<string, unknown>): ItemParameters {
	const getNodeParameter = (name: string) => (Object.hasOwn(values, name) ? values[name] : null);
	const context = {
		getNodeParameter,
		getInputData: () => [],
		getWorkflowSettings: () => ({}),
		isToolExecution: () => false,
		evaluateExpression: () => null,
	};
	return new RunParameters(context as unknown as IExecuteFunctions).forItem(0);
}
