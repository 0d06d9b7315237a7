import fc from 'fast-check';

import {
	originPausedUntil,
	readRateLimitInfo,
	type ResponseHeaders,
} from '../../../../nodes/ConcurrentHttpRequest/limits/server/rateLimitInfo.ts';

/** Half past the second, so that it shows where whole seconds matter. */
const WALL = Date.UTC(2026, 0, 31, 12, 0, 0, 500);
const at = { now: 5000, wallClock: WALL };
const read = (headers: ResponseHeaders) => readRateLimitInfo(headers, at);
/** Milliseconds from now. */
const wait = (headers: ResponseHeaders) => {
	const { retryAt } = read(headers);
	return retryAt === undefined ? undefined : retryAt - at.now;
};
/** The quota, with the reset as milliseconds from now. */
const quota = (headers: ResponseHeaders) => {
	const { remaining, limit, resetAt } = read(headers);
	return [remaining, limit, resetAt === undefined ? undefined : resetAt - at.now];
};

describe('Retry-After', () => {
	it.each([
		['120', 120_000],
		['0', 0],
		[' 7 ', 7000],
		['1.5', 1500],
		['Sat, 31 Jan 2026 12:00:30 GMT', 29_500],
		['Saturday, 31-Jan-26 12:00:30 GMT', 29_500],
		['Sat Jan 31 12:00:30 2026', 29_500],
		['2s', 2000],
		['0m2s', 2000],
		['1h0m30s', 3_630_000],
		['500ms', 500],
		[String(Math.ceil(WALL / 1000) + 30), 30_500],
		[String(WALL + 1234), 1234],
		// In the past means now.
		['-1', 0],
		['-5.5', 0],
		['1500000000', 0],
		['Sat, 31 Jan 2026 11:00:00 GMT', 0],
	])('%j is a wait of %i ms', (value, expected) => {
		expect(wait({ 'retry-after': value })).toBe(expected);
	});

	it.each([
		'',
		'-',
		'--5',
		'soon',
		's',
		'1e9',
		'2x',
		'99999999999',
		'12,5',
		'Sat, 31 Feb 2026 12:00:00 GMT',
	])('%j is not believed', (value) => {
		expect(wait({ 'retry-after': value })).toBeUndefined();
	});

	it('is compared with the clock of the server, where the response tells it', () => {
		// The server is an hour behind.
		const headers = {
			date: 'Sat, 31 Jan 2026 11:00:00 GMT',
			'retry-after': 'Sat, 31 Jan 2026 11:00:30 GMT',
		};
		expect(wait(headers)).toBe(30_000);
	});

	it('gives way to the more exact retry-after-ms', () => {
		expect(wait({ 'retry-after': '2', 'retry-after-ms': '1250' })).toBe(1250);
	});

	it('may be called X-RateLimit-Retry-After', () => {
		expect(wait({ 'x-ratelimit-retry-after': '20' })).toBe(20_000);
	});
});

describe('RateLimit and RateLimit-Policy', () => {
	it.each<[string, ResponseHeaders, unknown[]]>([
		['an item', { ratelimit: '"default";r=50;t=30' }, [50, undefined, 30_000]],
		[
			'with its policy',
			{ ratelimit: '"default";r=50;t=30', 'ratelimit-policy': '"default";q=100;w=60' },
			[50, 100, 30_000],
		],
		['named by a token', { ratelimit: 'perminute;r=1;t=2' }, [1, undefined, 2000]],
		[
			'without t: the window at most',
			{ ratelimit: '"a";r=0', 'ratelimit-policy': '"a";q=10;w=60' },
			[0, 10, 60_000],
		],
		[
			'several: the one with the least left',
			{
				ratelimit: '"hour";r=900;t=3000, "minute";r=3;t=40',
				'ratelimit-policy': '"hour";q=1000;w=3600, "minute";q=60;w=60',
			},
			[3, 60, 40_000],
		],
		['on several lines', { ratelimit: ['"a";r=9;t=9', '"b";r=3;t=4'] }, [3, undefined, 4000]],
		[
			'another unit says nothing while some is left',
			{ ratelimit: '"a";r=5;t=9', 'ratelimit-policy': '"a";q=10;qu="content-bytes"' },
			[undefined, undefined, undefined],
		],
		['draft 07', { ratelimit: 'limit=100, remaining=5, reset=9' }, [5, 100, 9000]],
		['malformed', { ratelimit: '"default;r=50' }, [undefined, undefined, undefined]],
		['negative', { ratelimit: '"a";r=-1;t=-3' }, [undefined, undefined, undefined]],
	])('%s', (_, headers, expected) => {
		expect(quota(headers)).toEqual(expected);
	});
});

