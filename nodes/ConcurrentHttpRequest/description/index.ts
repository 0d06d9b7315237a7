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
import { queryProperties } from './query';
import { redisCredentials } from './redisLimits';
import { requestProperties } from './request';

/** Every type of credential that the node can use. */
export const credentials: INodeCredentialDescription[] = [
	...authenticationCredentials,
	...redisCredentials,
];

/** The node's panel, from top to bottom. */
export const properties: INodeProperties[] = [
	...requestProperties,
	...authenticationProperties,
	...queryProperties,
	...headersProperties,
	...bodyProperties,
	...concurrencyProperties,
	...optionsProperties,
	...optimizeResponseProperties,
];

/**
 * The node's versions. They are those of HTTP Request: with its parameters and its version numbers,
 * changing `type` in a workflow's JSON is enough to move a node here, and back.
 */
export const versions = [4, 4.1, 4.2, 4.3, 4.4, 4.5];
