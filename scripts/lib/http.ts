/**
 * `fetch` on a connection of its own. A kept one can be closed by a server that was busy for
 * longer than its keep-alive time, at the very moment at which the next request is sent on it.
 */
export async function fetchOnce(
	url: string,
	{ headers, ...rest }: RequestInit & { headers?: Record<string, string> } = {},
): Promise<Response> {
	return await fetch(url, { ...rest, headers: { ...headers, connection: 'close' } });
}
