import fc from 'fast-check';

import type { HttpRequest } from '../../../nodes/ConcurrentHttpRequest/transport/HttpRequest.ts';
import type {
	HttpResponse,
	ResponseHeaders,
} from '../../../nodes/ConcurrentHttpRequest/transport/HttpResponse.ts';
import { redirected } from '../../../nodes/ConcurrentHttpRequest/client/redirectedRequest.ts';
import { isRedirect } from '../../../nodes/ConcurrentHttpRequest/transport/responseHeaders.ts';
import { TransportFailure } from '../../../nodes/ConcurrentHttpRequest/transport/TransportFailure.ts';
import { requestTo } from '../transport/requestTo.ts';

function redirectTo(location: string | undefined, statusCode = 302): HttpResponse {
	const headers: ResponseHeaders = location === undefined ? {} : { location };
	const url = new URL('http://x.test/');
	return { statusCode, statusMessage: '', headers, body: Buffer.alloc(0), url };
}

const credential = (...headerNames: string[]): HttpRequest['credential'] => ({
	headerNames: new Set(headerNames),
	inBody: false,
	inQuery: false,
	allowedDomains: undefined,
});

describe('a response is a redirect', () => {
	it.each([
		[301, '/a', true],
		[308, '/a', true],
		[300, '/a', false],
		[304, '/a', false],
		[305, '/a', false],
		[306, '/a', false],
		[399, '/a', false],
		[302, undefined, false],
		// An empty Location leads nowhere: following it would ask for the same again and again.
		[302, '', false],
		[200, '/a', false],
		[201, '/a', false],
		[400, '/a', false],
	])('by %i with Location %p: %p', (status, location, expected) => {
		expect(isRedirect(redirectTo(location, status))).toBe(expected);
	});
});

describe('method and body', () => {
	const CHANGED: Record<number, (method: string) => boolean> = {
		301: (method) => method === 'POST',
		302: (method) => method === 'POST',
		303: (method) => method !== 'GET' && method !== 'HEAD',
	};
	const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
	const cases = [300, 301, 302, 303, 304, 305, 307, 308].flatMap((status) =>
		methods.map((method) => [status, method] as const),
	);

	it.each(cases)('after %i to %s', (status, method) => {
		const request = requestTo('http://x.test/', {
			method,
			body: 'body',
			headers: { 'Content-Type': 'a/b', 'content-language': 'en', 'x-a': '1' },
		});
		const next = redirected(request, redirectTo('/b', status));
		const isGet = CHANGED[status]?.(method) ?? false;
		expect(next.method).toBe(isGet ? 'GET' : method);
		expect(next.body).toBe(isGet ? undefined : 'body');
		expect(Object.keys(next.headers)).toEqual(
			isGet ? ['x-a'] : ['Content-Type', 'content-language', 'x-a'],
		);
	});

	it('does not bring back a body that an earlier redirect dropped', () => {
		const request = requestTo('http://x.test/', {
			method: 'POST',
			body: 'body',
			headers: { 'content-type': 'a/b' },
		});
		const first = redirected(request, redirectTo('/b', 303));
		const second = redirected(first, redirectTo('/c', 307));
		expect(second).toMatchObject({ method: 'GET', body: undefined, headers: {} });
	});

	// Many send it with every GET; HTTP Request repeats it.
	it('keeps a Content-Type that came without a body', () => {
		const request = requestTo('http://x.test/', {
			headers: { 'content-type': 'application/json' },
		});
		const next = redirected(request, redirectTo('/b'));
		expect(next.headers).toEqual({ 'content-type': 'application/json' });
	});
});

describe('the target', () => {
	it.each([
		['/b?c=d', 'http://x.test/b?c=d'],
		['b', 'http://x.test/a/b'],
		['?c', 'http://x.test/a/start?c'],
		['//y.test/b', 'http://y.test/b'],
		['https://y.test', 'https://y.test/'],
		['../..//b', 'http://x.test//b'],
		['http://me:secret@y.test/', 'http://y.test/'],
		// Bytes beyond ASCII, which arrive as latin-1: UTF-8, and no UTF-8.
		['/caf\xc3\xa9?n=\xc3\xa9', 'http://x.test/caf%C3%A9?n=%C3%A9'],
		['/caf\xe9', 'http://x.test/caf%E9'],
		['http://b\xc3\xbccher.test/', 'http://xn--bcher-kva.test/'],
		['\\\\y.test\\b', 'http://y.test/b'],
	])('%s is %s', (location, expected) => {
		const request = requestTo('http://x.test/a/start');
		expect(redirected(request, redirectTo(location)).url.href).toBe(expected);
	});

	it.each([
		['ftp://x.test/', 'ftp: address'],
		['file:///etc/passwd', 'file: address'],
		['javascript:alert(1)', 'javascript: address'],
		['data:,x', 'data: address'],
		['http://', 'not a URL'],
		['http://[', 'not a URL'],
	])('must be http(s): not %s', (location, problem) => {
		const request = requestTo('http://x.test/');
		const follow = () => redirected(request, redirectTo(location));
		expect(follow).toThrow(TransportFailure);
		expect(follow).toThrow(problem);
	});

	it('is http(s) without a login, or an error, whatever the server says', () => {
		const request = requestTo('http://x.test/a');
		const urls = fc.webUrl({
			validSchemes: ['http', 'https', 'ftp'],
			authoritySettings: { withUserInfo: true },
		});
		fc.assert(
			fc.property(fc.oneof(fc.string({ unit: 'binary' }), urls), (location) => {
				try {
					const { url } = redirected(request, redirectTo(location));
					expect(url.protocol).toMatch(/^https?:$/);
					expect([url.username, url.password]).toEqual(['', '']);
				} catch (error) {
					expect(error).toMatchObject({ kind: 'redirect not followed' });
				}
			}),
			{ numRuns: 50 },
		);
	});

	it('gets a Host header of its own', () => {
		const request = requestTo('http://x.test/', { headers: { Host: 'z.test', 'x-host': 'z' } });
		const next = redirected(request, redirectTo('http://y.test/'));
		expect(next.headers).toEqual({ 'x-host': 'z' });
	});
});

