import { type INode, NodeApiError, NodeOperationError } from 'n8n-workflow';

import { httpCodeOf, type ItemFailure } from './ItemFailure';

/** The failure as n8n shows it in the editor. */
export function toNodeError(
	node: INode,
	failure: ItemFailure,
	itemIndex: number,
): NodeApiError | NodeOperationError {
	const { message, description, request } = failure;
	const httpCode = httpCodeOf(failure);
	const error =
		request === undefined
			? new NodeOperationError(node, message, { itemIndex, description })
			: new NodeApiError(node, { message }, { description, itemIndex, httpCode });
	// n8n replaces a message in which it finds a system's error code, even within a URL.
	error.message = message;
	return error;
}
