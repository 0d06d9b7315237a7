import { getProxyForUrl } from 'proxy-from-env';

import { TransportFailure } from './TransportFailure';

/** A proxy, and whether a user of the workflow chose it (rather than the server's environment). */
export interface ProxyChoice {
	readonly url: string;
	readonly chosenInNode: boolean;
}

/**
 * The proxy for a request: the node's own option, else what `HTTP_PROXY`, `HTTPS_PROXY`,
 * `ALL_PROXY` and `NO_PROXY` say. n8n's own requests are decided in this order, by the same
 * library.
 *
 * @returns `undefined` for a direct connection
 * @throws {TransportFailure} rather than connecting directly, when the environment's is no address
 */
export function chooseProxy(target: URL, nodeOption: string | undefined): ProxyChoice | undefined {
	if (nodeOption !== undefined) return { url: nodeOption, chosenInNode: true };
	const fromEnvironment = getProxyForUrl(target.href);
	if (fromEnvironment === '') return undefined;
	if (!/^https?:\/\//i.test(fromEnvironment) || !URL.canParse(fromEnvironment)) {
		throw new TransportFailure(
			'proxy error',
			'The proxy that n8n’s environment names is not an http or https address',
		);
	}
	return { url: fromEnvironment, chosenInNode: false };
}
