import fc from 'fast-check';
import type { INodeExecutionData } from 'n8n-workflow';
import { Differential } from './Differential.ts';
import { inNode } from './inNode.ts';
import { casesOr, seed } from './seed.ts';

const ITEMS_AN_EXPRESSION = 10;

/**
 * Compares generated expressions for some of the items with n8n's engine of the moment.
 *
 * @param leastEqual the share of cases that the resolver must not leave to the engine: a generator of
 * nothing but what it refuses would prove nothing
 */
export async function compareGenerated(
	expressions: fc.Arbitrary<string>,
	items: INodeExecutionData[],
	leastEqual: number,
): Promise<void> {
	const cases = casesOr(5_000);
	await inNode(items, (context) => {
		const differential = new Differential(context);
		const indexes = fc.uniqueArray(fc.nat(items.length - 1), {
			minLength: ITEMS_AN_EXPRESSION,
			maxLength: ITEMS_AN_EXPRESSION,
		});
		fc.assert(
			fc.property(expressions, indexes, (raw, itemIndexes) => {
				expect(differential.mismatches(raw, itemIndexes)).toEqual([]);
			}),
			{ numRuns: Math.ceil(cases / ITEMS_AN_EXPRESSION), seed },
		);
		if (process.env.DIFFERENTIAL_REPORT) console.log(differential.counts);
		expect(differential.counts.equal).toBeGreaterThan(cases * leastEqual);
	});
}
