import { batchDefaults } from '../description/limits';
import type { RunLimits } from '../limits/createLimits';
import type { RateBudgetOptions } from '../limits/rate/RateBudget';
import { InvalidParameter } from './InvalidParameter';
import type { ItemParameters } from './ItemParameters';
import { isObject, positive, readRateLimit, rowsOf } from './rateLimits';
import { numberIn, numberOf, readNumber } from './readNumber';
import { toText } from '../common/toText';

/** Who stays within the limits of a node together. */
export type LimitScope =
	| { readonly kind: 'run' }
	| { readonly kind: 'credential' }
	| { readonly kind: 'name'; readonly name: string };

/** The limits that a node's options state. They hold for the whole run. */
export interface LimitSettings extends Pick<RunLimits, 'maxConcurrencyPerHost' | 'batching'> {
	/** Those that count a cost have the position at which `readCosts` gives it. */
	readonly budgets: readonly RateBudgetOptions[];
	readonly scope: LimitScope;
}

/**
 * Reads what holds for the whole run; expressions are evaluated for the first item.
 *
 * @throws {InvalidParameter}
 */
export function readLimits(parameters: ItemParameters): LimitSettings {
	const maxConcurrencyPerHost = readPerHost(parameters);
	const batching = readBatching(parameters.get('options.batching.batch'));
	return {
		budgets: readBudgets(parameters),
		...(maxConcurrencyPerHost !== undefined && { maxConcurrencyPerHost }),
		...(batching && { batching }),
		scope: readScope(parameters),
	};
}

/**
 * What the request of one item costs, for each rate limit that counts a cost, in their order.
 *
 * @throws {InvalidParameter}
 */
export function readCosts(parameters: ItemParameters): readonly number[] {
	return parameters.derive(costsOf);
}

function costsOf(parameters: ItemParameters): number[] {
	return rowsOf(parameters.get('options.rateLimits'))
		.filter(countsCost)
		.map(({ cost }) => {
			const number = numberIn(cost ?? 1, { min: 0 });
			if (number === undefined) {
				throw new InvalidParameter(
					'Cost',
					`of a rate limit must be a number from 0, but it is "${toText(cost)}"`,
					'For example {{ $json.rows.length }}.',
				);
			}
			return number;
		});
}

function readBudgets(parameters: ItemParameters): RateBudgetOptions[] {
	const spreadEvenly = parameters.get('options.spreadEvenly') === true;
	let position = 0;
	return rowsOf(parameters.get('options.rateLimits')).map((row) => ({
		...readRateLimit(row),
		spreadEvenly,
		...(countsCost(row) && { unit: costName(row), position: position++ }),
	}));
}

function countsCost({ counts }: Record<string, unknown>): boolean {
	return counts === 'cost';
}

/** Never `requests`, which are counted as such. */
function costName(row: Record<string, unknown>): string {
	const name = toText(row.costName ?? '').trim();
	return name === '' || name === 'requests' ? 'units' : name;
}

function readPerHost(parameters: ItemParameters): number | undefined {
	const perHost = readNumber(parameters, 'options.maxConcurrencyPerHost', {
		field: 'Max Concurrency per Host',
		fallback: Infinity,
		min: 1,
		isWhole: true,
	});
	return perHost === Infinity ? undefined : perHost;
}

/** As HTTP Request reads it: a size of 0 is 1, and an interval of 0 is none at all. */
function readBatching(batch: unknown): LimitSettings['batching'] {
	if (!isObject(batch)) return undefined;
	const size = numberOf(batch.batchSize ?? batchDefaults.batchSize);
	const pause = numberOf(batch.batchInterval ?? batchDefaults.batchInterval);
	if (Number.isNaN(size)) {
		throw new InvalidParameter('Items per Batch', 'must be a whole number, for example 50');
	}
	if (pause === 0 || size < 0) return undefined;
	if (positive(pause) === undefined) {
		throw new InvalidParameter(
			'Batch Interval (Ms)',
			'must be a number of milliseconds from 0',
			'For example 1000 for one second.',
		);
	}
	return { size: Math.max(1, Math.floor(size)), pause };
}

function readScope(parameters: ItemParameters): LimitScope {
	const kind = parameters.get('options.limitScope') ?? 'run';
	if (kind === 'run' || kind === 'credential') return { kind };
	if (kind !== 'name') {
		throw new InvalidParameter(
			'Limits Hold For',
			`cannot be "${toText(kind)}"`,
			'Use run, credential or name.',
		);
	}
	const name = toText(parameters.get('options.limitName') ?? '').trim();
	if (name === '') {
		throw new InvalidParameter(
			'Limit Name',
			'is empty',
			'Enter a name for what the limits belong to, for example example-api.',
		);
	}
	return { kind, name };
}
