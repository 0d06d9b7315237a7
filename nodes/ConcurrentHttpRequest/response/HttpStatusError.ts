import type { HttpResponse, ResponseHead } from '../transport/HttpResponse';

/** The server responded with a status that is not 2xx. */
export class HttpStatusError extends Error {
	override readonly name = 'HttpStatusError';
	readonly response: HttpResponse;

	constructor(response: HttpResponse) {
		const status = `${response.statusCode} ${response.statusMessage}`.trim();
		super(response.tooLarge ? `${status}. ${response.tooLarge.message}` : status);
		this.response = response;
	}
}

/** 2xx (RFC 9110 section 15.3). */
export function isSuccess({ statusCode }: Pick<ResponseHead, 'statusCode'>): boolean {
	return statusCode >= 200 && statusCode < 300;
}

/**
 * @param neverError whether every status is a result
 * @throws {HttpStatusError}
 * @throws {TransportFailure} where the response is a result, but only its beginning was read
 */
export function assertSuccess(response: HttpResponse, neverError: boolean): void {
	if (!isSuccess(response) && !neverError) throw new HttpStatusError(response);
	if (response.tooLarge) throw response.tooLarge;
}
