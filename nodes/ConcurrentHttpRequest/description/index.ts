import type { INodeCredentialDescription, INodeProperties } from 'n8n-workflow';

import {
	authenticationProperties,
	credentials as authenticationCredentials,
} from './authentication';
import { bodyProperties } from './body';
import { concurrencyProperties } from './concurrency';
import { headersProperties } from './headers';
import { optimizeResponseProperties } from './optimizeResponse';
import { optionsProperties } from './options';
import { output } from './output';
import { queryProperties } from './query';
import { nodeRateLimits } from './rateLimits';
import { redisCredentials } from './redisLimits';
import { requestProperties } from './request';
import { retry } from './retry';

/** Every type of credential that the node can use. */
export const credentials: INodeCredentialDescription[] = [
	...authenticationCredentials,
	...redisCredentials,
];

/** What HTTP Request does not have, beside `ownOptions`. */
export const ownProperties: readonly INodeProperties[] = [
	...concurrencyProperties,
	...nodeRateLimits,
	retry,
	output,
];

/** The node's panel, from top to bottom. */
export const properties: INodeProperties[] = [
	...requestProperties,
	...authenticationProperties,
	...queryProperties,
	...headersProperties,
	...bodyProperties,
	...ownProperties,
	...optionsProperties,
	...optimizeResponseProperties,
];

/**
 * The node's versions. They are those of HTTP Request: with its parameters and its version numbers,
 * changing `type` in a workflow's JSON is enough to move a node here, and back.
 */
export const versions = [4, 4.1, 4.2, 4.3, 4.4, 4.5];
