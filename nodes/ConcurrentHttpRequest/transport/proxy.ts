import { getProxyForUrl } from 'proxy-from-env';

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
 */
export function chooseProxy(target: URL, nodeOption: string | undefined): ProxyChoice | undefined {
	if (nodeOption !== undefined) return { url: nodeOption, chosenInNode: true };
	const fromEnvironment = getProxyForUrl(target.href);
	return fromEnvironment === '' ? undefined : { url: fromEnvironment, chosenInNode: false };
}
