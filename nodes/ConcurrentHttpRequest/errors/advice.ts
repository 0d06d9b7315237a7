import type {
	TimeoutStage,
	TransportFailure,
	TransportFailureKind,
} from '../transport/TransportFailure';

const BY_STATUS: Record<number, string> = {
	304: 'Nothing has changed on the server since the version that the header If-None-Match or If-Modified-Since names. Remove that header, or switch on Options > Response > Never Error.',
	400: 'Check the parameters and the body of this item.',
	403: 'The server does not allow this. Check the permissions of the credential, and whether the server accepts requests from where n8n runs.',
	404: 'Check the URL of this item.',
	405: 'Check the method: the server does not offer it at this URL.',
	407: 'Check the user and the password of the proxy.',
	408: 'The server waited too long for the request. Try again. If many items fail like this, lower Max Concurrency.',
	413: 'The body of this request is larger than the server accepts. Send less with each item, for example fewer rows or a smaller file.',
	415: 'Check Body Content Type: the server does not accept this one.',
	422: 'Check the body of this item.',
	429: 'The server limits how often it may be called. Under Rate Limits, add what its documentation allows, for example At Most 100, Every 1 Minute.',
	500: 'The server failed. Try again later, or contact whoever runs it.',
	502: 'A gateway could not reach the service behind it. Try again later.',
	503: 'The service is unavailable at the moment. Try again later. If only some items fail like this, lower Max Concurrency.',
	504: 'A gateway waited too long for the service. Try again later. If only some items fail like this, lower Max Concurrency.',
};

const UNCHECKED =
	'If you know this server, you can send without this check: switch on Options > Ignore SSL Issues (Insecure).';

const BY_KIND: Record<TransportFailureKind, string> = {
	timeout:
		'Raise Options > Timeout. If only some of many items fail like this, the server may be overloaded: lower Max Concurrency.',
	'connection refused':
		'Check the host and the port in the URL, and that the server is running. If n8n runs in a container, localhost is that container: enter the name of the container of the server, or host.docker.internal for the machine itself.',
	'connection reset': 'Try again. If it happens to some of many items, lower Max Concurrency.',
	'host not found':
		'Check the spelling of the host name in the URL. If it is right, the machine that runs n8n cannot look it up: check its network and DNS.',
	'network error': 'Check the network between n8n and the server.',
	'wrong protocol':
		'If it speaks HTTP there, write http:// instead of https:// in the URL. Otherwise check the port.',
	'certificate not trusted': `Whoever runs n8n can have it trust this certificate, or the authority behind it: NODE_EXTRA_CA_CERTS in its environment names a file with it. ${UNCHECKED}`,
	'client certificate refused':
		'Switch on Settings > SSL Certificates, and choose the credential with the client certificate that this server accepts.',
	'proxy error':
		'Check that the proxy is running and can reach the server, and its address: in Options > Proxy, or in the environment of n8n.',
	'proxy refused':
		'Check user and password in the proxy’s address, for example http://user:password@proxy.example.com:3128, and that it allows this server.',
	'proxy not trusted':
		'Make n8n trust the authority of that certificate: set NODE_EXTRA_CA_CERTS in its environment. Ignore SSL Issues does not apply to proxies.',
	'blocked by policy':
		'An administrator decides where requests may go. Ask them to allow this host, or use another.',
	'redirect not followed': 'Check the URL, or change Options > Redirects.',
	'unreadable response':
		'Check that the URL leads to an HTTP server. If it does, whoever runs it has to correct its responses.',
	'response too large':
		'Raise Options > Max Response Size (MB), or set Options > Response > Response Format to File: a file of any size is stored while it arrives, unless n8n keeps files in memory (N8N_DEFAULT_BINARY_DATA_MODE is default).',
	'file not readable':
		'Check that n8n still has the file: run the node that made it again. In queue mode all processes need the same N8N_DEFAULT_BINARY_DATA_MODE and, where it is filesystem, one shared folder.',
	'file not stored': 'Check n8n’s binary data storage, for example the space left on its disk.',
	cancelled: 'Run the workflow again.',
};

/** Failures that may pass by themselves, so that another attempt helps. */
const PASSING_STATUSES = [408, 425, 429, 500, 502, 503, 504];
const PASSING_KINDS: readonly TransportFailureKind[] = ['timeout', 'connection reset'];
const RETRY = ' The node can try such requests again by itself: see Retry, below Rate Limits.';

/**
 * What to do about a status that is not 2xx.
 *
 * @param isTriedAgain whether Retry has already decided about it
 * @param followsRedirects whether a redirect with a target would have been followed
 */
export function adviceForStatus(
	statusCode: number,
	isTriedAgain = false,
	followsRedirects = false,
): string {
	const mayPass = !isTriedAgain && PASSING_STATUSES.includes(statusCode);
	const advice = BY_STATUS[statusCode] ?? adviceForClass(statusCode, followsRedirects);
	return advice + (mayPass ? RETRY : '');
}

function adviceForClass(statusCode: number, followsRedirects: boolean): string {
	if (statusCode >= 500) return 'The server failed. Try again later, or contact whoever runs it.';
	if (statusCode < 300 || statusCode >= 400) return 'Check the parameters of this item.';
	return followsRedirects
		? 'The server redirects, but does not say where to. Check the URL, or contact whoever runs the server.'
		: 'The server redirects elsewhere. Switch on Options > Redirects > Follow Redirects, or enter the new URL.';
}

/** For a timeout at these stages the server is not to blame, or not reached. */
const BY_STAGE: Partial<Record<TimeoutStage, string>> = {
	connecting: 'Check host and port in the URL, and that no firewall blocks n8n.',
	handshake:
		'Check that the server speaks HTTPS at this port: if it speaks HTTP there, write http:// in the URL.',
};

/** By the code of a failure. */
const BY_CODE: Readonly<Record<string, string>> = {
	CERT_HAS_EXPIRED: `Whoever runs the server has to renew it. ${UNCHECKED}`,
	CERT_NOT_YET_VALID: 'Check the clock of the machine that runs n8n.',
	ERR_TLS_CERT_ALTNAME_INVALID: `In the URL, use a host name that the certificate is for. ${UNCHECKED}`,
};

/**
 * What to do about a request without a response.
 *
 * @param isTriedAgain whether Retry has already decided about it
 */
export function adviceForFailure(
	{ kind, hint, stage, code }: Pick<TransportFailure, 'kind' | 'hint' | 'stage' | 'code'>,
	isTriedAgain = false,
): string {
	const isOfCertificate = kind === 'certificate not trusted';
	const special =
		hint ?? (stage && BY_STAGE[stage]) ?? (isOfCertificate ? BY_CODE[code ?? ''] : undefined);
	return (special ?? BY_KIND[kind]) + (!isTriedAgain && PASSING_KINDS.includes(kind) ? RETRY : '');
}
