/** Expressions that people write, evaluated by the resolver and by n8n's engines. */
import { onEachEngine } from '../../support/workflow/expressionEngine.ts';
import { Differential } from './support/Differential.ts';
import { everydayExpressions } from './support/everydayExpressions.ts';
import { everydayItems } from './support/everydayItems.ts';
import { inNode } from './support/inNode.ts';

type Kind = keyof typeof everydayExpressions;
const kinds = Object.keys(everydayExpressions) as Kind[];

/** Of all pairs of an expression and an item; what is left goes to the engine. */
const LEAST_SHARE: Record<Kind, number> = { simple: 0.97, runConstant: 0.95, engine: 0 };

it('are more than 300', () => {
	const all = new Set(Object.values(everydayExpressions).flat());
	expect(all.size).toBeGreaterThan(300);
});

onEachEngine((engine) => {
	it.each(kinds)('agrees about %s expressions', async (kind) => {
		await inNode(everydayItems, (context) => {
			const differential = new Differential(context);
			const indexes = everydayItems.map((_, index) => index);
			const expressions = everydayExpressions[kind];
			expect(expressions.flatMap((raw) => differential.mismatches(raw, indexes))).toEqual([]);
			const { counts } = differential;
			if (process.env.DIFFERENTIAL_REPORT) console.log(engine, kind, counts);
			const share = counts.equal / (expressions.length * everydayItems.length);
			expect(share).toBeGreaterThanOrEqual(LEAST_SHARE[kind]);
		});
	});
});
