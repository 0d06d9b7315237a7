import type { Hop, HttpRequest, RequestHeaders } from './HttpRequest';

/**
 * Adds what authorizes this hop, in place of headers of the same name; nothing where the
 * credential may not go.
 */
export async function signHop(request: HttpRequest, hop: Hop): Promise<Hop> {
	if (!request.sign || hop.withoutCredentials) return hop;
	const added = Object.entries(await request.sign(hop));
	if (added.length === 0) return hop;
	const names = new Set(added.map(([name]) => name.toLowerCase()));
	const kept = Object.entries(hop.headers).filter(([name]) => !names.has(name.toLowerCase()));
	const headers = Object.assign(Object.create(null) as RequestHeaders, Object.fromEntries(kept));
	for (const [name, value] of added) headers[name] = value;
	return { ...hop, headers };
}
