import fc from 'fast-check';

import { DigestAuthorizer } from '../../../nodes/ConcurrentHttpRequest/authentication/digest/DigestAuthorizer.ts';
import { DigestNonce } from '../../../nodes/ConcurrentHttpRequest/authentication/digest/DigestNonce.ts';
import {
	parseChallenges,
	readDigestChallenge,
} from '../../../nodes/ConcurrentHttpRequest/authentication/digest/challenges.ts';
import { sendAuthorized } from './sendAuthorized.ts';
import type {
	HttpRequest,
	RequestHeaders,
} from '../../../nodes/ConcurrentHttpRequest/transport/HttpRequest.ts';
import { requestTo, responseWith } from '../transport/requestTo.ts';

/** A run that is not stopped. */
const never = new AbortController().signal;

const MUFASA = { user: 'Mufasa', password: 'Circle of Life' };

function authorization(
	header: string,
	url: string,
	{ user, password }: typeof MUFASA,
	cnonce: string,
): string {
	const nonce = new DigestNonce(readDigestChallenge(header)!, user, password, cnonce);
	return nonce.authorize({ method: 'GET', url: new URL(url) });
}

describe('the examples of the standards', () => {
	const challenge = (algorithm: string) =>
		`Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, ` +
		'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", ' +
		'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"';

	it.each([
		['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
		['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
	])('RFC 7616 section 3.9.1: %s', (algorithm, response) => {
		const header = authorization(
			challenge(algorithm),
			'http://www.example.org/dir/index.html',
			MUFASA,
			'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
		);
		expect(header).toBe(
			'Digest username="Mufasa", realm="http-auth@example.org", ' +
				'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", uri="/dir/index.html", ' +
				`response="${response}", algorithm=${algorithm}, ` +
				'cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", qop=auth, nc=00000001, ' +
				'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"',
		);
	});

	it('RFC 2617 section 3.5', () => {
		const header = authorization(
			'Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"',
			'http://www.nowhere.org/dir/index.html',
			{ user: 'Mufasa', password: 'Circle Of Life' },
			'0a4f113b',
		);
		expect(header).toContain('response="6629fae49393a05397450978507c4ef1"');
		expect(header).not.toContain('algorithm');
	});

	it('RFC 2069 section 2.4, as its erratum 749 corrects it', () => {
		const header = authorization(
			'Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"',
			'http://www.nowhere.org/dir/index.html',
			{ user: 'Mufasa', password: 'CircleOfLife' },
			'unused',
		);
		expect(header).toContain('response="1949323746fe6a43ef61f9606e7febea"');
		expect(header).not.toMatch(/nc=|cnonce=|qop=/);
	});
});

describe('the user', () => {
	const header = 'Digest realm="r", nonce="n", qop="auth"';

	it('may have a name outside ASCII (RFC 7616 section 3.4)', () => {
		const login = { user: 'Jäsøn Doe', password: 'x' };
		expect(authorization(header, 'http://a.test/', login, 'c')).toContain(
			"username*=UTF-8''J%C3%A4s%C3%B8n%20Doe",
		);
		const irish = { user: "O'Brien-é (1)", password: 'x' };
		expect(authorization(header, 'http://a.test/', irish, 'c')).toContain(
			"username*=UTF-8''O%27Brien-%C3%A9%20%281%29,",
		);
	});

	it('is hashed where the server wants it', () => {
		const sent = authorization(`${header}, userhash=true`, 'http://a.test/', MUFASA, 'c');
		expect(sent).toMatch(/^Digest username="[0-9a-f]{32}", /);
		expect(sent).toMatch(/, userhash=true$/);
	});

	it('is quoted', () => {
		const quotes = { user: 'a"b\\c', password: 'x' };
		expect(authorization(header, 'http://a.test/', quotes, 'c')).toContain('username="a\\"b\\\\c"');
	});
});

describe('challenges', () => {
	it.each([
		['Digest algorithm=MD5', undefined],
		['Digest nonce="n", algorithm=SHA-3', undefined],
		['Digest nonce="n", qop="auth-int"', undefined],
		['Basic realm="x"', undefined],
		[undefined, undefined],
		['Digest nonce="n"', { nonce: 'n', hash: 'md5', qop: false, stale: false }],
		['DIGEST NONCE=n, QOP=AUTH, STALE=TRUE', { nonce: 'n', qop: true, stale: true }],
		['Digest nonce="a,b=\\"c", algorithm="md5-SESS"', { nonce: 'a,b="c', isSession: true }],
		['Negotiate, Digest nonce="n", Basic realm="x"', { nonce: 'n' }],
		['Negotiate abc==, Digest nonce="n"', { nonce: 'n' }],
		['Digest nonce="a", algorithm=X, Digest nonce="b"', { nonce: 'b' }],
	])('%s', (header, expected) => {
		const challenge = readDigestChallenge(header);
		if (expected === undefined) expect(challenge).toBeUndefined();
		else expect(challenge).toMatchObject(expected);
	});

	it('are read whatever their quoted values contain', () => {
		const token = fc.stringMatching(/^[a-z][a-z0-9-]{0,5}$/);
		const parameters = fc.uniqueArray(fc.tuple(token, fc.string({ maxLength: 8 })), {
			minLength: 1,
			maxLength: 4,
			selector: ([name]) => name,
		});
		fc.assert(
			fc.property(
				fc.array(fc.tuple(token, parameters), { minLength: 1, maxLength: 3 }),
				(challenges) => {
					const header = challenges
						.map(([scheme, pairs]) => {
							const written = pairs.map(
								([name, value]) => `${name}="${value.replace(/["\\]/g, '\\$&')}"`,
							);
							return `${scheme} ${written.join(' , ')}`;
						})
						.join(', ');
					const read = parseChallenges(header).map(
						({ scheme, parameters: found }) => [scheme, [...found]] as const,
					);
					expect(read).toEqual(challenges);
				},
			),
		);
	});

	it('end with any input', () => {
		fc.assert(fc.property(fc.string(), (header) => void parseChallenges(header)));
	});
});

describe('requests of a run', () => {
	/** A server that answers by what the Authorization header holds. */
	function run(
		statusOf: (authorization: string, sent: number) => number | string,
		authenticationInfo?: string,
	) {
		const authorizer = new DigestAuthorizer('ada', 'secret');
		const sent: string[] = [];
		let nonces = 0;
		const send = async (request: HttpRequest) => {
			const signed = (await request.sign?.(request)) as RequestHeaders;
			sent.push(String(signed.Authorization ?? ''));
			const status = statusOf(sent.at(-1)!, sent.length);
			const stale = status === 'stale' ? ', stale=true' : '';
			const response = responseWith(typeof status === 'number' ? status : 401, '');
			response.headers['www-authenticate'] =
				`Digest realm="r", nonce="n${++nonces}", qop="auth"${stale}`;
			if (authenticationInfo) response.headers['authentication-info'] = authenticationInfo;
			return { ...response, url: request.url };
		};
		const one = async (path = '/') =>
			await sendAuthorized({ ...requestTo(`http://a.test${path}`), authorizer }, send, never);
		return { one, sent };
	}

	const shortOf = (header: string) => [
		/nonce="(\w+)"/.exec(header)?.[1],
		/nc=(\w+)/.exec(header)?.[1],
	];

	it('count the uses of a nonce', async () => {
		const { one, sent } = run((authorization) => (authorization ? 200 : 401));
		for (let time = 0; time < 3; time++) expect((await one()).statusCode).toBe(200);
		expect(sent.map(shortOf)).toEqual([
			[undefined, undefined],
			['n1', '00000001'],
			['n1', '00000002'],
			['n1', '00000003'],
		]);
	});

	it('are sent again with a nonce of their own where the shared one is refused', async () => {
		const { one, sent } = run((authorization, count) => {
			if (!authorization) return 401;
			return count === 3 ? 'stale' : 200;
		});
		await one();
		expect((await one()).statusCode).toBe(200);
		await one();
		expect(sent.slice(2).map(shortOf)).toEqual([
			['n1', '00000002'],
			['n3', '00000001'],
			['n3', '00000002'],
		]);
	});

	it('go on counting where the server names the same next nonce each time', async () => {
		const { one, sent } = run((authorization) => (authorization ? 200 : 401), 'nextnonce="next"');
		for (let time = 0; time < 3; time++) await one();
		expect(sent.slice(2).map(shortOf)).toEqual([
			['next', '00000001'],
			['next', '00000002'],
		]);
	});

	it('share a nonce only once a server has accepted it', async () => {
		const { one, sent } = run((authorization) => (authorization ? 200 : 401));
		await Promise.all([one(), one(), one()]);
		const used = sent.filter(Boolean).map(shortOf);
		expect(new Set(used.map(([nonce]) => nonce)).size).toBe(3);
		expect(used.map(([, count]) => count)).toEqual(['00000001', '00000001', '00000001']);
	});

	it('are not sent forever to a server that finds every nonce stale', async () => {
		const { one, sent } = run(() => 'stale');
		expect((await one()).statusCode).toBe(401);
		expect(sent).toHaveLength(4);
	});

	it('are sent twice with a wrong password', async () => {
		const { one, sent } = run(() => 401);
		expect((await one()).statusCode).toBe(401);
		expect(sent).toHaveLength(2);
	});

	it('keep their signatures out of errors', async () => {
		const authorizer = new DigestAuthorizer('ada', 'secret');
		const request = { ...requestTo('http://a.test/'), authorizer };
		const seen: string[] = [];
		await sendAuthorized(
			request,
			async (attempt) => {
				const { Authorization } = (await attempt.sign!(attempt)) as { Authorization?: string };
				if (Authorization) seen.push(Authorization);
				const response = responseWith(Authorization ? 200 : 401, '');
				response.headers['www-authenticate'] = 'Digest nonce="n"';
				return { ...response, url: request.url };
			},
			never,
		);
		expect(seen).toHaveLength(1);
		expect(request.secrets).toEqual(seen);
	});
});
