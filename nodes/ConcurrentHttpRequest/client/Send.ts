import type { HttpRequest } from '../transport/HttpRequest';
import type { HttpResponse } from '../transport/HttpResponse';
import type { Call } from './Call';

/**
 * Sends a request.
 *
 * @typeParam T what the receiver of a streamed body makes of it
 * @returns the response, whatever its status
 * @throws (rejects with) {@link TransportFailure} where no complete response came
 * @throws (rejects with) {@link NotSent} {@link SkippedItem} {@link CostTooHigh} where the request was
 * not sent
 */
export type Send<T> = (request: HttpRequest, call: Call<T>) => Promise<HttpResponse<T>>;

/** One concern of sending: a {@link Send} around the next one. */
export type Middleware<T> = (next: Send<T>) => Send<T>;

/** @param middlewares the outermost first: `compose([a, b], send)` is `a(b(send))` */
export function compose<T>(middlewares: ReadonlyArray<Middleware<T>>, send: Send<T>): Send<T> {
	return middlewares.reduceRight((next, middleware) => middleware(next), send);
}
