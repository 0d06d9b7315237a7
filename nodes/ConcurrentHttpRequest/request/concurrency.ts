import { maxConcurrencyBounds } from '../description/concurrency';
import { InvalidParameter } from './InvalidParameter';
import type { ItemParameters } from './ItemParameters';
import { toText } from './toText';

/**
 * How many requests of a run may be in flight. It holds for the whole run, so an expression is
 * evaluated for the first item.
 *
 * @throws {InvalidParameter} when it is not a whole number within the bounds
 */
export function readConcurrency(parameters: ItemParameters): number {
	const mode = parameters.get('concurrencyMode') ?? 'fixed';
	if (mode !== 'fixed') {
		throw new InvalidParameter('Concurrency Mode', `"${toText(mode)}" is not supported yet`);
	}
	const value = parameters.get('maxConcurrency');
	const { min, max } = maxConcurrencyBounds;
	const concurrency = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
	if (!Number.isInteger(concurrency) || Number(concurrency) < min || Number(concurrency) > max) {
		throw new InvalidParameter(
			'Max Concurrency',
			`must be a whole number from ${min} to ${max}, but it is ${value === undefined ? 'empty' : JSON.stringify(value)}`,
		);
	}
	return Number(concurrency);
}
