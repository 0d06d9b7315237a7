import { type IDataObject, type INode, NodeApiError, NodeOperationError } from 'n8n-workflow';

import { httpCodeOf, type ItemFailure } from './ItemFailure';

/**
 * The failure as n8n shows it in the editor.
 *
 * @param sent the request, for the error's details; without secrets
 */
export function toNodeError(
	node: INode,
	failure: ItemFailure,
	itemIndex: number,
	sent?: IDataObject,
): NodeApiError | NodeOperationError {
	const { request, response, received } = failure;
	const description = asText(failure);
	const message = isTool(node) ? messageForModel(failure) : failure.message;
	const httpCode = httpCodeOf(failure);
	const error =
		request === undefined
			? new NodeOperationError(node, message, { itemIndex, description })
			: new NodeApiError(node, { message }, { description, itemIndex, httpCode });
	// n8n replaces a message in which it finds a system's error code, even within a URL.
	error.message = message;
	Object.assign(error.context, failure.editorContext);
	// n8n's editor shows both under "Error details", as it does for HTTP Request.
	const data = response ? response.body : received;
	if (data !== undefined) error.context.data = data;
	if (request) error.context.request = { ...sent, ...request };
	return error;
}

/**
 * n8n's editor shows a description as HTML. What a server, a file name or a field says in it must stay a text.
 * The descriptions of n8n's expressions are HTML on purpose.
 */
function asText({ description, editorContext }: ItemFailure): string | undefined {
	return editorContext ? description : description?.replace(/<(?=[a-z/!?])/gi, '&lt;');
}

/** n8n derives this type from the node's, for agents. */
function isTool({ type }: INode): boolean {
	return type.endsWith('Tool');
}

/**
 * A model sees only the message of an error, so it has to contain what the server says. The number of
 * the item tells a model nothing.
 */
function messageForModel({ problem, description }: ItemFailure): string {
	return description === undefined ? problem : `${problem}. ${description}`;
}
