import { HttpStatusError } from '../../../nodes/ConcurrentHttpRequest/response/HttpStatusError.ts';
import { describeFailure } from '../../../nodes/ConcurrentHttpRequest/errors/ItemFailure.ts';
import { InvalidParameter } from '../../../nodes/ConcurrentHttpRequest/parameters/InvalidParameter.ts';
import { UnreadableResponse } from '../../../nodes/ConcurrentHttpRequest/response/UnreadableResponse.ts';
import { TransportFailure } from '../../../nodes/ConcurrentHttpRequest/transport/TransportFailure.ts';
import { requestTo, responseWith } from '../transport/requestTo.ts';

const request = requestTo('http://x.test/users/7?page=2&key=abc', { method: 'POST' });

const FOURTH = { index: 3, count: 20 };
const ONLY = { index: 0, count: 1 };

describe('an error of the input', () => {
	it('names item and field, and what to do', () => {
		const error = new InvalidParameter('Headers', 'contain the name "a b"', 'Leave it out.');
		expect(describeFailure(error, undefined, FOURTH)).toEqual({
			kind: 'invalid input',
			problem: '"Headers" contain the name "a b"',
			message: '"Headers" contain the name "a b" [item 3, the 4th of 20]',
			description: 'Leave it out.',
			request: undefined,
			response: undefined,
			code: undefined,
			isOutsideRequest: true,
		});
	});

	it.each([
		[Object.assign(new Error('no credential'), { description: 'Choose one.' }), 'Choose one.'],
		[new Error('no credential'), undefined],
	])('shows what n8n says', (error, description) => {
		expect(describeFailure(error, undefined, ONLY)).toMatchObject({
			message: 'no credential',
			description,
		});
	});

	it.each(['text', undefined, null])('may be thrown as anything: %p', (thrown) => {
		expect(describeFailure(thrown, undefined, ONLY).message).toBe(String(thrown));
	});
});

describe('an error of a request', () => {
	it('about a file shows why n8n’s store does not have it, without a login', () => {
		const cause = new Error('connect ETIMEDOUT\nhttps://admin:hunter2@store.test/bucket');
		const error = new TransportFailure('file not readable', 'The file could not be read', cause);
		const { description } = describeFailure(error, request, ONLY);
		expect(description).toMatch(
			/^n8n says: "connect ETIMEDOUT https:\/\/\*\*\*@store\.test\/bucket"\. Check that n8n still/,
		);
	});

	it('with a status shows what the server says', () => {
		const error = new HttpStatusError(responseWith(404, { message: 'no user 7' }));
		expect(describeFailure(error, request, FOURTH)).toEqual({
			kind: '404',
			problem: 'POST http://x.test/users/7?page=2&key=*** failed: 404 Message',
			message:
				'POST http://x.test/users/7?page=2&key=*** failed: 404 Message [item 3, the 4th of 20]',
			description: 'The server says: "no user 7". Check the URL of this item.',
			request: { method: 'POST', url: 'http://x.test/users/7?page=2&key=***' },
			response: {
				statusCode: 404,
				statusMessage: 'Message',
				headers: { 'content-type': 'application/json' },
				body: { message: 'no user 7' },
			},
			code: undefined,
			isOutsideRequest: false,
		});
	});

	it('with a redirect that was not followed says whether it could have been', () => {
		const adviceWith = (maxRedirects: number) =>
			describeFailure(
				new HttpStatusError(responseWith(302, '')),
				requestTo('http://x.test/', { maxRedirects }),
				ONLY,
			).description;
		expect(adviceWith(0)).toContain('Switch on Options > Redirects > Follow Redirects');
		expect(adviceWith(21)).toMatch(/^The server redirects, but does not say where to\./);
	});

	it.each([
		['http://x.test/', 'https://x.test/', /does not accept the credential/],
		['http://x.test/', 'https://y.test/', /which does not get the credential/],
		['https://x.test/', 'http://x.test/', /which does not get the credential/],
	])('with 401 says whether the server got the credential: %s to %s', (from, to, advice) => {
		const headerNames = new Set(['authorization']);
		const credential = { ...request.credential, headerNames };
		const response = { ...responseWith(401, ''), url: new URL(to) };
		const error = new HttpStatusError(response);
		expect(describeFailure(error, requestTo(from, { credential }), ONLY).description).toMatch(
			advice,
		);
	});

	it('without a response says why', () => {
		const cause = Object.assign(new Error('x'), { code: 'ECONNREFUSED' });
		const error = new TransportFailure('connection refused', 'The server refused', cause);
		expect(describeFailure(error, request, ONLY)).toMatchObject({
			kind: 'connection refused',
			message: 'POST http://x.test/users/7?page=2&key=*** failed: The server refused',
			description: expect.stringMatching(/^Check the host and the port in the URL/) as string,
			response: undefined,
			code: 'ECONNREFUSED',
		});
	});

	it('that the egress policy refuses shows what n8n says', () => {
		const cause = Object.assign(new Error('x'), { description: 'Ask for 10.0.0.1.' });
		const failed = (kind: 'blocked by policy' | 'timeout') =>
			describeFailure(new TransportFailure(kind, 'no', cause), request, ONLY).description;
		expect(failed('blocked by policy')).toBe('Ask for 10.0.0.1.');
		expect(failed('timeout')).not.toContain('Ask for');
		const withoutDetail = new TransportFailure('blocked by policy', 'no', new Error('x'));
		expect(describeFailure(withoutDetail, request, ONLY).description).toMatch(/administrator/);
	});

	it('with an unreadable response says what to do', () => {
		const error = new UnreadableResponse('Not JSON', 'Choose Text.');
		expect(describeFailure(error, request, ONLY)).toMatchObject({
			kind: 'unreadable response',
			description: 'Choose Text.',
		});
		const received = { text: 'Hello', url: request.url };
		expect(
			describeFailure(new UnreadableResponse('Not JSON', 'Choose Text.', received), request, ONLY),
		).toMatchObject({ description: 'It begins with "Hello". Choose Text.', received: 'Hello' });
	});

	it.each([new TypeError('x is not a function'), 'text'])(
		'of an unexpected kind is a fault of the node: %p',
		(error) => {
			expect(describeFailure(error, request, ONLY)).toMatchObject({
				kind: 'unexpected error',
				description: expect.stringContaining('fault of the node') as string,
			});
		},
	);
});

