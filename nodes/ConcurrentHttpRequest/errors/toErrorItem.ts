import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { httpCodeOf, type ItemFailure } from './ItemFailure';

/**
 * The failure as the item's output, where the workflow goes on. n8n takes an item for an error by
 * its fields: `error`, and no other than `message` and `details`. As in HTTP Request, the error is
 * an object where the request itself failed, to which versions from 4.5 on add details, else a text.
 */
export function toErrorItem(
	failure: ItemFailure,
	itemIndex: number,
	typeVersion: number,
): INodeExecutionData {
	const pairedItem = { item: itemIndex };
	const { message, description, request, response, code } = failure;
	if (failure.isOutsideRequest) return { json: { error: message }, pairedItem };
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
		httpCode: httpCodeOf(failure) ?? null,
		...(response && { body: response.body as IDataObject }),
		context: { itemIndex },
	};
	return { json: typeVersion >= 4.5 ? { error, details } : { error }, pairedItem };
}
