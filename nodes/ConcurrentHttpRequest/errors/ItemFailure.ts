import type { IDataObject } from 'n8n-workflow';

import { cutAfter } from '../common/cutAfter';
import { ExpressionFailure } from '../parameters/ExpressionFailure';
import { PaginationFailure } from '../pagination/PaginationFailure';
import { HttpStatusError } from '../response/HttpStatusError';
import { UnreadableResponse } from '../response/UnreadableResponse';
import { HIDDEN, MAX_SHOWN, Redactor } from '../secrets/Redactor';
import { secretsOfRequest } from '../secrets/secrets';
import type { HttpRequest } from '../transport/HttpRequest';
import type { HttpResponse } from '../transport/HttpResponse';
import { TransportFailure } from '../transport/TransportFailure';
import { explainInput, explainRequest, explainUnsent } from './explain';
import { type ItemPosition, nameItem } from './nameItem';
import { oneLine, readErrorBody } from './serverMessage';
import { isWebPage, wordsOfPage } from './webPage';

/** Why an item has no response, in words for people, without secrets. */
export interface ItemFailure {
	/** The name under which failures of this kind are counted: `503`, `timeout`, `invalid input`. */
	readonly kind: string;
	/** What happened. */
	readonly problem: string;
	/** What happened, and to which item. */
	readonly message: string;
	/** What the server says, and what to do. */
	readonly description: string | undefined;
	/** The request that failed; `undefined` if nothing was sent. */
	readonly request: { readonly method: string; readonly url: string } | undefined;
	/** The response, if there was one. */
	readonly response:
		| {
				readonly statusCode: number;
				readonly statusMessage: string;
				readonly headers: IDataObject;
				readonly body: unknown;
				/** Says in a sentence that parts of the body are missing. */
				readonly bodyCut?: string;
		  }
		| undefined;
	/** The beginning of a response that could not be read. */
	readonly received?: unknown;
	/**
	 * The system's or the HTTP client's code, for example `ECONNREFUSED`; for a time limit that of HTTP
	 * Request, `ECONNABORTED`.
	 */
	readonly code: string | undefined;
	/** From this, n8n's editor makes a description of its own, with links. */
	readonly editorContext?: IDataObject;
	/** Whether the failure came before the request, or after its response had arrived. */
	readonly isOutsideRequest: boolean;
}

/** What n8n calls the HTTP code of a failure: the status, or else the code. */
export function httpCodeOf({ response, code }: ItemFailure): string | undefined {
	return response ? String(response.statusCode) : code;
}

/**
 * Describes why an item failed.
 *
 * @param error whatever was thrown
 * @param request `undefined` if the item did not get that far
 * @param item `undefined` where the run failed as a whole
 */
export function describeFailure(
	error: unknown,
	request: HttpRequest | undefined,
	item: ItemPosition | undefined,
): ItemFailure {
	const unsent = explainUnsent(error);
	if (request && !unsent) return describeRequest(error, request, item);
	const { kind, advice } = unsent ?? explainInput(error);
	const problem = messageOf(error);
	return {
		kind,
		problem,
		message: problem + nameItem(item),
		description: advice,
		request: undefined,
		response: undefined,
		code: undefined,
		isOutsideRequest: !(error instanceof PaginationFailure),
		...(error instanceof ExpressionFailure && { editorContext: error.context }),
	};
}

/** Characters of a response that is quoted. */
const LONGEST_QUOTE = 100;

/** Characters of a URL in a message. The whole URL is beside it. */
const LONGEST_URL = 300;

function describeRequest(
	error: unknown,
	request: HttpRequest,
	item: ItemPosition | undefined,
): ItemFailure {
	const { method } = request;
	const redactor = new Redactor(secretsOfRequest(request));
	const url = redactor.url(request.url);
	const { kind, advice } = explainRequest(error, request);
	const response = error instanceof HttpStatusError ? error.response : undefined;
	const received = error instanceof UnreadableResponse ? error.received : undefined;
	const { message, body } = response ? readErrorBody(response, redactor) : {};
	const shownUrl = redactor.url(request.url, LONGEST_URL);
	const problem = `${method} ${shownUrl} failed: ${redactor.text(messageOf(error))}`;
	const said = received
		? describeReceived(received, request, redactor)
		: isOfStore(error)
			? describeStore(error.cause, redactor)
			: message === undefined
				? ''
				: `The server says: "${message}". `;
	return {
		kind,
		problem,
		message: problem + nameItem(item),
		description: redactor.text(`${said}${advice}`),
		request: { method, url },
		response: response && describeResponse(response, body, redactor),
		...(received && { received: redactor.within(received.text).value }),
		code: error instanceof TransportFailure ? codeOf(error) : undefined,
		isOutsideRequest: kind === 'unreadable response',
	};
}

function isOfStore(error: unknown): error is TransportFailure {
	return error instanceof TransportFailure && error.kind === 'file not readable';
}

/** Why n8n's store did not hand out a file. An error of a remote store may quote its URL. */
function describeStore(cause: unknown, redactor: Redactor): string {
	const reason = messageOf(cause ?? '').replace(/\/\/[^/\s]*@/g, `//${HIDDEN}@`);
	const line = oneLine(reason, redactor);
	return line === undefined ? '' : `n8n says: "${line}". `;
}

/** What came in place of what the response format requires, and from where. */
function describeReceived(
	{ text, url }: NonNullable<UnreadableResponse['received']>,
	request: HttpRequest,
	redactor: Redactor,
): string {
	const isPage = isWebPage(text);
	const words = oneLine(
		isPage ? wordsOfPage(text) : cutAfter(text, 3_000),
		redactor,
		LONGEST_QUOTE,
	);
	const what = isPage ? 'It is a web page' : 'It begins with';
	const quoted = words === undefined ? '' : `${what}${isPage ? ':' : ''} "${words}". `;
	const from = url.href === request.url.href ? '' : `It came from ${redactor.url(url)}. `;
	const advice = isPage ? 'Check the URL, and whether the server wants a login. ' : '';
	return quoted + from + advice;
}

/** Workflows read the code, so a timer of the HTTP client has HTTP Request's code. */
function codeOf({ kind, code }: TransportFailure): string | undefined {
	return kind === 'timeout' ? 'ECONNABORTED' : code;
}

/** A server may send back what it was sent. */
function describeResponse(
	response: HttpResponse,
	body: unknown,
	redactor: Redactor,
): ItemFailure['response'] {
	const { statusCode, statusMessage, tooLarge } = response;
	const shown = redactor.within(body);
	const size = tooLarge?.message ?? `The response has ${response.body.length} bytes`;
	const { values, characters, levels } = MAX_SHOWN;
	return {
		statusCode,
		statusMessage: redactor.text(statusMessage),
		headers: shownHeaders(response, redactor),
		body: shown.value,
		...((shown.isCut || tooLarge) && {
			bodyCut: `${size}. Only its beginning is shown: at most ${values} values, ${characters} characters and ${levels} levels.`,
		}),
	};
}

/** A server may send back what it was sent; a cookie that it sets may be a login. */
function shownHeaders({ headers }: HttpResponse, redactor: Redactor): IDataObject {
	const cookies = headers['set-cookie'] && { 'set-cookie': HIDDEN };
	return redactor.within({ ...headers, ...cookies }).value as IDataObject;
}

function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
