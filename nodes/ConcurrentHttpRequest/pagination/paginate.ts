import type { IBinaryData, INodeExecutionData } from 'n8n-workflow';

import type { ItemParameters } from '../parameters/ItemParameters';
import type { PageChanges } from '../request/buildRequest';
import type { TextHelpers } from '../response/decodeText';
import type { FileHelpers } from '../response/file';
import { assertSuccess } from '../errors/HttpStatusError';
import { isSuccess } from '../response/isSuccess';
import { readContent } from '../response/readContent';
import type { ResponseContent } from '../response/ResponseContent';
import type { ResponseOptions } from '../parameters/responseOptions';
import { contentToItems, type ResponseSource } from '../output/toItems';
import { UnreadableResponse } from '../response/UnreadableResponse';
import type { HttpRequest } from '../transport/HttpRequest';
import type { HttpResponse } from '../transport/HttpResponse';
import { bodyForExpressions } from './bodyForExpressions';
import { fetchPages, type Page, type PagedItem, type PaginationContext } from './fetchPages';
import { assertSameOrigin } from './nextOrigin';
import type { Pagination } from './Pagination';
import { requestForExpressions } from './requestForExpressions';

/** An item whose answer comes in pages. */
export interface Paginated extends Pick<PagedItem, 'signal' | 'waits'> {
	readonly pagination: Pagination;
	readonly parameters: ItemParameters;
	readonly typeVersion: number;
	readonly options: ResponseOptions;
	readonly source: ResponseSource;
	/** The item's request, or that for one of its pages. */
	build(changes?: PageChanges): HttpRequest;
	/** Sends one request, through whatever every request has to pass. */
	send(request: HttpRequest): Promise<HttpResponse<IBinaryData>>;
}

/**
 * Fetches an item's pages, one after the other.
 *
 * @returns the output of each page, in order, as if it were an answer of its own
 */
export async function paginate(
	context: PaginationContext & { helpers: TextHelpers & FileHelpers },
	item: Paginated,
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
			// Of an error, the status tells more than that it is not JSON.
			if (!(error instanceof UnreadableResponse) || isSuccess(response)) throw error;
			unreadable ??= error;
			content = output = { kind: 'text', text: response.body.toString() };
		}
		outputs.push(...contentToItems(output, response, options, source));
		const isEmptyJson = options.format === 'json' && response.body.length === 0;
		const body = isEmptyJson ? '' : bodyForExpressions(content, options.format);
		return { response, body };
	};

	await fetchPages(context, {
		itemIndex: source.itemIndex,
		pagination: item.pagination,
		requestForExpressions: requestForExpressions(first, item.parameters, item.typeVersion),
		fetchPage,
		signal: item.signal,
		waits: (interval) => item.waits(interval),
	});
	if (unreadable !== undefined) throw unreadable;
	return outputs;
}
