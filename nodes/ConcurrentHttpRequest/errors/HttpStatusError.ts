import { isSuccess } from '../response/isSuccess';
import type { HttpResponse } from '../transport/HttpResponse';

/** The server answered with a status that is not 2xx. */
export class HttpStatusError extends Error {
	override readonly name = 'HttpStatusError';
	readonly response: HttpResponse;

	constructor(response: HttpResponse) {
		super(`${response.statusCode} ${response.statusMessage}`.trim());
		this.response = response;
	}
}

/**
 * @param neverError take every status for a result
 * @throws {HttpStatusError}
 */
export function assertSuccess(response: HttpResponse, neverError: boolean): void {
	if (!isSuccess(response) && !neverError) throw new HttpStatusError(response);
}
