import type { HttpRequest, RequestHeaders } from './HttpRequest';

/** Adds what authorizes a request, in place of headers of the same name. */
export async function signRequest(request: HttpRequest): Promise<HttpRequest> {
	if (!request.sign) return request;
	const added = Object.entries(await request.sign(request));
	if (added.length === 0) return request;
	const names = new Set(added.map(([name]) => name.toLowerCase()));
	const kept = Object.entries(request.headers).filter(([name]) => !names.has(name.toLowerCase()));
	const headers = Object.assign(Object.create(null) as RequestHeaders, Object.fromEntries(kept));
	for (const [name, value] of added) headers[name] = value;
	return { ...request, headers };
}