describe('fields with a number each', () => {
	const inSeconds = Math.ceil(WALL / 1000) + 30;
	it.each<[string, ResponseHeaders, unknown[]]>([
		[
			'RateLimit-*',
			{ 'ratelimit-limit': '100, 100;w=60', 'ratelimit-remaining': '7', 'ratelimit-reset': '30' },
			[7, 100, 30_000],
		],
		[
			'seconds',
			{ 'x-ratelimit-limit': '60', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '12' },
			[0, 60, 12_000],
		],
		[
			'seconds since 1970',
			{ 'x-ratelimit-remaining': '4999', 'x-ratelimit-reset': String(inSeconds) },
			[4999, undefined, 30_500],
		],
		[
			'milliseconds since 1970',
			{ 'x-ratelimit-remaining': '1', 'x-ratelimit-reset': String(WALL + 1234) },
			[1, undefined, 1234],
		],
		[
			'a date of HTTP',
			{ 'x-ratelimit-remaining': '1', 'x-ratelimit-reset': 'Sat, 31 Jan 2026 12:01:00 GMT' },
			[1, undefined, 59_500],
		],
		[
			'a date of JavaScript',
			{
				'x-ratelimit-remaining': '7',
				'x-ratelimit-reset': 'Sat Jan 31 2026 13:01:00 GMT+0100 (Central European Standard Time)',
			},
			[7, undefined, 59_500],
		],
		[
			'X-Rate-Limit-*',
			{ 'x-rate-limit-remaining': '3', 'x-rate-limit-reset': String(inSeconds) },
			[3, undefined, 30_500],
		],
		[
			'of two gateways, joined in one field each',
			{
				'x-ratelimit-limit': '10, 100',
				'x-ratelimit-remaining': '5, 20',
				'x-ratelimit-reset': '10, 30',
			},
			[5, 10, 10_000],
		],
		[
			'Reset-After before Reset',
			{
				'x-ratelimit-remaining': '0',
				'x-ratelimit-reset': '1470173023.123',
				'x-ratelimit-reset-after': '0.65',
			},
			[0, undefined, 650],
		],
		[
			'requests of OpenAI',
			{
				'x-ratelimit-limit-requests': '60',
				'x-ratelimit-remaining-requests': '59',
				'x-ratelimit-reset-requests': '1m30.5s',
			},
			[59, 60, 90_500],
		],
		[
			'milliseconds as a duration',
			{ 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '6ms' },
			[0, undefined, 6],
		],
		[
			'tokens that are left',
			{ 'x-ratelimit-remaining-tokens': '5', 'x-ratelimit-reset-tokens': '6m0s' },
			[undefined, undefined, undefined],
		],
		[
			'tokens that are used up',
			{ 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '6m0s' },
			[0, undefined, 360_000],
		],
		[
			'RFC 3339',
			{
				'anthropic-ratelimit-requests-limit': '50',
				'anthropic-ratelimit-requests-remaining': '49',
				'anthropic-ratelimit-requests-reset': '2026-01-31T12:01:00Z',
			},
			[49, 50, 59_500],
		],
		[
			'of Reddit',
			{ 'x-ratelimit-remaining': '98.0', 'x-ratelimit-reset': '9' },
			[98, undefined, 9000],
		],
		['no reset', { 'x-ratelimit-remaining': '5' }, [undefined, undefined, undefined]],
		[
			'minus one of Azure',
			{ 'x-ratelimit-remaining': '-1', 'x-ratelimit-reset': '5', 'x-ratelimit-limit': '-1' },
			[undefined, undefined, 5000],
		],
	])('%s', (_, headers, expected) => {
		expect(quota(headers)).toEqual(expected);
	});
});

