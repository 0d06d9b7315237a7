/**
 * Several expressions in one call of n8n's engines against each in a call of its own. One mismatch
 * is a bug. `DIFFERENTIAL_CASES` sets how many cases (an expression and an item each) an engine
 * gets, `DIFFERENTIAL_SEED` which.
 */
import { inspect } from 'node:util';
import fc from 'fast-check';
import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import {
	CombinedExpression,
	combinableOf,
	LEFT_TO_ENGINE,
} from '../../../nodes/ConcurrentHttpRequest/expressions/index.ts';
import { onEachEngine } from '../../support/workflow/expressionEngine.ts';
import { arbitraryEngineExpression } from './support/arbitraryEngineExpression.ts';
import { arbitraryJson } from './support/arbitraryExpression.ts';
import { difference } from './support/difference.ts';
import { inNode } from './support/inNode.ts';
import { oddItems } from './support/oddItems.ts';
import { casesOr, seed } from './support/seed.ts';

const CASES = casesOr(2_500);
const EXPRESSIONS = 5;
const ITEMS = 3;

interface Counts {
	equal: number;
	leftToEngine: number;
	notCombined: number;
}

/** Every mismatch, as text. */
function mismatches(
	raws: readonly string[],
	itemIndex: number,
	context: IExecuteFunctions,
	counts: Counts,
): string[] {
	const known = raws.flatMap((raw) => {
		const text = combinableOf(raw);
		return text ? [{ raw, text }] : [];
	});
	const rewrites = known.some(({ text }) => text.template.extended);
	const fitting = known.filter(
		({ text }) => !rewrites || text.template.extended || text.standsRewriting,
	);
	counts.notCombined += raws.length - fitting.length;
	if (fitting.length === 0) return [];
	const combined = CombinedExpression.of(fitting.map(({ text }) => text));
	if (!combined) return [`not combined: ${JSON.stringify(fitting.map(({ raw }) => raw))}`];
	let result: unknown;
	try {
		result = context.evaluateExpression(combined.source, itemIndex);
	} catch {
		counts.leftToEngine += fitting.length;
		return [];
	}
	return fitting.flatMap(({ raw, text }) => {
		const value = combined.valueOf(text, result);
		if (value === LEFT_TO_ENGINE) {
			counts.leftToEngine += 1;
			return [];
		}
		counts.equal += 1;
		let expected: unknown;
		try {
			expected = context.evaluateExpression(raw.slice(1), itemIndex);
		} catch (error) {
			return [`${raw} for item ${itemIndex}: combined ${String(value)}, alone ${String(error)}`];
		}
		const where = difference(value, expected);
		return where ? [`${raw} for item ${itemIndex}: ${where}`] : [];
	});
}

/** An item that contains itself makes the engine's isolate run out of memory, which ends it. */
function endsSomewhere({ json }: INodeExecutionData): boolean {
	return !inspect(json, { depth: 5 }).includes('[Circular');
}

onEachEngine((engine) => {
	it(
		`gives the same in one call (seed ${seed})`,
		async () => {
			const usual = fc.sample(arbitraryJson, { numRuns: 20, seed }).map((json) => ({ json }));
			const items = [...oddItems, ...(usual as typeof oddItems)].filter(endsSomewhere);
			const counts: Counts = { equal: 0, leftToEngine: 0, notCombined: 0 };
			const lists = fc.array(arbitraryEngineExpression, {
				minLength: EXPRESSIONS,
				maxLength: EXPRESSIONS,
			});
			const indexes = fc.uniqueArray(fc.nat(items.length - 1), {
				minLength: ITEMS,
				maxLength: ITEMS,
			});
			await inNode(items, (context) => {
				fc.assert(
					fc.property(lists, indexes, (raws, itemIndexes) => {
						const wrong = itemIndexes.flatMap((index) => mismatches(raws, index, context, counts));
						expect(wrong).toEqual([]);
					}),
					{ numRuns: Math.ceil(CASES / EXPRESSIONS / ITEMS), seed },
				);
				expect(context.evaluateExpression('{{ $itemIndex + 1 }}', 1)).toBe(2);
			});
			if (process.env.DIFFERENTIAL_REPORT) console.log(engine, counts);
			// A generator of nothing but what is refused would prove nothing.
			expect(counts.equal).toBeGreaterThan(CASES / 6);
		},
		60 * 60_000,
	);
});
