const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** `Sun, 06 Nov 1994 08:49:37 GMT` */
const IMF_FIXDATE = /^[a-z]{3}, (\d\d) ([a-z]{3}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT$/i;
/** `Sunday, 06-Nov-94 08:49:37 GMT` */
const RFC_850 = /^[a-z]{6,9}, (\d\d)-([a-z]{3})-(\d\d) (\d\d):(\d\d):(\d\d) GMT$/i;
/** `Sun Nov  6 08:49:37 1994` */
const ASCTIME = /^[a-z]{3} ([a-z]{3}) ([ \d]\d) (\d\d):(\d\d):(\d\d) (\d{4})$/i;

/**
 * Reads a date of HTTP in any of the three forms that a recipient must accept (RFC 9110 section
 * 5.6.7). The name of the day is not compared with the date.
 *
 * @param wallClock milliseconds since 1970; decides the century of a year of two digits
 * @returns milliseconds since 1970, `undefined` if it is not a date of HTTP
 */
export function parseHttpDate(text: string, wallClock: number): number | undefined {
	let match = IMF_FIXDATE.exec(text);
	if (match) {
		const [, day, month, year, hour, minute, second] = match;
		return toTime(Number(year), month, day, hour, minute, second);
	}
	match = RFC_850.exec(text);
	if (match) {
		const [, day, month, year, hour, minute, second] = match;
		return toTime(fullYear(Number(year), wallClock), month, day, hour, minute, second);
	}
	match = ASCTIME.exec(text);
	if (match) {
		const [, month, day, hour, minute, second, year] = match;
		return toTime(Number(year), month, day, hour, minute, second);
	}
	return undefined;
}

/**
 * A year that would lie more than 50 years ahead is the latest one in the past with the same last
 * two digits (RFC 9110 section 5.6.7).
 */
function fullYear(lastDigits: number, wallClock: number): number {
	const thisYear = new Date(wallClock).getUTCFullYear();
	const year = thisYear - (thisYear % 100) + lastDigits;
	return year > thisYear + 50 ? year - 100 : year;
}

function toTime(year: number, monthName = '', ...rest: Array<string | undefined>) {
	const month = MONTHS.indexOf(monthName.toLowerCase());
	const [day = 0, hour = 0, minute = 0, second = 0] = rest.map(Number);
	// A leap second (60) is the first second of the next minute.
	const isValid = month >= 0 && hour < 24 && minute < 60 && second <= 60;
	const time = Date.UTC(year, month, day, hour, minute, second);
	const date = new Date(Date.UTC(year, month, day));
	// Date.UTC takes the 31st of April for the 1st of May.
	return isValid && date.getUTCMonth() === month && date.getUTCDate() === day ? time : undefined;
}