describe('credentials', () => {
	const ORIGIN = 'https://api.test';
	const locations = fc.constantFrom(
		...['/b', 'https://api.test:443/b', 'https://API.test/b', '//api.test/b'],
		...['http://api.test/b', 'https://api.test:444/', '//evil.test', 'https://api.test.evil.test/'],
		...['https://sub.api.test/', '\\\\evil.test', 'https://api.test@evil.test/', '../b'],
	);
	const ofCredential = ['X-Key', 'Authorization', 'X-TOKEN'];
	const ofItem = ['Accept', 'X-Trace', 'COOKIE', 'authorization', 'Proxy-Authorization'];
	const headerNames = fc.uniqueArray(fc.constantFrom(...ofCredential, ...ofItem), {
		selector: (name) => name.toLowerCase(),
	});
	const isSecret = (name: string, names: ReadonlySet<string>) =>
		/^(authorization|proxy-authorization|cookie)$/i.test(name) || names.has(name.toLowerCase());

	it('never leave their origin, unless the user allows it; all else is sent on', () => {
		fc.assert(
			fc.property(
				headerNames,
				fc.array(fc.tuple(locations, fc.constantFrom(301, 302, 303, 307, 308)), {
					minLength: 1,
					maxLength: 6,
				}),
				fc.boolean(),
				(names, redirects, allowed) => {
					const headers = Object.fromEntries(names.map((name) => [name, `value of ${name}`]));
					const secrets = names.filter((name) => ofCredential.includes(name));
					const request = requestTo(`${ORIGIN}/a`, {
						headers,
						credential: credential(...secrets.map((name) => name.toLowerCase())),
						sendCredentialsOnCrossOriginRedirect: allowed,
					});
					let hop: HttpRequest = request;
					let hasLeft = false;
					for (const [location, status] of redirects) {
						hop = redirected(hop, redirectTo(location, status));
						const isHome = hop.url.origin === ORIGIN;
						hasLeft ||= !isHome;
						const expected = names.filter(
							(name) => !hasLeft || allowed || !isSecret(name, request.credential.headerNames),
						);
						expect(Object.keys(hop.headers)).toEqual(expected);
					}
				},
			),
			{ numRuns: 500 },
		);
	});

	it.each([
		[['https://api.test/'], true],
		[['https://API.test:443/', 'https://api.test/b'], true],
		// The password has gone in clear already; once encrypted, it does not go in clear again.
		[['https://api.test/', 'http://api.test/'], false],
		[['https://api.test/', 'http://api.test/', 'https://api.test/'], false],
		[['https://api.test:80/'], false],
		[['https://api.test:8443/'], false],
		[['https://sub.api.test/'], false],
		[['http://evil.test/', 'http://api.test/'], false],
		[['http://evil.test/', 'https://api.test/'], false],
	])('of an http URL go on to https on the default ports: %j %p', (locations, kept) => {
		const request = requestTo('http://api.test/', { headers: { authorization: 'secret' } });
		let hop: HttpRequest = request;
		for (const location of locations) hop = redirected(hop, redirectTo(location));
		expect(Object.keys(hop.headers)).toEqual(kept ? ['authorization'] : []);
	});

	it('of an http URL with a port do not go on to https on the same port', () => {
		const request = requestTo('http://api.test:8080/', { headers: { cookie: 'secret' } });
		const hop = redirected(request, redirectTo('https://api.test:8080/'));
		expect(hop.headers).toEqual({});
	});

	const withBody = (changes: Partial<HttpRequest> = {}) =>
		requestTo(`${ORIGIN}/a`, {
			method: 'POST',
			body: '{"token":"t"}',
			credential: { ...credential(), inBody: true },
			...changes,
		});

	it.each([
		[307, 'https://evil.test/'],
		[308, 'http://api.test/'],
		[300, '//evil.test/'],
	])('in the body are not sent elsewhere: %i to %s', (status, location) => {
		const request = withBody();
		const follow = () => redirected(request, redirectTo(location, status));
		expect(follow).toThrow(/holds a credential meant for https:\/\/api\.test$/);
	});

	it.each([
		[withBody(), 307, '/b', '{"token":"t"}'],
		[withBody({ sendCredentialsOnCrossOriginRedirect: true }), 307, '//e.test', '{"token":"t"}'],
		[withBody({ credential: credential() }), 307, '//e.test', '{"token":"t"}'],
		// The body is dropped with its method.
		[withBody(), 303, '//e.test', undefined],
		[withBody(), 302, '//e.test', undefined],
	])('in the body are no reason to stop otherwise (%#)', (request, status, location, body) => {
		expect(redirected(request, redirectTo(location, status)).body).toBe(body);
	});
});

it('changes nothing of the request itself', () => {
	const request = requestTo('http://x.test/', {
		method: 'POST',
		body: 'x',
		headers: Object.freeze({ authorization: 'a', 'content-type': 'b' }),
	});
	redirected(request, redirectTo('http://y.test/', 303));
	expect(request.url.href).toBe('http://x.test/');
	expect(request).toMatchObject({ method: 'POST', body: 'x' });
});
