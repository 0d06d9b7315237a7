import { maxConcurrencyBounds } from '../description/concurrency';
import { InvalidParameter } from './InvalidParameter';
import type { ItemParameters } from './ItemParameters';
import { describeRange, numberIn } from './readNumber';
import { toText } from '../common/toText';

export interface ConcurrencySettings {
	/** `fixed` keeps to `max`; `adaptive` finds the best up to it. */
	readonly mode: 'fixed' | 'adaptive';
	/** Requests in flight at most; a whole number from 1 to 1000. */
	readonly max: number;
}

/**
 * How many requests of a run may be in flight. It holds for the whole run, so an expression is
 * evaluated for the first item.
 *
 * @throws {InvalidParameter} when a value is none of those that can be chosen
 */
export function readConcurrency(parameters: ItemParameters): ConcurrencySettings {
	return { mode: readMode(parameters), max: readMax(parameters) };
}

function readMode(parameters: ItemParameters): ConcurrencySettings['mode'] {
	const mode = parameters.get('concurrencyMode') ?? 'fixed';
	if (mode === 'fixed' || mode === 'adaptive') return mode;
	throw new InvalidParameter(
		'Concurrency Mode',
		`must be "fixed" or "adaptive", but it is "${toText(mode)}"`,
	);
}

function readMax(parameters: ItemParameters): number {
	const value = parameters.get('maxConcurrency');
	const range = { ...maxConcurrencyBounds, isWhole: true };
	const max = numberIn(value, range);
	if (max !== undefined) return max;
	throw new InvalidParameter(
		'Max Concurrency',
		`must be ${describeRange(range)}, but it is ${value === undefined ? 'empty' : JSON.stringify(value)}`,
	);
}
