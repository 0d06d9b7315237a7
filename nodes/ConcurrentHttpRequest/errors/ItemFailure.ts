import type { HttpRequest } from '../transport/HttpRequest';
import { PaginationFailure } from '../pagination/PaginationFailure';
import { AuthenticationFailure } from '../authentication/AuthenticationFailure';
import { InvalidParameter } from '../parameters/InvalidParameter';
import { UnreadableResponse } from '../response/UnreadableResponse';
import { TransportFailure } from '../transport/TransportFailure';
import { adviceForFailure, adviceForStatus } from './advice';
import { adviceForUnsent } from './unsent';
import { HttpStatusError } from './HttpStatusError';
import { MOST_LEVELS, MOST_SHOWN, type Redactor, redactorFor } from './Redactor';
import { oneLine, readErrorBody } from './serverMessage';

/** Why an item has no response, in words for people, without secrets. */
export interface ItemFailure {
	/** What failures of this kind have in common, for counting: `503`, `timeout`, `invalid input`. */
	readonly kind: string;
	readonly message: string;
	/** What the server says, and what to do. */
	readonly description: string | undefined;
	/** The request that failed; `undefined` when nothing was sent. */
	readonly request: { readonly method: string; readonly url: string } | undefined;
	/** The answer, where there was one. */
	readonly response:
		| {
				readonly statusCode: number;
				readonly statusMessage: string;
				readonly body: unknown;
				/** Where parts of the body are missing: a sentence that says so. */
				readonly bodyCut?: string;
		  }
		| undefined;
	/**
	 * The system's or the HTTP client's code, for example `ECONNREFUSED`; that of a time limit is
	 * HTTP Request's, `ECONNABORTED`.
	 */
	readonly code: string | undefined;
	/** Not the request went wrong, but what came before it or what was made of its answer. */
	readonly isOutsideRequest: boolean;
}

/** What n8n calls the HTTP code of a failure: the status, else the code. */
export function httpCodeOf({ response, code }: ItemFailure): string | undefined {
	return response ? String(response.statusCode) : code;
}

/**
 * Says what went wrong with an item.
 *
 * @param error whatever was thrown
 * @param request `undefined` when the item did not get that far
 */
export function describeFailure(
	error: unknown,
	request: HttpRequest | undefined,
	itemIndex: number,
): ItemFailure {
	return (
		describeUnsent(error, itemIndex) ??
		(request === undefined
			? describeInput(error, itemIndex)
			: describeRequest(error, request, itemIndex))
	);
}

/** Nothing was sent, though nothing was wrong with the item itself. */
function describeUnsent(error: unknown, itemIndex: number): ItemFailure | undefined {
	const unsent = adviceForUnsent(error);
	if (!unsent) return undefined;
	return {
		kind: unsent.kind,
		message: `Item ${itemIndex}: ${messageOf(error)}`,
		description: unsent.advice,
		request: undefined,
		response: undefined,
		code: undefined,
		isOutsideRequest: true,
	};
}

function describeInput(error: unknown, itemIndex: number): ItemFailure {
	return {
		kind: error instanceof AuthenticationFailure ? 'authentication failed' : 'invalid input',
		message: `Item ${itemIndex}: ${messageOf(error)}`,
		description: isOurs(error) ? error.hint : descriptionOf(error),
		request: undefined,
		response: undefined,
		code: undefined,
		isOutsideRequest: !(error instanceof PaginationFailure),
	};
}

function describeRequest(error: unknown, request: HttpRequest, itemIndex: number): ItemFailure {
	const { method } = request;
	const redactor = redactorFor(request);
	const url = redactor.url(request.url);
	const body = error instanceof HttpStatusError ? readErrorBody(error.response) : undefined;
	const says = oneLine(body?.message, redactor);
	const { kind, problem, advice } = explain(error);
	const said = says === undefined ? '' : `The server says: "${says}". `;
	return {
		kind,
		message: redactor.text(`Item ${itemIndex}: ${method} ${url} failed: ${problem}`),
		description: redactor.text(`${said}${advice}`),
		request: { method, url },
		response:
			error instanceof HttpStatusError ? responseOf(error, body?.value, redactor) : undefined,
		code: error instanceof TransportFailure ? codeOf(error) : undefined,
		isOutsideRequest: kind === 'unreadable response',
	};
}

/** Workflows look at it, so the HTTP client's own code for its timers would not be understood. */
function codeOf({ kind, code }: TransportFailure): string | undefined {
	return kind === 'timeout' ? 'ECONNABORTED' : code;
}

function explain(error: unknown): { kind: string; problem: string; advice: string } {
	if (error instanceof HttpStatusError) {
		const { response } = error;
		return {
			kind: String(response.statusCode),
			problem: error.message,
			advice: withNote(
				adviceForStatus(response.statusCode, response.note !== undefined),
				response.note,
			),
		};
	}
	if (error instanceof TransportFailure) {
		// Who refuses, and which address, stands in the description of n8n's own error.
		const detail = descriptionOf(error.cause);
		const advice =
			error.kind === 'blocked by policy' && detail
				? detail
				: adviceForFailure(error.kind, error.note !== undefined);
		return { kind: error.kind, problem: error.message, advice: withNote(advice, error.note) };
	}
	if (error instanceof UnreadableResponse) {
		return { kind: 'unreadable response', problem: error.message, advice: error.hint };
	}
	if (error instanceof PaginationFailure) {
		return { kind: 'pagination', problem: error.message, advice: error.hint };
	}
	// Of a later page: what is wrong with the item's own request is known before it is sent.
	if (error instanceof InvalidParameter) {
		const advice = error.hint ?? 'Check the option Pagination.';
		return { kind: 'invalid input', problem: error.message, advice };
	}
	if (error instanceof AuthenticationFailure) {
		return { kind: 'authentication failed', problem: error.message, advice: error.hint };
	}
	return {
		kind: 'unexpected error',
		problem: messageOf(error),
		advice: 'This is a fault of the node. Please report it with this message.',
	};
}

/** What is known about further tries tells more than what to do in general, so it comes first. */
function withNote(advice: string, note: string | undefined): string {
	return note === undefined || note === '' ? advice : `${note} ${advice}`;
}

/** A server may send back what it was sent. */
function responseOf(
	{ response }: HttpStatusError,
	body: unknown,
	redactor: Redactor,
): ItemFailure['response'] {
	const shown = redactor.within(body);
	return {
		statusCode: response.statusCode,
		statusMessage: redactor.text(response.statusMessage),
		body: shown.value,
		...((shown.isCut || response.tooLarge) && {
			bodyCut: `${response.tooLarge?.message ?? `The response has ${response.body.length} bytes`}. Only its beginning is shown: at most ${MOST_SHOWN.values} values, ${MOST_SHOWN.characters} characters and ${MOST_LEVELS} levels.`,
		}),
	};
}

function isOurs(
	error: unknown,
): error is InvalidParameter | AuthenticationFailure | PaginationFailure {
	return [InvalidParameter, AuthenticationFailure, PaginationFailure].some(
		(type) => error instanceof type,
	);
}

function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}

function descriptionOf(error: unknown): string | undefined {
	if (typeof error !== 'object' || error === null) return undefined;
	const { description } = error as { description?: unknown };
	return typeof description === 'string' ? description : undefined;
}
