/** Milliseconds of the units in which quotas are stated, the largest first. */
const UNITS: ReadonlyArray<readonly [size: number, one: string, many: string]> = [
	[86_400_000, 'a day', 'days'],
	[3_600_000, 'an hour', 'hours'],
	[60_000, 'a minute', 'minutes'],
	[1000, 'a second', 'seconds'],
	[1, 'a millisecond', 'ms'],
];

/**
 * `the quota of 100 requests a minute`, `the quota of 1 request every 10 seconds`
 *
 * @param interval milliseconds
 * @param unit what is counted, in the plural
 */
export function describeBudget(amount: number, interval: number, unit: string): string {
	const noun = amount === 1 && unit === 'requests' ? 'request' : unit;
	return `the quota of ${amount.toLocaleString('en-US')} ${noun} ${describeInterval(interval)}`;
}

function describeInterval(interval: number): string {
	for (const [size, one, many] of UNITS) {
		if (interval === size) return one;
		if (interval > size && interval % size === 0) return `every ${interval / size} ${many}`;
	}
	return `every ${interval} ms`;
}
