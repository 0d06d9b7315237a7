import { type INode, NodeApiError, NodeOperationError } from 'n8n-workflow';

import { httpCodeOf, type ItemFailure } from './ItemFailure';

/** The failure as n8n shows it in the editor. */
export function toNodeError(
	node: INode,
	failure: ItemFailure,
	itemIndex: number,
): NodeApiError | NodeOperationError {
	const { description, request } = failure;
	const message = isTool(node) ? messageForModel(failure) : failure.message;
	const httpCode = httpCodeOf(failure);
	const error =
		request === undefined
			? new NodeOperationError(node, message, { itemIndex, description })
			: new NodeApiError(node, { message }, { description, itemIndex, httpCode });
	// n8n replaces a message in which it finds a system's error code, even within a URL.
	error.message = message;
	return error;
}

/** n8n derives a type of this name from the node's, for agents. */
function isTool({ type }: INode): boolean {
	return type.endsWith('Tool');
}

/**
 * Of an error, n8n shows a model the message only: what the server says has to be in it, for the
 * model to do better next time. Numbers of items tell it nothing.
 */
function messageForModel({ message, description }: ItemFailure): string {
	const sentence = message.replace(/^Item \d+: /, '');
	return description === undefined ? sentence : `${sentence}. ${description}`;
}
