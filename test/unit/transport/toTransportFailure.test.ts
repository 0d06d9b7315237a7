import { toTransportFailure } from '../../../nodes/ConcurrentHttpRequest/transport/toTransportFailure.ts';
import { TransportFailure } from '../../../nodes/ConcurrentHttpRequest/transport/TransportFailure.ts';

const errorOf = (code: string | undefined, message = 'low-level message') =>
	Object.assign(new Error(message), code === undefined ? {} : { code });

it.each([
	['ECONNREFUSED', 'connection refused'],
	['ECONNRESET', 'connection reset'],
	['EPIPE', 'connection reset'],
	['ERR_STREAM_PREMATURE_CLOSE', 'connection reset'],
	['UND_ERR_SOCKET', 'connection reset'],
	['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'connection reset'],
	['ENOTFOUND', 'host not found'],
	['EAI_AGAIN', 'host not found'],
	['UND_ERR_CONNECT_TIMEOUT', 'timeout'],
	['ETIMEDOUT', 'timeout'],
	['UND_ERR_PRX_TLS', 'proxy error'],
	['ERR_SSL_WRONG_VERSION_NUMBER', 'wrong protocol'],
	['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'client certificate refused'],
	['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', 'client certificate refused'],
	['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'client certificate refused'],
	['DEPTH_ZERO_SELF_SIGNED_CERT', 'certificate not trusted'],
	['SELF_SIGNED_CERT_IN_CHAIN', 'certificate not trusted'],
	['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'certificate not trusted'],
	['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'certificate not trusted'],
	['CERT_HAS_EXPIRED', 'certificate not trusted'],
	['ERR_TLS_CERT_ALTNAME_INVALID', 'certificate not trusted'],
	['EHOSTUNREACH', 'network error'],
	['ENETUNREACH', 'network error'],
	['EMFILE', 'network error'],
	[undefined, 'network error'],
])('%s is of the kind "%s"', (code, kind) => {
	const cause = errorOf(code);
	const failure = toTransportFailure(cause);
	expect(failure).toMatchObject({ name: 'TransportFailure', kind, code, cause });
	expect(failure.message).not.toBe('');
});

it('says what is known of a network error', () => {
	expect(toTransportFailure(errorOf('EHOSTUNREACH', 'connect EHOSTUNREACH 10.0.0.1')).message).toBe(
		'connect EHOSTUNREACH 10.0.0.1',
	);
});

it('does not show what OpenSSL says', () => {
	const code = 'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE';
	const { message } = toTransportFailure(errorOf(code, '409DC961:error:0A000410:SSL routines'));
	expect(message).toContain(code);
	expect(message).not.toContain('routines');
});

it('names the reason why a certificate is not trusted', () => {
	expect(toTransportFailure(errorOf('CERT_HAS_EXPIRED')).message).toMatch(/has expired$/);
	expect(toTransportFailure(errorOf('CERT_REVOKED')).message).toMatch(
		/not trusted \(CERT_REVOKED\)$/,
	);
});

it.each([
	['Proxy response (407) !== 200 when HTTP Tunneling', 'proxy refused', /login \(407\)$/],
	['Proxy Authentication Required (407)', 'proxy refused', /login \(407\)$/],
	['Proxy response (401) !== 200 when HTTP Tunneling', 'proxy refused', /login \(401\)$/],
	['Proxy response (403) !== 200 when HTTP Tunneling', 'proxy refused', /through \(403\)$/],
	['Proxy response (503) !== 200 when HTTP Tunneling', 'proxy error', /reach .+ \(503\)$/],
	['Proxy response (302) !== 200 when HTTP Tunneling', 'proxy error', /reach .+ \(302\)$/],
])('knows a request that a proxy did not pass on: %s', (message, kind, expected) => {
	expect(toTransportFailure(errorOf('UND_ERR_ABORTED', message))).toMatchObject({
		...{ kind, isUnsent: true },
		message: expect.stringMatching(expected) as string,
	});
});

it('knows a proxy that went away', () => {
	expect(toTransportFailure(errorOf('UND_ERR_PRX_CONN'))).toMatchObject({
		...{ kind: 'proxy error', isUnsent: true, message: 'The proxy closed the connection' },
	});
});

it('takes the first error where a name has several addresses', () => {
	const several = new AggregateError([errorOf('ECONNREFUSED'), errorOf('ENETUNREACH')]);
	expect(toTransportFailure(several)).toMatchObject({
		kind: 'connection refused',
		code: 'ECONNREFUSED',
	});
	expect(toTransportFailure(new AggregateError([], 'nothing')).kind).toBe('network error');
});

it('leaves a failure as it is', () => {
	const failure = new TransportFailure('timeout', 'too late');
	expect(toTransportFailure(failure)).toBe(failure);
});

it.each(['text', undefined, null, 7, { code: 5 }])(
	'takes anything that is thrown: %p',
	(thrown) => {
		expect(toTransportFailure(thrown)).toMatchObject({ kind: 'network error', code: undefined });
	},
);

describe('an error of HTTP/2', () => {
	it.each([
		['ERR_HTTP2_STREAM_ERROR', 'Stream closed with error code NGHTTP2_PROTOCOL_ERROR'],
		['ERR_HTTP2_SESSION_ERROR', 'Session closed with error code 1'],
		['UND_ERR_SOCKET', 'HTTP/2: "GOAWAY" frame received with code 1'],
	])('names the option HTTP/2: %s', (code, message) => {
		const failure = toTransportFailure(errorOf(code, message));
		expect(failure.kind).toBe('connection reset');
		expect(failure.message).toMatch(/\(PROTOCOL_ERROR\)\. .*switch off Options > HTTP\/2$/);
	});

	it.each([
		['ERR_HTTP2_STREAM_ERROR', 'Stream closed with error code NGHTTP2_CANCEL'],
		['UND_ERR_INFO', 'HTTP/2: "GOAWAY" frame received with code 0'],
		['ECONNRESET', 'read ECONNRESET'],
	])('does not where HTTP/2 is not the reason: %s', (code, message) => {
		// undici sets the code with which Node.js closes the streams of a connection that was reset.
		const error = Object.assign(errorOf(code, message), { http2ErrorCode: 2 });
		expect(toTransportFailure(error).message).toMatch(/response was complete$/);
	});
});
