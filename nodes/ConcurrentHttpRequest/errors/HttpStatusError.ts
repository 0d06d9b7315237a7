import { isSuccess } from '../response/isSuccess';
import type { HttpResponse } from '../transport/HttpResponse';

/** The server answered with a status that is not 2xx. */
export class HttpStatusError extends Error {
	override readonly name = 'HttpStatusError';
	readonly response: HttpResponse;

	constructor(response: HttpResponse) {
		const status = `${response.statusCode} ${response.statusMessage}`.trim();
		super(response.tooLarge ? `${status}. ${response.tooLarge.message}` : status);
		this.response = response;
	}
}

/**
 * @param neverError take every status for a result
 * @throws {HttpStatusError}
 * @throws {TransportFailure} where the response would be a result, and only its beginning was read
 */
export function assertSuccess(response: HttpResponse, neverError: boolean): void {
	if (!isSuccess(response) && !neverError) throw new HttpStatusError(response);
	if (response.tooLarge) throw response.tooLarge;
}
