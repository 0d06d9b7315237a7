import { authorize } from '../../../nodes/ConcurrentHttpRequest/client/authorize.ts';
import { Call } from '../../../nodes/ConcurrentHttpRequest/client/Call.ts';
import type { HttpRequest } from '../../../nodes/ConcurrentHttpRequest/transport/HttpRequest.ts';
import type { HttpResponse } from '../../../nodes/ConcurrentHttpRequest/transport/HttpResponse.ts';

/** Sends a request through the client's authorization alone. */
export async function sendAuthorized(
	request: HttpRequest,
	send: (request: HttpRequest) => Promise<HttpResponse>,
	signal: AbortSignal,
): Promise<HttpResponse> {
	return await authorize<unknown>(signal)(send)(request, new Call({ costs: [], waits: () => {} }));
}
