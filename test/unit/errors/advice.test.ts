import {
	adviceForFailure,
	adviceForStatus,
} from '../../../nodes/ConcurrentHttpRequest/errors/advice.ts';
import {
	TransportFailure,
	type TransportFailureKind,
} from '../../../nodes/ConcurrentHttpRequest/transport/TransportFailure.ts';

const failed = (kind: TransportFailureKind) => new TransportFailure(kind, '');

it('has advice for every status', () => {
	for (let status = 100; status < 600; status++) {
		expect(adviceForStatus(status)).toMatch(/^[A-Z].*\.$/);
	}
});

it.each([
	[302, /redirects/],
	[304, /has changed .* Never Error/],
	[404, /URL/],
	[407, /proxy/i],
	[418, /parameters/],
	[429, /Rate Limits/],
	[599, /server failed/],
])('for %i mentions %p', (status, topic) => {
	expect(adviceForStatus(status)).toMatch(topic);
});

it.each([
	['timeout', /Timeout/],
	['connection refused', /host and the port/],
	['connection reset', /Try again/],
	['host not found', /host name/],
	['network error', /network/],
	['wrong protocol', /http:/],
	['certificate not trusted', /Ignore SSL Issues/],
	['client certificate refused', /SSL Certificates/],
	['proxy error', /proxy is running/],
	['proxy refused', /user and password/],
	['proxy not trusted', /NODE_EXTRA_CA_CERTS/],
	['blocked by policy', /administrator/],
	['redirect not followed', /Redirects/],
	['unreadable response', /HTTP server/],
	['response too large', /Response Format to File/],
	['cancelled', /again/],
] as const)('for a failure of the kind "%s" mentions %p', (kind, topic) => {
	expect(adviceForFailure(failed(kind))).toMatch(topic);
});

it.each([408, 425, 429, 500, 502, 503, 504])(
	'for %i names Retry, unless that was tried',
	(status) => {
		expect(adviceForStatus(status)).toMatch(/see Retry/);
		expect(adviceForStatus(status, true)).not.toMatch(/Retry/);
	},
);

it.each(['timeout', 'connection reset'] as const)(
	'names Retry for a %s, unless that was tried',
	(kind) => {
		expect(adviceForFailure(failed(kind))).toMatch(/see Retry/);
		expect(adviceForFailure(failed(kind), true)).not.toMatch(/Retry/);
	},
);

it.each([400, 401, 404, 501])('for %i does not suggest another attempt', (status) => {
	expect(adviceForStatus(status)).not.toMatch(/Retry/);
});
