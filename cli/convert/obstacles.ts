import get from 'lodash/get';
import type { INodeParameters } from 'n8n-workflow';

import { CONCURRENT_HTTP_API } from '../../nodes/ConcurrentHttpRequest/description/authentication';
import { findUnsupported } from '../../nodes/ConcurrentHttpRequest/description/unsupported';
import { versions } from '../../nodes/ConcurrentHttpRequest/description';
import { type Direction, OLD_TOOL, targetTypes } from './types';

/** What decides whether a node can be moved. */
export interface NodeFacts {
	type: string;
	/** 1 where the workflow does not say. */
	typeVersion: number;
	parameters: INodeParameters;
}

/**
 * Why a node cannot be moved, and what to do about it.
 *
 * @returns `undefined` if it can
 */
export function obstacleOf(node: NodeFacts, direction: Direction): string | undefined {
	return direction === 'here' ? obstacleOnTheWayHere(node) : obstacleOnTheWayBack(node);
}

/**
 * Why nodes of a workflow that stands as text within a node stay as they are: Execute Sub-workflow and
 * some of n8n's AI nodes can hold one.
 *
 * @param parameters of a node that is not to be moved
 * @returns `undefined` if it holds no node to move
 */
export function obstacleWithin(
	{ workflowJson }: INodeParameters,
	direction: Direction,
): string | undefined {
	const types = [...targetTypes[direction].keys()];
	if (typeof workflowJson !== 'string' || !types.some((type) => workflowJson.includes(type))) {
		return undefined;
	}
	return 'It holds a workflow of its own, in Workflow JSON. Convert that JSON by itself, and paste the result.';
}

function obstacleOnTheWayHere({ type, typeVersion, parameters }: NodeFacts): string | undefined {
	if (type === OLD_TOOL) {
		return 'This kind of tool has parameters of its own. Add Concurrent HTTP Request as a tool in the editor.';
	}
	if (typeVersion < Math.min(...versions)) {
		return `Its version is ${typeVersion}, and parameters meant something else before version 4. Add a new Concurrent HTTP Request node and set it up.`;
	}
	if (!versions.includes(typeVersion)) {
		return `Its version is ${typeVersion}, and this package knows those up to ${Math.max(...versions)}. Look for a newer version of the package.`;
	}
	return findUnsupported(parameters);
}

function obstacleOnTheWayBack({ parameters }: NodeFacts): string | undefined {
	if (parameters.authentication === CONCURRENT_HTTP_API) {
		return 'HTTP Request does not know the credential Concurrent HTTP API. Choose another kind of authentication first, and write the whole URL.';
	}
	// An error output would take its place, and its connections.
	if (get(parameters, 'output.summary') === true) {
		return 'Summary is a second output, which HTTP Request does not have, and n8n connects outputs by their place. Remove Output > Summary and reconnect the outputs first.';
	}
	return undefined;
}
