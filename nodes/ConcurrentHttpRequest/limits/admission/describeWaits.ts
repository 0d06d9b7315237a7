/** For how long a run was held back by one thing. */
export interface Wait {
	/** What it was, see `Limit.label`: "the quota of 100 requests a minute". */
	readonly label: string;
	/** Milliseconds. */
	readonly duration: number;
}

/** Milliseconds; a shorter wait is not worth a word. */
const WORTH_TELLING = 500;

/** `waited 12 s for the quota of 100 requests a minute`, one text for each wait worth telling. */
export function describeWaits(waits: readonly Wait[]): string[] {
	return waits
		.filter(({ duration }) => duration >= WORTH_TELLING)
		.map(({ label, duration }) => `waited ${describeDuration(duration)} for ${label}`);
}

/**
 * In the two largest units that say something: `850 ms`, `12 s`, `3 min 20 s`, `2 h 5 min`.
 *
 * @param duration milliseconds
 */
export function describeDuration(duration: number): string {
	if (duration < 1000) return `${Math.round(duration)} ms`;
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
