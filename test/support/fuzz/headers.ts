import fc from 'fast-check';
import {
	parseChallenges,
	readDigestChallenge,
} from '../../../nodes/ConcurrentHttpRequest/authentication/digest/challenges.ts';
import { redirected } from '../../../nodes/ConcurrentHttpRequest/client/redirectedRequest.ts';
import { parseHttpDate } from '../../../nodes/ConcurrentHttpRequest/limits/server/httpDate.ts';
import {
	isRefusal,
	originPausedUntil,
	readRateLimitInfo,
} from '../../../nodes/ConcurrentHttpRequest/limits/server/rateLimitInfo.ts';
import { formatOf } from '../../../nodes/ConcurrentHttpRequest/response/detectFormat.ts';
import { fileName } from '../../../nodes/ConcurrentHttpRequest/response/fileName.ts';
import {
	isFramed,
	isRedirect,
	toResponseHeaders,
} from '../../../nodes/ConcurrentHttpRequest/transport/responseHeaders.ts';
import { TransportFailure } from '../../../nodes/ConcurrentHttpRequest/transport/TransportFailure.ts';
import { requestTo, responseWith } from '../../unit/transport/requestTo.ts';
import { type AnyParser, headerOf, type Parser, textOf, toAny } from './Parser.ts';

const NOW = 5_000_000;
const WALL_CLOCK = Date.UTC(2026, 0, 31);
const LONGEST = 31 * 24 * 3_600_000;

/** Words of every form in which servers state times and quotas. */
const TIMES = [
	...[
		'0',
		'1',
		'59',
		'60',
		'120',
		'1769817600',
		'1769817600000',
		'-1',
		'.5',
		'1.5',
		's',
		'ms',
		'm',
	],
	...[
		'h',
		'd',
		'6m0s',
		'1h0m30s',
		'Sat, 31 Jan 2026 00:00:10 GMT',
		'Saturday, 31-Jan-26 00:00:10 GMT',
	],
	...[
		'Sat Jan 31 00:00:10 2026',
		'2026-01-31T00:00:10Z',
		'2026-01-31T00:00:10.5+01:00',
		' GMT',
		', ',
	],
	...[
		'Tue Feb 16 2021 09:02:42 GMT+0100 (Central European Standard Time)',
		'31',
		'Feb',
		'24:00:60',
	],
	...[
		'e9',
		'Infinity',
		'NaN',
		'0x10',
		' ',
		',',
		';',
		'=',
		'"',
		'default',
		';r=',
		';t=',
		';q=',
		';w=',
	],
	...[
		';qu="requests"',
		'limit=',
		'remaining=',
		'reset=',
		'100',
		'50',
		':YQ==:',
		'?1',
		'(',
		')',
		'\\',
	],
];

const RATE_LIMIT_FIELDS = [
	...['retry-after', 'retry-after-ms', 'x-ratelimit-retry-after', 'date', 'ratelimit'],
	...['ratelimit-policy', 'ratelimit-limit', 'ratelimit-remaining', 'ratelimit-reset'],
	...['x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset', 'x-ratelimit-reset-after'],
	...['x-rate-limit-limit', 'x-rate-limit-remaining', 'x-rate-limit-reset'],
	...['x-ratelimit-limit-requests', 'x-ratelimit-remaining-requests', 'x-ratelimit-reset-requests'],
	...[
		'x-ratelimit-remaining-tokens',
		'x-ratelimit-reset-tokens',
		'anthropic-ratelimit-tokens-reset',
	],
];

const rateLimits: Parser<Record<string, string | string[]>> = {
	name: 'Retry-After and rate limits',
	inputs: fc.dictionary(
		fc.constantFrom(...RATE_LIMIT_FIELDS),
		fc.oneof(headerOf(TIMES), fc.array(headerOf(TIMES), { maxLength: 3 })),
		{ maxKeys: 6 },
	),
	parse: (headers) => {
		const info = readRateLimitInfo(headers, { now: NOW, wallClock: WALL_CLOCK });
		for (const time of [info.retryAt, info.resetAt]) {
			if (time !== undefined && !(time >= NOW && time <= NOW + LONGEST)) return `time ${time}`;
		}
		for (const count of [info.remaining, info.limit]) {
			if (count !== undefined && !(Number.isInteger(count) && count >= 0)) return `count ${count}`;
		}
		for (const status of [200, 403, 429, 503]) {
			originPausedUntil(status, info);
			isRefusal(status, info);
		}
	},
	declared: [],
};

const dates: Parser = {
	name: 'dates',
	inputs: headerOf(TIMES),
	parse: (text) => {
		const time = parseHttpDate(text, WALL_CLOCK);
		if (time !== undefined && !Number.isInteger(time)) return `time ${time}`;
	},
	declared: [],
};

