import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { HttpStatusError } from '../errors/HttpStatusError';
import { InvalidParameter } from '../request/InvalidParameter';
import type { PageChanges } from '../request/PageChanges';
import { UnreadableResponse } from '../response/UnreadableResponse';
import type { HttpResponse } from '../transport/HttpResponse';
import { TransportFailure } from '../transport/TransportFailure';
import type { Pagination } from './Pagination';
import { PaginationFailure } from './PaginationFailure';

/** One page, as far as expressions of the next one see it. */
export interface Page {
	readonly response: HttpResponse;
	/** `$response.body` */
	readonly body: unknown;
}

/** What of n8n's context pagination needs. */
export type PaginationContext = Pick<IExecuteFunctions, 'helpers' | 'getExecutionCancelSignal'>;

export interface PagedItem {
	readonly itemIndex: number;
	readonly pagination: Pagination;
	/** `$request`, without secrets. */
	readonly requestForExpressions: IDataObject;
	/** Sends the request for one page and reads the answer. Called in order, one at a time. */
	fetchPage(changes: PageChanges): Promise<Page>;
}

/**
 * Fetches an item's pages until there are no more.
 *
 * Only n8n itself can evaluate expressions with `$response`, and only within its own pagination. So
 * that one is in charge of the order, of the conditions and of the guard against endless
 * pages, exactly as in HTTP Request; but each request that it asks for goes through this node.
 *
 * @throws {PaginationFailure} and what fetching a page throws
 */
export async function fetchPages(context: PaginationContext, item: PagedItem): Promise<void> {
	const { itemIndex, pagination } = item;
	const { helpers } = context;
	let last: HttpResponse | undefined;
	const request = async (merged: MergedRequest): Promise<unknown> => {
		const { response, body } = await item.fetchPage(changesIn(merged));
		last = response;
		const { statusCode, statusMessage, headers } = response;
		return { statusCode, statusMessage, headers, body };
	};
	const sender = Object.create(context, { helpers: { value: { request } } }) as IExecuteFunctions;
	try {
		await untilStopped(
			context.getExecutionCancelSignal(),
			helpers.requestWithAuthenticationPaginated.call(
				sender,
				{ uri: ITEM_URL, qs: {}, headers: {} },
				itemIndex,
				{ ...pagination, maxRequests: pagination.maxRequests as number } as never,
				undefined,
				undefined,
				item.requestForExpressions,
			),
		);
	} catch (error) {
		throw isOurs(error) ? error : (statusErrorOf(error, last) ?? paginationFailure(error));
	}
}

/** Stands for the item's own URL, which this node knows better than n8n's pagination. */
const ITEM_URL = 'http://item.invalid/';

/** What n8n's pagination makes of an empty request, in the terms of its request helper. */
interface MergedRequest {
	readonly uri: string;
	readonly qs?: Record<string, unknown>;
	readonly headers?: Record<string, unknown>;
	readonly body?: Record<string, unknown>;
}

function changesIn({ uri, qs = {}, headers = {}, body = {} }: MergedRequest): PageChanges {
	return { url: uri === ITEM_URL ? undefined : uri, query: qs, headers, body };
}

/** n8n waits for the interval between pages whatever happens. */
async function untilStopped(signal: AbortSignal | undefined, pages: Promise<unknown>) {
	let stop: (() => void) | undefined;
	const stopped = new Promise<never>((_resolve, reject) => {
		stop = () => reject(new TransportFailure('cancelled', 'The run was stopped'));
		signal?.addEventListener('abort', stop);
	});
	// Whichever comes second is of no interest.
	pages.catch(() => {});
	try {
		await Promise.race([pages, stopped]);
	} finally {
		if (stop) signal?.removeEventListener('abort', stop);
	}
}

function isOurs(error: unknown): boolean {
	return [InvalidParameter, TransportFailure, UnreadableResponse, HttpStatusError].some(
		(type) => error instanceof type,
	);
}

/** n8n fails at a page that is no success, where another one would have to follow. */
function statusErrorOf(error: unknown, last: HttpResponse | undefined) {
	const { statusCode } = error as { statusCode?: unknown };
	return last && statusCode === last.statusCode ? new HttpStatusError(last) : undefined;
}

function paginationFailure(error: unknown): PaginationFailure {
	const { message, description, type } = error as Record<string, unknown>;
	const hint =
		type === 'invalid_url'
			? 'Make sure that Next URL gives a whole URL, such as https://api.example.com/items?page=2.'
			: typeof description === 'string'
				? description
				: 'Check the expressions of the option Pagination.';
	return new PaginationFailure(String(message), hint, error);
}
