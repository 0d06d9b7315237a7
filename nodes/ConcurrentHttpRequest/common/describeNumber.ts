/** `12,500`: the same on every server, whatever its language. */
export function describeNumber(value: number): string {
	return numbers.format(value);
}

/** `1 request`, `1,000 requests` */
export function describeCount(count: number, noun: string, plural = `${noun}s`): string {
	return `${describeNumber(count)} ${count === 1 ? noun : plural}`;
}

/** `once`, `twice`, `3 times` */
export function describeTimes(count: number): string {
	return count === 1 ? 'once' : count === 2 ? 'twice' : `${describeNumber(count)} times`;
}

/** Building one costs more than using it. */
const numbers = new Intl.NumberFormat('en-US');
