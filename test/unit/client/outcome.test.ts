import {
	outcomeOfFailure,
	outcomeOfResponse,
} from '../../../nodes/ConcurrentHttpRequest/client/outcome.ts';
import {
	TransportFailure,
	type TransportFailureKind,
} from '../../../nodes/ConcurrentHttpRequest/transport/TransportFailure.ts';

const at = { now: 0, wallClock: 0 };

it.each<[number, Record<string, string>, string]>([
	[200, {}, 'ok'],
	[404, {}, 'ok'],
	[500, {}, 'failed'],
	[503, {}, 'overloaded'],
	[429, {}, 'overloaded'],
	[403, {}, 'ok'],
	[403, { 'retry-after': '1' }, 'overloaded'],
	// The request is to be repeated later, and was not refused.
	[202, { 'retry-after': '1' }, 'ok'],
])('tells of a %i with %j that it was %s', (statusCode, headers, kind) => {
	const url = new URL('https://api.example.com');
	const outcome = outcomeOfResponse({ statusCode, statusMessage: '', headers, url }, at);
	expect(outcome).toMatchObject({ kind, status: statusCode });
});

it.each<[TransportFailureKind, Partial<TransportFailure>, string]>([
	['timeout', {}, 'overloaded'],
	['timeout', { isUnsent: true }, 'overloaded'],
	['connection reset', {}, 'overloaded'],
	['connection refused', { isUnsent: true }, 'failed'],
	['certificate not trusted', {}, 'cancelled'],
	['cancelled', {}, 'cancelled'],
])('tells of a failure, %s with %j, that it was %s', (kind, changes, outcome) => {
	const failure = Object.assign(new TransportFailure(kind, ''), changes);
	expect(outcomeOfFailure(failure)).toEqual({ kind: outcome });
});

it('holds nothing against a server that did not look at a request', () => {
	const failure = new TransportFailure('connection reset', '');
	expect(outcomeOfFailure(Object.assign(failure, { isUnprocessed: true }))).toEqual({
		kind: 'cancelled',
	});
});
