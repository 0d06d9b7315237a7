import type { IDataObject } from 'n8n-workflow';

import type { RequestFacts } from '../client/RequestFacts';
import { UtcTimes } from '../common/UtcTimes';
import type { Redactors } from '../secrets/Redactors';
import type { HttpRequest } from '../transport/HttpRequest';
import type { ResponseHead } from '../transport/HttpResponse';

/** Describes the requests of a run as data, for Request Details. */
export class RequestDetails {
	private readonly redactors: Redactors;
	private readonly times = new UtcTimes();

	/** @param redactors hide the requests' secrets */
	constructor(redactors: Redactors) {
		this.redactors = redactors;
	}

	/**
	 * @param response `undefined` if none came
	 * @returns what is not known is `null`, so that tables have the same columns for all requests
	 */
	of(
		request: Pick<HttpRequest, 'method' | 'url' | 'headers' | 'secrets'>,
		facts: RequestFacts,
		response: Pick<ResponseHead, 'statusCode' | 'url'> | undefined,
	): IDataObject {
		const { exchange } = facts;
		const redactor = this.redactors.of(request);
		const details: IDataObject = {
			method: request.method,
			url: redactor.url(request.url),
			status: response?.statusCode ?? null,
			tries: facts.tries,
			startedAt: this.times.text(facts.startedAt),
			waitingMs: Math.round(facts.waited),
			firstByteMs: rounded(exchange.untilFirstByte),
			totalMs: Math.round(facts.total),
			bytes: exchange.bytes,
			httpVersion: exchange.httpVersion ?? null,
			reusedConnection: exchange.reusedConnection ?? null,
		};
		// Spreading what most requests do not have takes longer than all the rest.
		if (response && response.url !== request.url) details.finalUrl = redactor.url(response.url);
		if (facts.refusedWith.length > 0) details.refusedWith = [...facts.refusedWith];
		return details;
	}
}

function rounded(milliseconds: number | undefined): number | null {
	return milliseconds === undefined ? null : Math.round(milliseconds);
}
