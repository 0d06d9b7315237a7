import type { INodeProperties } from 'n8n-workflow';

import { authenticationProperties } from './authentication';
import { bodyProperties } from './body';
import { concurrencyProperties } from './concurrency';
import { headersProperties } from './headers';
import { leftoverProperties } from './leftovers';
import { optionsProperties } from './options';
import { queryProperties } from './query';
import { requestProperties } from './request';

export { credentials } from './authentication';

/** The node's panel, from top to bottom. */
export const properties: INodeProperties[] = [
	...requestProperties,
	...authenticationProperties,
	...leftoverProperties,
	...queryProperties,
	...headersProperties,
	...bodyProperties,
	...concurrencyProperties,
	...optionsProperties,
];
