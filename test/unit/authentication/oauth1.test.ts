import { createHmac } from 'node:crypto';
import fc from 'fast-check';

import {
	percentEncode,
	signatureBase,
} from '../../../nodes/ConcurrentHttpRequest/authentication/OAuth1Authorizer.ts';

it('the signature base string of RFC 5849 section 3.4.1.1', () => {
	const url = new URL('http://example.com/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b');
	const base = signatureBase({ method: 'POST', url }, [
		['c2', ''],
		['a3', '2 q'],
		['oauth_consumer_key', '9djdj82h48djs9d2'],
		['oauth_token', 'kkk9d7dh3k39sjv7'],
		['oauth_signature_method', 'HMAC-SHA1'],
		['oauth_timestamp', '137131201'],
		['oauth_nonce', '7d8f3e4a'],
	]);
	expect(base).toBe(
		'POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D' +
			'%25253D%26c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f' +
			'3e4a%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dk' +
			'kk9d7dh3k39sjv7',
	);
});

it('the signature of RFC 5849 section 1.2', () => {
	const url = new URL('http://photos.example.net/photos?file=vacation.jpg&size=original');
	const base = signatureBase({ method: 'GET', url }, [
		['oauth_consumer_key', 'dpf43f3p2l4k3l03'],
		['oauth_token', 'nnch734d00sl2jdk'],
		['oauth_signature_method', 'HMAC-SHA1'],
		['oauth_timestamp', '137131202'],
		['oauth_nonce', 'chapoH'],
	]);
	const signature = createHmac('sha1', 'kd94hf93k423kf44&pfkkdhi9sl3r4s00').update(base);
	expect(percentEncode(signature.digest('base64'))).toBe('MdpQcU8iPSUjWoN%2FUDMsK2sui9I%3D');
});

it.each([
	['http://EXAMPLE.com:80/r%20v/X?id=1', 'http://example.com/r%20v/X'],
	['https://www.example.net:8080/?q=1', 'https://www.example.net:8080/'],
])('the base URI of %s (RFC 5849 section 3.4.1.2)', (url, expected) => {
	const base = signatureBase({ method: 'get', url: new URL(url) }, []);
	expect(base.split('&').slice(0, 2)).toEqual(['GET', percentEncode(expected)]);
});

it('does not depend on the order of parameters', () => {
	const pairs = fc.array(fc.tuple(fc.string({ maxLength: 4 }), fc.string({ maxLength: 4 })), {
		maxLength: 6,
	});
	const base = (form: Array<[string, string]>) =>
		signatureBase({ method: 'POST', url: new URL('http://a.test/') }, form);
	fc.assert(
		fc.property(
			pairs.chain((list) =>
				fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
			),
			([list, shuffled]) => {
				expect(base(shuffled)).toBe(base(list));
			},
		),
	);
});

it('encodes everything but unreserved characters', () => {
	fc.assert(
		fc.property(fc.string({ unit: 'grapheme' }), (text) => {
			const encoded = percentEncode(text);
			expect(encoded).toMatch(/^(?:[A-Za-z0-9\-._~]|%[0-9A-F]{2})*$/);
			expect(decodeURIComponent(encoded)).toBe(text);
		}),
	);
});
