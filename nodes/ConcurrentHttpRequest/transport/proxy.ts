import { getProxyForUrl } from 'proxy-from-env';

import { toTransportFailure } from './toTransportFailure';
import { codeOf, TransportFailure, type TransportFailureKind } from './TransportFailure';

/** A proxy, and whether a user of the workflow chose it (rather than the server's environment). */
export interface ProxyChoice {
	readonly url: string;
	readonly chosenInNode: boolean;
	/** The login in its address, as it is and as it is sent: never to be shown. */
	readonly secrets: readonly string[];
}

type ProxyTarget = Pick<URL, 'protocol' | 'host' | 'port'>;

/**
 * The proxy for a request: the node's own option, else what `HTTP_PROXY`, `HTTPS_PROXY`,
 * `ALL_PROXY` and `NO_PROXY` say, or npm's settings where it started n8n. n8n's own requests are
 * decided in this order, by the same version of the same library.
 *
 * @returns `undefined` for a direct connection
 * @throws {TransportFailure} rather than connecting directly, when the environment's is no address
 */
export function chooseProxy(target: URL, nodeOption: string | undefined): ProxyChoice | undefined {
	if (nodeOption !== undefined) {
		return { url: nodeOption, chosenInNode: true, secrets: secretsOf(nodeOption) };
	}
	// A text would be parsed by `url.parse`, of which Node.js warns.
	const url = getProxyForUrl(asN8nReads(target) as never);
	if (url === '') return undefined;
	const problem = proxyAddressProblem(url);
	if (problem !== undefined) {
		throw new TransportFailure('proxy error', `The proxy in n8n’s environment ${problem}`);
	}
	return { url, chosenInNode: false, secrets: secretsOf(url) };
}

/**
 * What n8n passes to the library. n8n writes an IPv6 address without its brackets, so that all
 * after its first colon is lost, but for digits after the last one, which pass for the port.
 */
function asN8nReads({ protocol, host, hostname, port }: URL): ProxyTarget {
	if (!hostname.startsWith('[')) return { protocol, host, port };
	const address = hostname.slice(1, -1) + (port && `:${port}`);
	const first = address.split(':', 1)[0] ?? '';
	const lastDigits = /:(\d+)$/.exec(address)?.[1];
	return lastDigits === undefined
		? { protocol, host: first, port: '' }
		: { protocol, host: `${first}:${lastDigits}`, port: lastDigits };
}

/** @returns what is wrong with a proxy's address, as the end of a sentence, without quoting it */
export function proxyAddressProblem(address: string): string | undefined {
	if (!/^https?:\/\//i.test(address) || !URL.canParse(address)) {
		return 'must be an http or https address';
	}
	return loginOf(address) ? undefined : 'has a login that cannot be read: write % as %25';
}

function secretsOf(address: string): string[] {
	const { user, password } = loginOf(address) ?? { user: '', password: '' };
	if (user === '' && password === '') return [];
	const sent = Buffer.from(`${user}:${password}`).toString('base64');
	// Some services take a key for the user’s name, and no password.
	return [password === '' ? user : password, sent];
}

/** @returns `undefined` where its percent-encoding cannot be read */
function loginOf(address: string): { user: string; password: string } | undefined {
	const { username, password } = new URL(address);
	try {
		return { user: decodeURIComponent(username), password: decodeURIComponent(password) };
	} catch {
		return undefined;
	}
}

const UNREACHABLE_BY_KIND: Partial<Record<TransportFailureKind, string>> = {
	timeout: 'The proxy did not accept the connection in time',
	'connection refused': 'The proxy refused the connection',
	'connection reset': 'The proxy closed the connection',
	'host not found': 'The host name of the proxy could not be found',
	'wrong protocol':
		'The proxy does not speak HTTPS at this port. If it speaks HTTP there, write http:// instead of https:// in its address',
};

/**
 * Says that no connection to the proxy could be made. No server has seen anything of the request.
 *
 * @param error of the connector, or a refusal by the egress policy, which stays what it is
 */
export function toUnreachableProxy(error: Error): TransportFailure {
	// undici sometimes wraps the error of a certificate for another host.
	const isWrapped = codeOf(error) === 'UND_ERR_PRX_TLS' && error.cause !== undefined;
	const original = toTransportFailure(isWrapped ? error.cause : error);
	const { kind, code, message, cause } = original;
	if (kind === 'blocked by policy') return original;
	const failure =
		kind === 'certificate not trusted'
			? // Without the cause, by whose code undici would take it for the server's certificate.
				new TransportFailure(
					'proxy not trusted',
					`The proxy’s certificate is not trusted (${code})`,
				)
			: new TransportFailure(
					'proxy error',
					UNREACHABLE_BY_KIND[kind] ?? `There is no connection to the proxy: ${message}`,
					cause,
				);
	return Object.assign(failure, { isUnsent: true });
}
