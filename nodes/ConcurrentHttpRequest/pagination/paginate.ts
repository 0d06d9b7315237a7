import { setImmediate } from 'node:timers/promises';
import type { IBinaryData, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { describeCount } from '../common/describeNumber';
import { toText } from '../common/toText';
import { unlessAborted } from '../common/unlessAborted';
import { type Arrangement, arrange, type ResponseSource } from '../output/arrange';
import { isEmpty } from '../parameters/fields';
import type { ItemAuthentication } from '../authentication';
import type { ItemParameters } from '../parameters/ItemParameters';
import { InvalidParameter } from '../parameters/InvalidParameter';
import type { PageChanges } from '../request/buildRequest';
import { assertSuccess, HttpStatusError, isSuccess } from '../response/HttpStatusError';
import { decodeNow } from '../response/decodeText';
import { readContent } from '../response/readContent';
import type { ResponseContent } from '../response/ResponseContent';
import type { ResponseOptions } from '../response/responseOptions';
import { UnreadableResponse } from '../response/UnreadableResponse';
import type { HttpRequest } from '../transport/HttpRequest';
import type { HttpResponse } from '../transport/HttpResponse';
import { isCredentialHeader } from '../transport/requestHeaders';
import { bodyForExpressions, requestForExpressions } from './expressionViews';
import type { Pagination } from './Pagination';
import { PaginationFailure } from './PaginationFailure';

/** An item whose response comes in pages. */
interface PaginatedItem {
	readonly pagination: Pagination;
	readonly parameters: ItemParameters;
	readonly authentication: ItemAuthentication;
	readonly typeVersion: number;
	readonly options: ResponseOptions;
	readonly source: ResponseSource;
	/** Ends the item at once, also between two pages; it then fails with the signal's reason. */
	readonly signal: AbortSignal;
	/** Makes the item's request, or that for one of its pages. */
	build(changes?: PageChanges): HttpRequest;
	send(request: HttpRequest): Promise<HttpResponse<IBinaryData>>;
	/** What the settings of Output make of the page that came last. */
	arrangement(): Arrangement;
	/** Called when the interval before the next page begins; the promise resolves when it ends. */
	waits(interval: Promise<void>): void;
}

type Context = Pick<IExecuteFunctions, 'helpers'>;

/** A page as expressions of the next one see it. */
interface Page {
	readonly response: HttpResponse;
	/** `$response.body` */
	readonly body: unknown;
	readonly isFile: boolean;
}

/**
 * Fetches an item's pages, one after the other.
 *
 * @returns the output of each page, in order, as if it were a response of its own
 * @throws {PaginationFailure} what fetching a page throws, and the reason of the item's signal
 */
export async function paginate(
	context: Context,
	item: PaginatedItem,
): Promise<INodeExecutionData[]> {
	const { options, source } = item;
	const first = item.build();
	const outputs: INodeExecutionData[] = [];
	let unreadable: UnreadableResponse | undefined;

	const fetchPage = async (changes: PageChanges): Promise<Page> => {
		const request = item.build(changes);
		assertSameOrigin(first, request);
		const response = await item.send(request);
		if (response.tooLarge) assertSuccess(response, options.neverError);
		let content: ResponseContent;
		let output: ResponseContent;
		try {
			content = await readContent(response, options, context.helpers);
			output = options.optimize ? await options.optimize(content) : content;
		} catch (error) {
			// The status of an error response says more than that it is not JSON.
			if (!(error instanceof UnreadableResponse) || isSuccess(response)) throw error;
			unreadable ??= error;
			const contentType = String(response.headers['content-type'] ?? '');
			content = output = { kind: 'text', text: decodeNow(response.body, contentType) };
		}
		let items: INodeExecutionData[] = [];
		try {
			items = arrange(output, response, options, source, item.arrangement());
		} catch (error) {
			// Nor need it have the list of Items From.
			const isFailed = !isSuccess(response) && !options.neverError;
			if (!isFailed || !(error instanceof UnreadableResponse)) throw error;
		}
		// One by one: a page may have more entries than a call may have arguments.
		for (const each of items) outputs.push(each);
		const isEmptyJson = options.format === 'json' && response.body.length === 0;
		const body = isEmptyJson ? '' : bodyForExpressions(content, options.format);
		return { response, body, isFile: content.kind === 'file' };
	};

	const last = await fetchPages(context, item, first, fetchPage);
	// n8n looks at the status of a page only where another one has to follow.
	if (last && !item.pagination.mayBeLast(last.response.statusCode, last.body)) {
		assertSuccess(last.response, options.neverError);
	}
	if (unreadable !== undefined) throw unreadable;
	return outputs;
}

/**
 * Has n8n's own pagination fetch the pages, because only within it can n8n evaluate expressions with
 * `$response`. As in HTTP Request, it decides on the order, the conditions, the interval (possibly an
 * expression, after which those of the next page are evaluated) and the guard against endless pages.
 * Each request goes through this node.
 *
 * @returns the last page
 */
async function fetchPages(
	context: Context,
	item: PaginatedItem,
	first: HttpRequest,
	fetchPage: (changes: PageChanges) => Promise<Page>,
): Promise<Page | undefined> {
	const { pagination, authentication, signal } = item;
	let last: Page | undefined;
	let failure: { error: unknown } | undefined;
	let pages = 0;
	let fetching: Promise<Page> | undefined;
	let endInterval = (): void => {};
	const request = async (merged: MergedRequest): Promise<unknown> => {
		endInterval();
		try {
			signal.throwIfAborted();
			const changes = changesIn(merged, authentication.baseUrl);
			if (pages > 0 && 'nextUrl' in pagination.request && changes.url === undefined) {
				throw NO_NEXT_PAGE;
			}
			if (pages++ === pagination.pageLimit) throw tooManyPages(pagination.pageLimit);
			fetching = fetchPage(changes);
			last = await fetching;
			const { statusCode, statusMessage, headers } = last.response;
			return { statusCode, statusMessage, headers, body: last.body };
		} catch (error) {
			failure = { error };
			throw error;
		} finally {
			fetching = undefined;
			// Only n8n knows whether another page follows; if none does, the interval ends at once.
			if (pagination.requestInterval && !failure) {
				item.waits(new Promise((resolve) => (endInterval = resolve)));
			}
		}
	};
	const sender = Object.create(context, { helpers: { value: { request } } }) as IExecuteFunctions;
	try {
		const fetched = context.helpers.requestWithAuthenticationPaginated.call(
			sender,
			{ uri: ANY_URL, qs: {}, headers: {} },
			item.source.itemIndex,
			{
				...pagination,
				maxRequests: pagination.maxRequests as number,
				// n8n does not compare pages that are files: their bodies are not in memory.
				get binaryResult() {
					return last?.isFile === true;
				},
			} as never,
			undefined,
			undefined,
			requestForExpressions(first, item),
		);
		if (!pagination.requestInterval) await fetched;
		else await untilInterval(fetched, signal, () => fetching);
		return last;
	} catch (error) {
		if (error === NO_NEXT_PAGE) return last;
		if (failure?.error === error) throw error;
		if (signal.aborted) throw signal.reason;
		throw statusErrorOf(error, last?.response) ?? paginationFailure(error);
	} finally {
		endInterval();
	}
}

/**
 * Waits for an item's pages. n8n's sleep between two pages cannot be interrupted, so an abort ends the
 * wait during that sleep. Before, it lets the page that is being fetched come to its end, because that
 * may be the last one. A request that n8n makes after an abort is not sent.
 *
 * @throws the signal's reason
 */
async function untilInterval(
	fetched: Promise<unknown>,
	signal: AbortSignal,
	fetching: () => Promise<Page> | undefined,
): Promise<void> {
	try {
		await unlessAborted(fetched, signal);
	} catch (error) {
		const page = fetching();
		if (!page) throw error;
		await page.catch(() => {});
		// After the last page, n8n ends within one turn of the event loop.
		const isOver = await Promise.race([fetched.then(() => true), setImmediate(false)]);
		if (!isOver) throw error;
	}
}

/** Stands for every URL, none of which n8n's pagination needs to know. */
const ANY_URL = 'http://page.invalid/';

/** Ends the pages of an item whose Next URL is empty: n8n's pagination knows no other way. */
const NO_NEXT_PAGE = new Error('There is no next page');

/** What n8n's pagination makes of an empty request, in the terms of its request helper. */
interface MergedRequest {
	/** Under a name that n8n does not know, so that it may be empty. */
	readonly nextUrl?: unknown;
	readonly qs?: Record<string, unknown>;
	readonly headers?: Record<string, unknown>;
	readonly body?: Record<string, unknown>;
}

/** @throws {PaginationFailure} where Next URL is neither empty nor a URL */
function changesIn(
	{ nextUrl, qs = {}, headers = {}, body = {} }: MergedRequest,
	baseUrl: string | undefined,
): PageChanges {
	const url = isEmpty(nextUrl) ? undefined : fromRoot(toText(nextUrl), baseUrl);
	if (url !== undefined && !URL.canParse(url, baseUrl)) {
		throw new PaginationFailure(
			`'${url}' is not a valid URL.`,
			'Make sure that Next URL gives a whole URL, such as https://api.example.com/items?page=2, or nothing after the last page.',
		);
	}
	return { url, query: qs, headers, body };
}

/** A link of the server has the path of the base URL in it, which one that a user writes leaves out. */
function fromRoot(url: string, baseUrl: string | undefined): string {
	if (baseUrl === undefined || !URL.canParse(baseUrl)) return url;
	const { pathname, origin } = new URL(baseUrl);
	const path = pathname.replace(/\/*$/, '/');
	return path !== '/' && url.startsWith(path) ? origin + url : url;
}

function tooManyPages(limit: number): PaginationFailure {
	const pages = describeCount(limit, 'page');
	return new PaginationFailure(
		`More than ${pages}`,
		`If there really are so many, raise Pagination > Fail After (Pages). To stop at a number of pages without an error, use Pagination > Limit Pages Fetched. Otherwise check Complete When: it has not been true within ${pages}.`,
	);
}

/** n8n fails at a page with an error status, if another one would have to follow. */
function statusErrorOf(error: unknown, last: HttpResponse | undefined) {
	const { statusCode } = error as { statusCode?: unknown };
	return last && statusCode === last.statusCode ? new HttpStatusError(last) : undefined;
}

function paginationFailure(error: unknown): PaginationFailure {
	const { message, description } = error as Record<string, unknown>;
	const hint =
		typeof description === 'string'
			? description
			: 'Check the expressions of Options > Pagination.';
	return new PaginationFailure(String(message), hint, error);
}

/**
 * A server's response says where the next page is. Like a redirect, it must not send a credential to
 * another origin.
 *
 * @throws {InvalidParameter} before anything is sent there
 */
function assertSameOrigin(first: HttpRequest, page: HttpRequest): void {
	if (page.url.origin === first.url.origin) return;
	if (page.sendCredentialsOnCrossOriginRedirect) return;
	const { credential, secrets, headers, authorizer, clientCertificate } = page;
	const holdsCredential =
		authorizer !== undefined ||
		clientCertificate !== undefined ||
		secrets.length > 0 ||
		credential.inQuery ||
		credential.inBody ||
		credential.headerNames.size > 0 ||
		Object.keys(headers).some(isCredentialHeader);
	if (!holdsCredential) return;
	throw new InvalidParameter(
		'Next URL',
		`leads to ${page.url.origin}, but the credential is for ${first.url.origin}`,
		'If you trust that server, switch on Options > Send Credentials on Redirect.',
	);
}
