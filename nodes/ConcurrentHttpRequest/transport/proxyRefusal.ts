import type { TransportFailure } from './TransportFailure';

/** A status of the proxy's own, in the words of undici's `ProxyAgent`. */
const STATUS = /^Proxy (?:response|Authentication Required) \((\d{3})\)/;

/** A proxy that would not pass a request on; the server has not seen anything of it. */
export type ProxyRefusal = Pick<TransportFailure, 'kind' | 'message'>;

/**
 * What a proxy says by answering a CONNECT with something else than a tunnel, or by not forwarding
 * (RFC 9110 sections 9.3.6 and 15.5.8). After a 4xx the same would come again.
 *
 * @param message of the client's error
 * @param code the client's code
 * @returns `undefined` for any other error
 */
export function toProxyRefusal(message: string, code: string): ProxyRefusal | undefined {
	if (code === 'UND_ERR_PRX_CONN') {
		return { kind: 'proxy error', message: 'The proxy closed the connection' };
	}
	const status = Number(STATUS.exec(message)?.[1]);
	if (Number.isNaN(status)) return undefined;
	// Tinyproxy says 401 where the standard has 407.
	if (status === 401 || status === 407) {
		return { kind: 'proxy refused', message: `The proxy does not accept the login (${status})` };
	}
	if (status >= 400 && status < 500) {
		const problem = `The proxy does not let requests to this server through (${status})`;
		return { kind: 'proxy refused', message: problem };
	}
	return { kind: 'proxy error', message: `The proxy could not reach the server (${status})` };
}