it('believes no time that has passed and none that is more than 31 days away, and never throws', () => {
	const names = [
		...['retry-after', 'retry-after-ms', 'ratelimit', 'ratelimit-policy', 'date'],
		...['x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset', 'x-rate-limit-reset'],
		...['x-ratelimit-reset-requests', 'x-ratelimit-reset-after', 'ratelimit-reset'],
	];
	const value = fc.oneof(
		fc.string(),
		fc.double().map(String),
		fc.integer().map(String),
		fc.date().map(String),
		fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
		fc.tuple(fc.nat(), fc.nat()).map(([r, t]) => `"default";r=${r};t=${t}`),
		fc.tuple(fc.nat(), fc.nat()).map(([m, s]) => `${m}m${s}s`),
		// Nearly right: what the readers of numbers, durations and dates are made of.
		fc
			.array(fc.constantFrom(...'-+.,;:= 0179smhdeZT"'.split(''), 'ms', 'GMT', '99999'))
			.map((parts) => parts.join('')),
		fc.array(fc.string(), { maxLength: 3 }),
	);
	const headers = fc.dictionary(fc.constantFrom(...names), value);
	fc.assert(
		fc.property(headers, (each) => {
			const { retryAt = at.now, resetAt = at.now, remaining = 0, limit = 0 } = read(each);
			for (const time of [retryAt, resetAt]) {
				expect(time).toBeGreaterThanOrEqual(at.now);
				expect(time).toBeLessThanOrEqual(at.now + 31 * 24 * 3600 * 1000);
			}
			expect(remaining).toBeGreaterThanOrEqual(0);
			expect(limit).toBeGreaterThanOrEqual(0);
		}),
		{ numRuns: 2000 },
	);
});

it('reads any number of seconds in each form', () => {
	fc.assert(
		fc.property(fc.integer({ min: 0, max: 30 * 24 * 3600 }), (seconds) => {
			const date = new Date(WALL - 500).toUTCString();
			const until = new Date(WALL - 500 + seconds * 1000);
			const forms = [`${seconds}`, `${until.getTime() / 1000}`, `${until.getTime()}`];
			for (const reset of [...forms, until.toUTCString(), until.toISOString(), `${seconds}s`]) {
				expect(quota({ date, 'x-ratelimit-reset': reset })[2]).toBe(seconds * 1000);
			}
		}),
	);
});

describe('the whole origin waits', () => {
	it.each([
		[429, { retryAt: 9 }, 9],
		[429, { resetAt: 7 }, 7],
		[429, { resetAt: 7, remaining: 0 }, 7],
		[429, { resetAt: 7, remaining: 3 }, undefined],
		[429, { retryAt: 9, resetAt: 70, remaining: 0 }, 9],
		[403, { retryAt: 9 }, 9],
		[403, { resetAt: 7, remaining: 0 }, 7],
		[403, { resetAt: 7 }, undefined],
		[503, { retryAt: 9 }, 9],
		[503, { resetAt: 7, remaining: 0 }, undefined],
		[500, { retryAt: 9 }, undefined],
		[202, { retryAt: 9 }, undefined],
	])('%i with %j: %j', (status, info, expected) => {
		expect(originPausedUntil(status, info)).toBe(expected);
	});
});
