import {
	toTransportFailure,
	TransportFailure,
	type TransportFailureKind,
} from './TransportFailure';

const MESSAGE_BY_KIND: Partial<Record<TransportFailureKind, string>> = {
	timeout: 'The proxy did not accept the connection in time',
	'connection refused': 'The proxy refused the connection',
	'connection reset': 'The proxy closed the connection',
	'host not found': 'The host name of the proxy could not be found',
	'wrong protocol':
		'The proxy does not speak HTTPS at this port. If it speaks HTTP there, write http:// instead of https:// in its address',
};

/**
 * No connection to the proxy could be made, so no server has seen anything of the request.
 *
 * @param error of the connector, or a refusal by the egress policy, which stays what it is
 */
export function toUnreachableProxy(error: Error): TransportFailure {
	const failure = toTransportFailure(isWrapped(error) ? error.cause : error);
	const { kind, code } = failure;
	if (kind === 'blocked by policy') return failure;
	if (kind === 'certificate not trusted') {
		// Without the cause, by whose code undici would take it for the server's certificate.
		const message = `The proxy’s certificate is not trusted (${code})`;
		return unsent(new TransportFailure('proxy not trusted', message));
	}
	const message =
		MESSAGE_BY_KIND[kind] ?? `There is no connection to the proxy: ${failure.message}`;
	return unsent(new TransportFailure('proxy error', message, failure.cause));
}

/** undici puts a certificate for another host into an error of its own, but not always. */
function isWrapped(error: Error): boolean {
	return 'code' in error && error.code === 'UND_ERR_PRX_TLS' && error.cause !== undefined;
}

function unsent(failure: TransportFailure): TransportFailure {
	return Object.assign(failure, { isUnsent: true });
}