const fileNames: Parser<{ header: string; path: string }> = {
	name: 'Content-Disposition',
	inputs: fc.record({
		header: headerOf([
			...['attachment', 'inline', 'form-data', ';', ' ', '=', '"', '\\', 'filename', 'filename*'],
			...[
				"UTF-8''",
				"iso-8859-1'en'",
				'%e2%82%ac',
				'%',
				'%ff',
				'..',
				'/',
				'\\\\',
				'a.png',
				'\u202e',
			],
			...['=?utf-8?B?', '?=', 'name="a"', '€', '\u00e4'],
		]),
		path: textOf(['/', 'a', '.png', '%2e', '..', '%2f', '%00']),
	}),
	parse: ({ header, path }) => {
		const name = fileName(header, new URL(`http://a.test/${encodeURI(path.toWellFormed())}`));
		if (name === undefined) return undefined;
		if (Buffer.byteLength(name) > 255) return 'the name is too long';
		if (/[/\\\p{Cc}]/u.test(name) || /^\.*$/.test(name)) return `the name ${JSON.stringify(name)}`;
		return undefined;
	},
	declared: [],
};

const locations: Parser<{ location: string; status: number; method: string }> = {
	name: 'Location',
	inputs: fc.record({
		location: headerOf([
			...[
				'http:',
				'https:',
				'ftp:',
				'javascript:',
				'data:',
				'//',
				'/',
				'\\',
				'?',
				'#',
				'@',
				':',
				'..',
			],
			...[
				'a.test',
				'127.0.0.1',
				'[::1]',
				'%',
				'%2f',
				':80',
				':99999',
				' ',
				'\t',
				'user:pw@',
				'\u00e4',
			],
		]),
		status: fc.constantFrom(300, 301, 302, 303, 304, 307, 308),
		method: fc.constantFrom('GET', 'POST', 'HEAD', 'PUT'),
	}),
	parse: ({ location, status, method }) => {
		const response = { ...responseWith(status, ''), headers: { location } };
		isRedirect(response);
		const request = requestTo('https://a.test/path', {
			method,
			headers: { authorization: 'secret', cookie: 'secret' },
		});
		const { url, headers } = redirected(request, response);
		if (!['http:', 'https:'].includes(url.protocol)) return `protocol ${url.protocol}`;
		if (url.origin !== 'https://a.test' && JSON.stringify(headers).includes('secret')) {
			return `credentials for ${url.origin}`;
		}
		return undefined;
	},
	declared: [TransportFailure],
};

const challenges: Parser = {
	name: 'WWW-Authenticate',
	inputs: headerOf([
		...[
			'Digest',
			'Basic',
			'Bearer',
			'NTLM TlRM==',
			' ',
			',',
			'=',
			'"',
			'\\',
			'realm=',
			'nonce=',
			'qop=',
		],
		...[
			'"auth"',
			'"auth-int,auth"',
			'algorithm=',
			'MD5',
			'SHA-256-sess',
			'stale=true',
			'userhash=true',
		],
		...['opaque="x"', '"a\\"b"', 'token68==', '\u00e4'],
	]),
	parse: (header) => {
		parseChallenges(header);
		const challenge = readDigestChallenge(header);
		if (challenge && typeof challenge.nonce !== 'string') return 'no nonce';
	},
	declared: [],
};

const lines: Parser<Record<string, string | string[]>> = {
	name: 'header lines, Set-Cookie, Content-Type',
	inputs: fc.dictionary(
		fc.constantFrom(
			...['set-cookie', 'content-type', 'content-length', 'transfer-encoding', 'location', 'link'],
			...['cookie', '__proto__', 'constructor', 'toString', 'x', 'age'],
		),
		fc.oneof(
			headerOf([
				'chunked',
				'gzip',
				',',
				' ',
				';',
				'application/json',
				'image/png',
				'a=b',
				'charset=',
			]),
			fc.array(headerOf(['chunked', ', ', '5', 'text/html']), { maxLength: 3 }),
		),
		{ maxKeys: 5 },
	),
	parse: (headers) => {
		const joined = toResponseHeaders(headers);
		isFramed(joined);
		const format = formatOf({ headers: joined }, { format: 'autodetect' });
		if (!['json', 'text', 'file'].includes(format)) return `format ${format}`;
	},
	declared: [],
};

/** Those of headers, whose size undici bounds at 16 KB a response. */
export const headerParsers: readonly AnyParser[] = [
	toAny(rateLimits),
	toAny(dates),
	toAny(fileNames),
	toAny(locations),
	toAny(challenges),
	toAny(lines),
];
