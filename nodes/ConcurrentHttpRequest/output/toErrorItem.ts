import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { httpCodeOf, type ItemFailure } from '../errors/ItemFailure';

/**
 * The failure as the item's output, where the workflow goes on. n8n takes an item for an error by
 * its fields: `error`, and no other that it does not know (see `givesDetails`). As in HTTP
 * Request, the error is an object where the request itself failed, else a text.
 *
 * @param withDetails adds `details` to an error that is an object
 */
export function toErrorItem(
	failure: ItemFailure,
	itemIndex: number,
	withDetails: boolean,
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
	if (!withDetails) return { json: { error }, pairedItem };
	const details: IDataObject = {
		message,
		...(description !== undefined && { description }),
		httpCode: httpCodeOf(failure) ?? null,
		...(response && { body: response.body as IDataObject }),
		...(response?.bodyCut !== undefined && { bodyCut: response.bodyCut }),
		context: { itemIndex },
	};
	return { json: { error, details }, pairedItem };
}
