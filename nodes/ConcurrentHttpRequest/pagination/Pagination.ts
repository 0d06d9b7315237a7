import { toText } from '../common/toText';
import { pageLimit } from '../description/pagination';
import { isEmpty, isObject, readChoice, readNumber } from '../parameters/fields';
import { InvalidParameter } from '../parameters/InvalidParameter';

/**
 * How an item's pages are fetched, in the form that n8n's own pagination takes. Texts that begin
 * with `=` are expressions, which n8n evaluates for each page with `$response`, `$request` and
 * `$pageCount`.
 */
export interface Pagination {
	/** What a page's request has instead of the item's own, or in addition; in HTTP Request's names. */
	readonly request: { nextUrl?: string } & Partial<
		Record<'body' | 'headers' | 'qs', Record<string, string>>
	>;
	/** Whether there is another page. */
	readonly continue: string;
	/** Milliseconds between two pages. */
	readonly requestInterval: number | string;
	/** The number of pages after which it stops; `undefined` for as many as there are. */
	readonly maxRequests: number | string | undefined;
	/** The most pages that an item may have; with one more it fails. From 1. */
	readonly pageLimit: number;
	/** Whether a response with an error status is the last page. Any other one fails the item. */
	readonly mayBeLast: (statusCode: number, body: unknown) => boolean;
}

const FIELD = 'Pagination';
const MODES = ['updateAParameterInEachRequest', 'responseContainsNextURL', 'off'] as const;
const PARTS = ['qs', 'headers', 'body'] as const;

/**
 * @param raw Options > Pagination, with its expressions as they are written
 * @returns `undefined` where pagination is off
 * @throws {InvalidParameter}
 */
export function readPagination(raw: unknown): Pagination | undefined {
	if (!isObject(raw)) return undefined;
	const mode = readChoice(raw.paginationMode, 'Pagination Mode', MODES);
	if (mode === 'off') return undefined;
	const maxRequests = (raw.maxRequests ?? 100) as number | string;
	return {
		request:
			mode === 'responseContainsNextURL'
				? { nextUrl: readNextUrl(raw.nextURL) }
				: readParameters(raw.parameters),
		...readEnd(raw),
		requestInterval: (raw.requestInterval ?? 0) as number | string,
		...(raw.limitPagesFetched === true
			? { maxRequests, pageLimit: Infinity }
			: { maxRequests: undefined, pageLimit: readNumber(raw.pageLimit, pageLimit) }),
	};
}

/** An expression that gives nothing ends the pages, so an empty field would end them after the first. */
function readNextUrl(raw: unknown): string {
	const text = toText(raw);
	if (/^=?\s*$/.test(text)) {
		throw new InvalidParameter('Next URL', 'is empty', 'For example {{ $response.body.next }}.');
	}
	return text;
}

function readParameters(list: unknown): Pagination['request'] {
	const rows =
		isObject(list) && Array.isArray(list.parameters) ? (list.parameters as unknown[]) : [];
	if (rows.length === 0) {
		throw new InvalidParameter(FIELD, 'has no parameter that differs from page to page');
	}
	const request: Pagination['request'] = {};
	for (const [index, row] of rows.entries()) {
		const fields = isObject(row) ? row : {};
		const [name, value] = [toText(fields.name), toText(fields.value)];
		if (name === '' || value === '') {
			throw new InvalidParameter(
				FIELD,
				`needs a name and a value in parameter ${index + 1}`,
				'Without them every page would be the same. For example page and {{ $pageCount + 1 }}.',
			);
		}
		const part = readChoice(fields.type, 'Type', PARTS);
		// A field may have any name, `__proto__` included.
		const values = (request[part] ??= Object.create(null) as Record<string, string>);
		values[name] = value;
	}
	return request;
}

/**
 * Whether a page has something: an entry in its list, or in the only list of its object
 * (`{ "items": [], "total": 40 }` has nothing), or anything else that is not empty.
 */
const HAS_CONTENT =
	'={{ ((body, lists) => Array.isArray(body) ? body.length > 0 : lists.length === 1 ? lists[0].length > 0 : !!body)' +
	'($response.body, typeof $response.body === "object" ? Object.values($response.body ?? []).filter((value) => Array.isArray(value)) : []) }}';

/** As in HTTP Request, an API may respond with 404 and nothing after its last page. */
const isEmpty404 = (statusCode: number, body: unknown) =>
	statusCode === 404 && (isEmpty(body) || (Array.isArray(body) && body.length === 0));

/** But for lists within objects, the conditions are those of HTTP Request: both stop at the same page. */
function readEnd(settings: Record<string, unknown>): Pick<Pagination, 'continue' | 'mayBeLast'> {
	const when = settings.paginationCompleteWhen ?? 'responseIsEmpty';
	if (when === 'responseIsEmpty') {
		return { continue: HAS_CONTENT, mayBeLast: isEmpty404 };
	}
	if (when === 'receiveSpecificStatusCodes') {
		const codes = readStatusCodes(toText(settings.statusCodesWhenComplete));
		return {
			continue: `={{ !${JSON.stringify(codes)}.includes($response.statusCode) }}`,
			mayBeLast: (statusCode) => codes.includes(statusCode),
		};
	}
	const text = toText(settings.completeExpression).trim();
	const condition = /^=\s*\{\{(.*)\}\}$/s.exec(text)?.[1]?.trim();
	if (!condition) {
		throw new InvalidParameter(
			'Complete If',
			'must be an expression',
			'For example {{ !$response.body.hasMore }}.',
		);
	}
	return { continue: `={{ !(${condition}) }}`, mayBeLast: () => false };
}

function readStatusCodes(text: string): number[] {
	const codes = text
		.split(',')
		.map((code) => code.trim())
		.filter((code) => code !== '');
	if (codes.length === 0 || !codes.every((code) => /^[1-5]\d\d$/.test(code))) {
		throw new InvalidParameter(
			'Status Codes',
			'must be statuses, separated by commas',
			'For example 204, 404.',
		);
	}
	return codes.map(Number);
}
