import fc from 'fast-check';

import { parseHttpDate } from '../../../../nodes/ConcurrentHttpRequest/limits/server/httpDate.ts';

const NOW = Date.UTC(2026, 10, 23);
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const dates = fc
	.date({ min: new Date(Date.UTC(1980, 0)), max: new Date(Date.UTC(2070, 0)), noInvalidDate: true })
	.map((date) => Math.floor(date.getTime() / 1000) * 1000);

it('reads the examples of RFC 9110', () => {
	const expected = Date.UTC(1994, 10, 6, 8, 49, 37);
	expect(parseHttpDate('Sun, 06 Nov 1994 08:49:37 GMT', NOW)).toBe(expected);
	expect(parseHttpDate('Sunday, 06-Nov-94 08:49:37 GMT', NOW)).toBe(expected);
	expect(parseHttpDate('Sun Nov  6 08:49:37 1994', NOW)).toBe(expected);
});

it('reads every date in each of the three forms', () => {
	fc.assert(
		fc.property(dates, (time) => {
			const fixed = new Date(time).toUTCString();
			const [, day = '', month = '', year = '', clock = ''] = fixed.split(' ');
			const weekday = DAYS[new Date(time).getUTCDay()]!;
			const asctime = `${weekday.slice(0, 3)} ${month} ${String(Number(day)).padStart(2)} ${clock} ${year}`;
			expect(parseHttpDate(fixed, NOW)).toBe(time);
			expect(parseHttpDate(asctime, NOW)).toBe(time);
			const rfc850 = `${weekday}, ${day}-${month}-${year.slice(2)} ${clock} GMT`;
			const isNear = Number(year) > 1976 && Number(year) <= 2076;
			expect(parseHttpDate(rfc850, NOW)).toBe(isNear ? time : undefined);
		}),
	);
});

it('takes a year of two digits for one at most 50 years ahead', () => {
	const yearOf = (text: string) => new Date(parseHttpDate(text, NOW)!).getUTCFullYear();
	expect(yearOf('Monday, 06-Nov-76 08:49:37 GMT')).toBe(2076);
	expect(yearOf('Monday, 06-Nov-77 08:49:37 GMT')).toBe(1977);
});

it.each([
	'',
	'tomorrow',
	'06 Nov 1994 08:49:37 GMT',
	'Sun, 06 Nov 1994 08:49:37 CET',
	'Sun, 31 Apr 2026 08:49:37 GMT',
	'Sun, 06 Foo 1994 08:49:37 GMT',
	'Sun, 06 Nov 1994 24:00:00 GMT',
	'Sun, 06 Nov 1994 08:61:37 GMT',
	'1994-11-06T08:49:37Z',
])('%j is none', (text) => {
	expect(parseHttpDate(text, NOW)).toBeUndefined();
});
