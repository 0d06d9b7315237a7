import type { IDataObject } from 'n8n-workflow';

import type { RequestFacts } from '../client/RequestFacts';
import type { Redactor } from '../secrets/Redactor';
import type { HttpRequest } from '../transport/HttpRequest';
import type { ResponseHead } from '../transport/HttpResponse';

/**
 * What became of a request, in data, for Request Details.
 *
 * @param response `undefined` if none came
 * @param redactor hides the request's secrets
 * @returns what is not known is `null`, so that tables have the same columns for all requests
 */
export function requestDetails(
	request: Pick<HttpRequest, 'method' | 'url'>,
	facts: RequestFacts,
	response: Pick<ResponseHead, 'statusCode' | 'url'> | undefined,
	redactor: Redactor,
): IDataObject {
	const { exchange } = facts;
	const isRedirected = response && response.url !== request.url;
	return {
		method: request.method,
		url: redactor.url(request.url),
		...(isRedirected && { finalUrl: redactor.url(response.url) }),
		status: response?.statusCode ?? null,
		tries: facts.tries,
		...(facts.refusedWith.length > 0 && { refusedWith: [...facts.refusedWith] }),
		startedAt: new Date(facts.startedAt).toISOString(),
		waitingMs: Math.round(facts.waited),
		firstByteMs: rounded(exchange.untilFirstByte),
		totalMs: Math.round(facts.total),
		bytes: exchange.bytes,
		httpVersion: exchange.httpVersion ?? null,
		reusedConnection: exchange.reusedConnection ?? null,
	};
}

function rounded(milliseconds: number | undefined): number | null {
	return milliseconds === undefined ? null : Math.round(milliseconds);
}
