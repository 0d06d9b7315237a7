import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeParameters,
	INodeProperties,
} from 'n8n-workflow';
import { runWorkflow } from '../../../support/workflow/runWorkflow.ts';
import type { RunOptions } from '../../../support/workflow/runWorkflow.ts';

interface Surroundings {
	/** Of the node. */
	parameters?: INodeParameters;
	settings?: RunOptions['settings'];
}

/**
 * Calls something inside a node of a running workflow, with all that n8n gives a node. The items
 * come from the trigger `Start`.
 */
export async function inNode(
	items: INodeExecutionData[],
	action: (context: IExecuteFunctions) => void,
	{ parameters = {}, settings = {} }: Surroundings = {},
): Promise<void> {
	let failure: { error: unknown } | undefined;
	const description = {
		...{ name: 'probe', displayName: 'Probe', description: '', group: ['transform' as const] },
		...{ version: 1, defaults: {}, inputs: ['main' as const], outputs: ['main' as const] },
		properties: Object.keys(parameters).map((name): INodeProperties => ({
			...{ name, displayName: name, type: 'string', default: '' },
		})),
	};
	const result = await runWorkflow({
		items,
		types: {
			'test.probe': {
				description,
				async execute(this: IExecuteFunctions) {
					try {
						action(this);
					} catch (error) {
						failure = { error };
					}
					return [[]];
				},
			},
		},
		nodes: [{ name: 'Probe', type: 'test.probe', parameters }],
		settings,
	});
	// Not the workflow's error: n8n would wrap what a test has to say.
	if (failure) throw failure.error;
	if (result.error) throw result.error;
}
