import {
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	NodeConnectionTypes,
	NodeOperationError,
} from 'n8n-workflow';

import { credentials, properties, versions } from './description';
import { describeFailure } from './errors/ItemFailure';
import { toErrorItem } from './errors/toErrorItem';
import { Run } from './Run';

/** One output, and with Output > Summary a second one. n8n adds the error output as the last. */
const OUTPUTS: INodeTypeDescription['outputs'] =
	'={{ $parameter["output"]?.["summary"] === true ? [{ type: "main", displayName: "Items" }, { type: "main", displayName: "Summary" }] : ["main"] }}';

/** n8n's entry: what the editor shows, and the execution, which is a {@link Run}. */
export class ConcurrentHttpRequest implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Concurrent HTTP Request',
		name: 'concurrentHttpRequest',
		icon: {
			light: 'file:concurrentHttpRequest.svg',
			dark: 'file:concurrentHttpRequest.dark.svg',
		},
		group: ['output'],
		version: versions,
		defaultVersion: Math.max(...versions),
		subtitle:
			'={{ ($rawParameter["method"] + ": " + $rawParameter["url"]).replace(/(^|: )=/g, "$1") }}',
		// Also what a tool tells a model, unless the user describes the tool.
		description:
			'Makes HTTP requests and returns the response data, for many items at the same time, within limits you set',
		defaults: { name: 'Concurrent HTTP Request' },
		usableAsTool: true,
		builderHint: {
			searchHint:
				'Use it instead of HTTP Request when a custom API is called for many items: it sends their requests concurrently up to maxConcurrency, keeps to rateLimits, and retries single requests. It takes the parameters of HTTP Request 4 and needs no Loop Over Items, Split In Batches or Wait node around it. It does not take predefined credential types. Prefer a dedicated node where n8n has one for the service.',
			relatedNodes: [
				{
					nodeType: 'n8n-nodes-base.httpRequest',
					relationHint: 'For a few requests, or with a predefined credential type',
				},
			],
		},
		inputs: [NodeConnectionTypes.Main],
		outputs: OUTPUTS,
		credentials,
		properties,
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		let run: Run;
		try {
			run = await Run.begin(this);
		} catch (error) {
			if (!this.continueOnFail()) throw new NodeOperationError(this.getNode(), error as Error);
			return everyItemFailed(this, error);
		}
		return await run.process();
	}
}

/** n8n would hand on the input of a node that fails, as if it were the output. */
function everyItemFailed(context: IExecuteFunctions, error: unknown): INodeExecutionData[][] {
	const { typeVersion } = context.getNode();
	const failure = describeFailure(error, undefined, undefined);
	const items = context
		.getInputData()
		.map((_, itemIndex) => toErrorItem(failure, itemIndex, typeVersion));
	const text = `No request was sent. ${failure.message}`;
	context.addExecutionHints({ message: text, location: 'outputPane' });
	if (context.getNodeParameter('output.summary', 0, false) !== true) return [items];
	const { length } = items;
	const counts = { total: length, succeeded: 0, failed: length, notTried: 0 };
	const summary = { text, items: counts, itemFailures: { [failure.kind]: length } };
	return [items, [{ json: summary }]];
}
