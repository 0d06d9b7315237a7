/**
 * The resolver against n8n's engines, for generated expressions and items. One mismatch is a bug.
 * `DIFFERENTIAL_CASES` sets how many cases (an expression and an item each) an engine gets,
 * `DIFFERENTIAL_SEED` which; a failure prints both the seed and the smallest expression.
 */
import fc from 'fast-check';
import { Expression } from 'n8n-workflow';
import { useExpressionEngine } from '../../support/workflow/expressionEngine.ts';
import type { ExpressionEngine } from '../../support/workflow/expressionEngine.ts';
import { arbitraryExpression, arbitraryJson } from './support/arbitraryExpression.ts';
import { Differential } from './support/Differential.ts';
import { inNode } from './support/inNode.ts';
import { oddItems } from './support/oddItems.ts';

const CASES = Number(process.env.DIFFERENTIAL_CASES ?? 5_000);
const ITEMS_AN_EXPRESSION = 10;
const seed = Number(process.env.DIFFERENTIAL_SEED ?? Date.now() % 1_000_000);

describe.each<ExpressionEngine>(['legacy', 'vm'])('the %s engine', (engine) => {
	beforeAll(() => useExpressionEngine(engine));
	afterAll(() => useExpressionEngine('legacy'));

	it(
		`gives what the resolver gives (seed ${seed})`,
		async () => {
			const usual = fc.sample(arbitraryJson, { numRuns: 20, seed }).map((json) => ({ json }));
			const items = [...oddItems, ...(usual as typeof oddItems)];
			await inNode(items, (context) => {
				expect(Expression.getActiveImplementation()).toBe(engine);
				const differential = new Differential(context);
				const indexes = fc.uniqueArray(fc.nat(items.length - 1), {
					minLength: ITEMS_AN_EXPRESSION,
					maxLength: ITEMS_AN_EXPRESSION,
				});
				fc.assert(
					fc.property(arbitraryExpression, indexes, (raw, itemIndexes) => {
						expect(differential.mismatches(raw, itemIndexes)).toEqual([]);
					}),
					{ numRuns: Math.ceil(CASES / ITEMS_AN_EXPRESSION), seed },
				);
				// A generator of nothing but what the resolver refuses would prove nothing.
				const { equal } = differential.counts;
				if (process.env.DIFFERENTIAL_REPORT) console.log(engine, differential.counts);
				expect(equal).toBeGreaterThan(CASES / 10);
			});
		},
		60 * 60_000,
	);
});
