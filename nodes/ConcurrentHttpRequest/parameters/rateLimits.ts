import { intervalUnits } from '../description/rateLimits';
import { InvalidParameter } from './InvalidParameter';
import { numberOf } from './readNumber';
import { toText } from '../common/toText';

/** At most so much in any interval. */
export interface RateLimit {
	readonly amount: number;
	/** Milliseconds. */
	readonly interval: number;
}

/** The rows of the option Rate Limits, of a node or of a credential. */
export function rowsOf(option: unknown): Array<Record<string, unknown>> {
	const rows = isObject(option) ? option.budget : undefined;
	return Array.isArray(rows) ? rows.filter(isObject) : [];
}

/** @throws {InvalidParameter} */
export function readRateLimit(row: Record<string, unknown>): RateLimit {
	const amount = positive(row.amount ?? 100);
	if (amount === undefined) {
		throw new InvalidParameter(
			'At Most',
			`of a rate limit must be a number above 0, but it is "${toText(row.amount)}"`,
			'For example 100 for "100 requests per minute".',
		);
	}
	const every = positive(row.interval ?? 1);
	if (every === undefined) {
		throw new InvalidParameter(
			'Every',
			`of a rate limit must be a number above 0, but it is "${toText(row.interval)}"`,
			'For example 1 for each minute.',
		);
	}
	const unit = toText(row.intervalUnit ?? 'minutes');
	if (!Object.hasOwn(intervalUnits, unit)) {
		throw new InvalidParameter(
			'Interval Unit',
			`of a rate limit cannot be "${unit}"`,
			`Use one of ${Object.keys(intervalUnits).join(', ')}.`,
		);
	}
	return { amount, interval: every * intervalUnits[unit as keyof typeof intervalUnits] };
}

/** @returns `undefined` unless it is, or reads as, a finite number above 0 */
export function positive(value: unknown): number | undefined {
	const number = numberOf(value);
	return number > 0 && number < Infinity ? number : undefined;
}

export function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
