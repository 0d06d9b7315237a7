/**
 * The resolver against n8n's engines, for generated expressions and items. One mismatch is a bug.
 * `DIFFERENTIAL_CASES` sets how many cases (an expression and an item each) an engine gets,
 * `DIFFERENTIAL_SEED` which; a failure prints both the seed and the smallest expression.
 */
import fc from 'fast-check';
import { Expression } from 'n8n-workflow';
import { onEachEngine } from '../../support/workflow/expressionEngine.ts';
import { arbitraryExpression, arbitraryJson } from './support/arbitraryExpression.ts';
import { compareGenerated } from './support/compareGenerated.ts';
import { oddItems } from './support/oddItems.ts';
import { seed } from './support/seed.ts';

onEachEngine((engine) => {
	it(
		`gives what the resolver gives (seed ${seed})`,
		async () => {
			const usual = fc.sample(arbitraryJson, { numRuns: 20, seed }).map((json) => ({ json }));
			const items = [...oddItems, ...(usual as typeof oddItems)];
			expect(Expression.getActiveImplementation()).toBe(engine);
			await compareGenerated(arbitraryExpression, items, 1 / 10);
		},
		60 * 60_000,
	);
});
