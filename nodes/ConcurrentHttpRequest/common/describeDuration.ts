/**
 * In the two largest units that say something: `850 ms`, `4.1 s`, `12 s`, `3 min 20 s`, `2 h 5 min`.
 *
 * @param duration milliseconds
 */
export function describeDuration(duration: number): string {
	if (duration < 1000) return `${Math.round(duration)} ms`;
	if (duration < 9950) return `${Number((duration / 1000).toFixed(1))} s`;
	const seconds = Math.round(duration / 1000);
	if (seconds < 60) return `${seconds} s`;
	if (seconds < 3600) return inUnits(seconds, 60, 'min', 's');
	const minutes = Math.round(seconds / 60);
	if (minutes < 24 * 60) return inUnits(minutes, 60, 'h', 'min');
	return inUnits(Math.round(minutes / 60), 24, 'd', 'h');
}

function inUnits(amount: number, size: number, large: string, small: string): string {
	const rest = amount % size;
	const whole = `${Math.floor(amount / size)} ${large}`;
	return rest === 0 ? whole : `${whole} ${rest} ${small}`;
}
