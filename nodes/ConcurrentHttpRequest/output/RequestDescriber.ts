import type { IDataObject } from 'n8n-workflow';

import type { RequestFacts } from '../client/RequestFacts';
import { Redactor } from '../secrets/Redactor';
import { secretsOfRequest } from '../secrets/secrets';
import type { HttpRequest } from '../transport/HttpRequest';
import type { ResponseHead } from '../transport/HttpResponse';

/** Describes the requests of a run in data, for Request Details. */
export class RequestDescriber {
	private secrets: readonly string[] = [];
	private redactor = new Redactor(this.secrets);

	/**
	 * @param response `undefined` if none came
	 * @returns what is not known is `null`, so that tables have the same columns for all requests
	 */
	describe(
		request: Pick<HttpRequest, 'method' | 'url' | 'headers' | 'secrets'>,
		facts: RequestFacts,
		response: Pick<ResponseHead, 'statusCode' | 'url'> | undefined,
	): IDataObject {
		const { exchange } = facts;
		const redactor = this.redactorFor(request);
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

	/** Mostly the same for all requests of a run, and it takes long to make. */
	private redactorFor(request: Parameters<typeof secretsOfRequest>[0]): Redactor {
		const secrets = secretsOfRequest(request);
		const isSame =
			secrets.length === this.secrets.length &&
			secrets.every((secret, index) => secret === this.secrets[index]);
		if (!isSame) {
			this.secrets = secrets;
			this.redactor = new Redactor(secrets);
		}
		return this.redactor;
	}
}

function rounded(milliseconds: number | undefined): number | null {
	return milliseconds === undefined ? null : Math.round(milliseconds);
}
