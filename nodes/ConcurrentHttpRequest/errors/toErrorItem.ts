import { createRequire } from 'node:module';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { httpCodeOf, type ItemFailure } from './ItemFailure';

/** HTTP Request adds `details` to its error items from this version of the node on. */
const FIRST_TYPE_VERSION = 4.5;

/** The first patches of n8n-core that know `details`, by `major.minor`. All from 2.36 on know it. */
const FIRST_PATCHES: Readonly<Record<string, number>> = { '2.34': 4, '2.35': 2 };

/** What an error item tells of the request beside its failure. */
interface Added {
	/** Times that the request was sent. */
	readonly tries?: number | undefined;
	/** The field of `error` that receives the details. */
	readonly detailsField?: string | undefined;
	readonly details?: IDataObject | undefined;
}

/**
 * The failure as the item's output, where the workflow goes on. n8n recognizes an error item by its
 * fields: it has `error`, and no other that n8n does not know. As in HTTP Request, the error is an
 * object if the request itself failed, else a text.
 *
 * @param typeVersion of the node
 * @param coreVersion of n8n-core
 */
export function toErrorItem(
	failure: ItemFailure,
	itemIndex: number,
	typeVersion: number,
	{ tries, detailsField = '', details }: Added = {},
	coreVersion = N8N_CORE_VERSION,
): INodeExecutionData {
	const pairedItem = { item: itemIndex };
	const { message, description, request, response, code } = failure;
	if (failure.isOutsideRequest && !details) return { json: { error: message }, pairedItem };
	const error: IDataObject = {
		...(details && { [detailsField]: details }),
		message,
		name: 'NodeApiError',
		...(description !== undefined && { description }),
		...(code !== undefined && { code }),
		...(response && {
			status: response.statusCode,
			statusText: response.statusMessage,
			headers: response.headers,
			body: response.body as IDataObject,
			...(response.bodyCut !== undefined && { bodyCut: response.bodyCut }),
		}),
		...request,
		...(tries && { tries }),
	};
	if (!hasDetails(typeVersion, coreVersion)) return { json: { error }, pairedItem };
	const asInHttpRequest: IDataObject = {
		message,
		...(description !== undefined && { description }),
		httpCode: httpCodeOf(failure) ?? null,
		...(response && { body: response.body as IDataObject }),
		...(response?.bodyCut !== undefined && { bodyCut: response.bodyCut }),
		context: { itemIndex },
	};
	return { json: { error, details: asInHttpRequest }, pairedItem };
}

/** An n8n-core that does not know `details` takes such an item for a success. */
function hasDetails(typeVersion: number, coreVersion: string): boolean {
	if (typeVersion < FIRST_TYPE_VERSION) return false;
	const [major = 0, minor = 0, patch = 0] = coreVersion.split('.').map(Number.parseFloat);
	if (major > 2 || (major === 2 && minor >= 36)) return true;
	return patch >= (FIRST_PATCHES[`${major}.${minor}`] ?? Infinity);
}

/**
 * The version of the n8n-core that runs this process; empty if it cannot be found. It is looked up from
 * the started program, because npm may put another n8n-core beside this package.
 */
const N8N_CORE_VERSION = findCoreVersion();

function findCoreVersion(): string {
	for (const from of [require.main?.filename, __filename]) {
		try {
			const { version } = createRequire(from ?? '')('n8n-core/package.json') as {
				version?: unknown;
			};
			if (typeof version === 'string') return version;
		} catch {
			// Not found from there.
		}
	}
	return '';
}
