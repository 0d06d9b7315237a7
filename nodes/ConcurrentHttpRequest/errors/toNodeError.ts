import { type INode, NodeApiError, NodeOperationError } from 'n8n-workflow';

import type { ItemFailure } from './ItemFailure';

/** The failure as n8n shows it in the editor. */
export function toNodeError(
	node: INode,
	failure: ItemFailure,
	itemIndex: number,
): NodeApiError | NodeOperationError {
	const { message, description, request, response } = failure;
	if (request === undefined) {
		return new NodeOperationError(node, message, { itemIndex, description });
	}
	return new NodeApiError(
		node,
		{ message },
		{ message, description, itemIndex, httpCode: response && String(response.statusCode) },
	);
}
