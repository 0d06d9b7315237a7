import type { INodeParameters, INodeProperties } from 'n8n-workflow';

import { concurrencyProperties } from '../../nodes/ConcurrentHttpRequest/description/concurrency';
import { connection } from '../../nodes/ConcurrentHttpRequest/description/connection';
import {
	circuitBreakerOption,
	failureBudgetOption,
} from '../../nodes/ConcurrentHttpRequest/description/faults';
import { http2 } from '../../nodes/ConcurrentHttpRequest/description/http2';
import { limitOptions } from '../../nodes/ConcurrentHttpRequest/description/limits';
import { maxResponseSize } from '../../nodes/ConcurrentHttpRequest/description/maxResponseSize';
import { redisLimitsOptions } from '../../nodes/ConcurrentHttpRequest/description/redisLimits';
import { retryOption } from '../../nodes/ConcurrentHttpRequest/description/retry';
import type { Direction } from './types';

/** Options that HTTP Request does not have. */
const ownOptions: readonly INodeProperties[] = [
	http2,
	connection,
	maxResponseSize,
	...limitOptions.filter(({ name }) => name !== 'batching'),
	...redisLimitsOptions,
	retryOption,
	circuitBreakerOption,
	failureBudgetOption,
];

/** What n8n drops from a node that is moved, in the panel's words: HTTP Request does not have it. */
export function lossesOf({ options, ...panel }: INodeParameters, direction: Direction): string[] {
	if (direction === 'here') return [];
	return [...isSet(concurrencyProperties, panel), ...isSet(ownOptions, options)];
}

function isSet(properties: readonly INodeProperties[], values: unknown): string[] {
	if (typeof values !== 'object' || values === null) return [];
	return properties.filter(({ name }) => name in values).map(({ displayName }) => displayName);
}
