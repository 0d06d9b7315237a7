import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { HttpStatusError } from '../errors/HttpStatusError';
import type { PageChanges } from '../request/buildRequest';
import type { HttpResponse } from '../transport/HttpResponse';
import { unlessAborted } from '../common/unlessAborted';
import type { Pagination } from './Pagination';
import { PaginationFailure } from './PaginationFailure';

/** One page, as far as expressions of the next one see it. */
export interface Page {
	readonly response: HttpResponse;
	/** `$response.body` */
	readonly body: unknown;
}

/** What of n8n's context pagination needs. */
export type PaginationContext = Pick<IExecuteFunctions, 'helpers'>;

export interface PagedItem {
	readonly itemIndex: number;
	readonly pagination: Pagination;
	/** `$request`, without secrets. */
	readonly requestForExpressions: IDataObject;
	/** Ends the item at once, also between two pages; it then fails with the signal's reason. */
	readonly signal: AbortSignal;
	/** Sends the request for one page and reads the answer. Called in order, one at a time. */
	fetchPage(changes: PageChanges): Promise<Page>;
	/** Told when the interval before the next page begins, which ends as the promise does. */
	waits(interval: Promise<void>): void;
}

/**
 * Fetches an item's pages until there are no more.
 *
 * Only n8n itself can evaluate expressions with `$response`, and only within its own pagination. So
 * that one is in charge of the order, of the conditions, of the interval (an expression, perhaps,
 * after which those of the next page are evaluated) and of the guard against endless pages, exactly
 * as in HTTP Request; but each request that it asks for goes through this node.
 *
 * @throws {PaginationFailure} what fetching a page throws, and the reason of the item's signal
 */
export async function fetchPages(context: PaginationContext, item: PagedItem): Promise<void> {
	const { itemIndex, pagination, signal } = item;
	const { helpers } = context;
	let last: HttpResponse | undefined;
	let failure: { error: unknown } | undefined;
	let endInterval = (): void => {};
	const request = async (merged: MergedRequest): Promise<unknown> => {
		endInterval();
		try {
			signal.throwIfAborted();
			const { response, body } = await item.fetchPage(changesIn(merged));
			last = response;
			const { statusCode, statusMessage, headers } = response;
			return { statusCode, statusMessage, headers, body };
		} catch (error) {
			failure = { error };
			throw error;
		} finally {
			// Whether another page follows only n8n knows; if none does, the waiting ends at once.
			if (pagination.requestInterval && !failure) {
				item.waits(new Promise((resolve) => (endInterval = resolve)));
			}
		}
	};
	const sender = Object.create(context, { helpers: { value: { request } } }) as IExecuteFunctions;
	try {
		// n8n sits an interval out whatever happens; what it asks for after an abort is not sent.
		await unlessAborted(
			helpers.requestWithAuthenticationPaginated.call(
				sender,
				{ uri: ITEM_URL, qs: {}, headers: {} },
				itemIndex,
				{ ...pagination, maxRequests: pagination.maxRequests as number } as never,
				undefined,
				undefined,
				item.requestForExpressions,
			),
			signal,
		);
	} catch (error) {
		if (failure?.error === error) throw error;
		if (signal.aborted) throw signal.reason;
		throw statusErrorOf(error, last) ?? paginationFailure(error);
	} finally {
		endInterval();
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
