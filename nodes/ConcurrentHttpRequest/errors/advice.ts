import type { TransportFailureKind } from '../transport/TransportFailure';

const BY_STATUS: Record<number, string> = {
	400: 'Check the parameters and the body of this item.',
	401: 'The server wants a login that it accepts. Check the credential, or choose one in Authentication.',
	403: 'The server does not allow this. Check what the credential may do, and whether the server accepts requests from where n8n runs.',
	404: 'Check the URL of this item.',
	405: 'Check the method: the server does not offer it at this URL.',
	407: 'Check the proxy’s login.',
	408: 'The server waited too long for the request. Try again. If many items fail so, lower Max Concurrency.',
	413: 'The body is larger than the server takes. Send less with each item.',
	415: 'Check Body Content Type: the server does not take this one.',
	422: 'Check the body of this item.',
	429: 'The server limits how often it may be called. Set the option Rate Limits to what its documentation allows, or add the option Retry.',
	500: 'The server failed. Try again later, or ask whoever runs it.',
	502: 'A gateway could not reach the service behind it. Try again later.',
	503: 'The service cannot answer at the moment. Try again later. If only some items fail so, lower Max Concurrency.',
	504: 'A gateway waited too long for the service. Try again later. If only some items fail so, lower Max Concurrency.',
};

const BY_KIND: Record<TransportFailureKind, string> = {
	timeout:
		'Raise the option Timeout. If only some of many items fail so, the server may be overloaded: lower Max Concurrency.',
	'connection refused': 'Check host and port in the URL, and that the server is running.',
	'connection reset': 'Try again. If it happens to some of many items, lower Max Concurrency.',
	'host not found': 'Check the host name in the URL.',
	'network error': 'Check the network between n8n and the server.',
	'wrong protocol': 'Check the beginning of the URL (http:// or https://) and its port.',
	'certificate not trusted':
		'Correct the server’s certificate, or switch on the option Ignore SSL Issues if you know this server.',
	'client certificate refused':
		'Choose the credential with the client certificate that this server accepts, in SSL Certificates.',
	'proxy error':
		'Check that the proxy is running and can reach the server, and its address: in the option Proxy, or in the environment of n8n.',
	'proxy refused':
		'Check user and password in the proxy’s address, for example http://user:password@proxy.example.com:3128, and that it allows this server.',
	'proxy not trusted':
		'Let n8n trust the authority of that certificate, by NODE_EXTRA_CA_CERTS in its environment. Ignore SSL Issues does not hold for proxies.',
	'blocked by policy':
		'An administrator decides where requests may go. Ask them to allow this host, or use another.',
	'redirect not followed': 'Check the URL, or change the option Redirects.',
	'unreadable response':
		'Check that the URL leads to an HTTP server. If it does, whoever runs it has to correct its responses.',
	'response too large':
		'Raise the option Max Response Size, or set the option Response > Response Format to File: a file of any size is stored while it arrives, unless n8n keeps files in memory (N8N_DEFAULT_BINARY_DATA_MODE is default).',
	'file not readable': 'Check that n8n still has the file: run the node that made it again.',
	'file not stored': 'Check n8n’s binary data storage, for example the space left on its disk.',
	cancelled: 'Run the workflow again.',
};

/** What may pass by itself, so that another try helps. */
const PASSING_STATUSES = new Set([408, 425, 500, 502, 503, 504]);
const PASSING_KINDS = new Set<TransportFailureKind>(['timeout', 'connection reset']);
const RETRY = ' The option Retry tries again by itself.';

/**
 * What to do about a status that is not 2xx.
 *
 * @param isTriedAgain whether the option Retry has had its say already
 */
export function adviceForStatus(statusCode: number, isTriedAgain = false): string {
	const mayPass = !isTriedAgain && PASSING_STATUSES.has(statusCode);
	return adviceOf(statusCode) + (mayPass ? RETRY : '');
}

function adviceOf(statusCode: number): string {
	if (statusCode >= 300 && statusCode < 400) {
		return 'The server redirects elsewhere. Switch on the option Redirects > Follow Redirects, or enter the new URL.';
	}
	const known = BY_STATUS[statusCode];
	if (known) return known;
	return statusCode >= 500
		? 'The server failed. Try again later, or ask whoever runs it.'
		: 'Check the parameters of this item.';
}

/**
 * What to do about a request that got no answer.
 *
 * @param isTriedAgain whether the option Retry has had its say already
 */
export function adviceForFailure(kind: TransportFailureKind, isTriedAgain = false): string {
	return BY_KIND[kind] + (!isTriedAgain && PASSING_KINDS.has(kind) ? RETRY : '');
}
