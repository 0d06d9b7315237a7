import get from 'lodash/get';
import type { INodeParameters, INodeProperties } from 'n8n-workflow';

import { ownProperties } from '../../nodes/ConcurrentHttpRequest/description';
import { ownOptions } from '../../nodes/ConcurrentHttpRequest/description/options';
import { pageLimit } from '../../nodes/ConcurrentHttpRequest/description/pagination';
import type { Direction } from './types';

/** What n8n drops from a node that is moved, in the panel's words: HTTP Request does not have it. */
export function lossesOf({ options, ...panel }: INodeParameters, direction: Direction): string[] {
	if (direction === 'here') return [];
	return [
		...isSet(ownProperties, panel),
		...isSet(ownOptions, options),
		...isSet([pageLimit], get(options, 'pagination.pagination')),
	];
}

function isSet(properties: readonly INodeProperties[], values: unknown): string[] {
	if (typeof values !== 'object' || values === null) return [];
	const labels = properties.filter(({ name }) => name in values).map((each) => each.displayName);
	// Some are described twice, for a node and for a tool.
	return [...new Set(labels)];
}
