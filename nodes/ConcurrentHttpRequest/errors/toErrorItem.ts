import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { ItemFailure } from './ItemFailure';

/**
 * The failure as the item's output, where the workflow goes on. n8n takes an item for an error by
 * its fields: `error`, and no other than `message` and `details`. As in HTTP Request, the error is
 * a text where nothing was sent, else an object, and versions from 4.5 on add details.
 */
export function toErrorItem(
	failure: ItemFailure,
	itemIndex: number,
	typeVersion: number,
): INodeExecutionData {
	const pairedItem = { item: itemIndex };
	const { message, description, request, response, code } = failure;
	if (request === undefined) return { json: { error: message }, pairedItem };
	const error: IDataObject = {
		message,
		name: 'NodeApiError',
		...(description !== undefined && { description }),
		...(code !== undefined && { code }),
		...(response && { status: response.statusCode, statusText: response.statusMessage }),
		...request,
	};
	const details: IDataObject = {
		message,
		...(description !== undefined && { description }),
		httpCode: response ? String(response.statusCode) : null,
		...(response && { body: response.body as IDataObject }),
		context: { itemIndex },
	};
	return { json: typeVersion >= 4.5 ? { error, details } : { error }, pairedItem };
}
