import { NodeConnectionTypes, type INodeTypeDescription } from 'n8n-workflow';

import { authenticationProperties, credentials } from './authentication';
import { bodyProperties } from './body';
import { concurrencyProperties } from './concurrency';
import { headersProperties } from './headers';
import { optionsProperties } from './options';
import { queryProperties } from './query';
import { requestProperties } from './request';
import { leftoverProperties } from './leftovers';

/** What n8n shows of the node, from top to bottom of its panel. */
export const description: INodeTypeDescription = {
	displayName: 'Concurrent HTTP Request',
	name: 'concurrentHttpRequest',
	icon: {
		light: 'file:concurrentHttpRequest.svg',
		dark: 'file:concurrentHttpRequest.dark.svg',
	},
	group: ['output'],
	// These are the versions of HTTP Request, not of this node: with its parameters and its version
	// numbers, changing `type` in a workflow's JSON is enough to move a node here, and back.
	version: [4, 4.1, 4.2, 4.3, 4.4, 4.5],
	defaultVersion: 4.5,
	subtitle: '={{$parameter["method"] + ": " + $parameter["url"]}}',
	description: 'Sends an HTTP request per item, many at the same time, up to a limit you set',
	defaults: { name: 'Concurrent HTTP Request' },
	usableAsTool: true,
	inputs: [NodeConnectionTypes.Main],
	outputs: [NodeConnectionTypes.Main],
	credentials,
	properties: [
		...requestProperties,
		...authenticationProperties,
		...leftoverProperties,
		...queryProperties,
		...headersProperties,
		...bodyProperties,
		...concurrencyProperties,
		...optionsProperties,
	],
};