describe('secrets', () => {
	const secret = 'k3y/+"s\u00e9cret"';
	const withSecret = (changes = {}) =>
		requestTo(`http://x.test/${encodeURIComponent(secret)}`, { secrets: [secret], ...changes });

	it.each([
		[
			new HttpStatusError({
				...responseWith(401, { message: `bad ${secret}`, [secret]: [{ key: secret }] }),
				statusMessage: `Bad ${secret}`,
			}),
		],
		[new HttpStatusError(responseWith(401, `bad ${secret}`, 'text/plain'))],
		[new TransportFailure('network error', `no ${secret}`, new Error(secret))],
		[
			new TransportFailure(
				'blocked by policy',
				'no',
				Object.assign(new Error(), { description: secret }),
			),
		],
		[new UnreadableResponse(secret, secret, { text: secret, url: new URL('http://x.test/') })],
		[new Error(`cannot ${secret}`)],
	])('are hidden everywhere in a failure: %s', (error) => {
		const failure = JSON.stringify(describeFailure(error, withSecret(), ONLY));
		for (const form of [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]) {
			expect(failure).not.toContain(form);
			expect(failure).not.toContain(JSON.stringify(form).slice(1, -1));
		}
		expect(failure).toContain('***');
	});

	it('leave no part at the cut of a long message', () => {
		const long = 'abcdefghijklmnopqrstuvwxyz';
		for (let before = 270; before <= 300; before++) {
			const error = new HttpStatusError(responseWith(401, { message: '-'.repeat(before) + long }));
			const { description } = describeFailure(error, withSecret({ secrets: [long] }), ONLY);
			expect(description).not.toContain('abc');
		}
	});

	it('are hidden before line breaks in them become blanks', () => {
		const key = 'BEGIN KEY\nabcdef\nEND KEY';
		const error = new HttpStatusError(responseWith(401, { message: `bad: ${key}` }));
		const { description } = describeFailure(error, withSecret({ secrets: [key] }), ONLY);
		expect(description).not.toContain('abcdef');
	});
});

it('describes any JSON of a server, however deep', () => {
	const depth = 50_000;
	const body = `${'['.repeat(depth)}${']'.repeat(depth)}`;
	const error = new HttpStatusError(responseWith(500, body));
	expect(describeFailure(error, { ...request, secrets: ['abc'] }, ONLY).kind).toBe('500');
});
