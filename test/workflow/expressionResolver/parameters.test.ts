/** The resolver against what a node gets for its parameters, and what surrounds an item. */
import type { INodeExecutionData } from 'n8n-workflow';
import {
	compileExpression,
	RunConstants,
	LEFT_TO_ENGINE,
} from '../../../nodes/ConcurrentHttpRequest/expressions/index.ts';
import { onEachEngine } from '../../support/workflow/expressionEngine.ts';
import { difference } from './support/difference.ts';
import { Differential } from './support/Differential.ts';
import { everydayExpressions } from './support/everydayExpressions.ts';
import { everydayItems } from './support/everydayItems.ts';
import { inNode } from './support/inNode.ts';

onEachEngine(() => {
	it('gives a node the same for its parameters, cleaned up as n8n does', async () => {
		const raw = [...everydayExpressions.simple, ...everydayExpressions.runConstant];
		const parameters = Object.fromEntries(raw.map((text, index) => [`p${index}`, text]));
		const check = (context: Parameters<Parameters<typeof inNode>[1]>[0]): void => {
			const differential = new Differential(context);
			let compared = 0;
			const wrong = raw.flatMap((text, index) => {
				const compiled = compileExpression(text);
				const resolved = compiled ? compiled.evaluate(differential.scopeOf(0)) : LEFT_TO_ENGINE;
				if (resolved === LEFT_TO_ENGINE) return [];
				compared += 1;
				const where = difference(resolved, context.getNodeParameter(`p${index}`, 0));
				return where ? [`${text}: ${where}`] : [];
			});
			expect(wrong).toEqual([]);
			expect(compared).toBeGreaterThan(raw.length * 0.9);
		};
		await inNode(everydayItems, check, { parameters });
	});

	it('leaves the item as it is, whatever is done with a value', async () => {
		const items: INodeExecutionData[] = [{ json: { list: [{ a: 1 }] } }];
		await inNode(items, (context) => {
			const differential = new Differential(context);
			const compiled = compileExpression('={{ $json }}');
			const value = compiled?.evaluate(differential.scopeOf(0)) as { list: unknown[] };
			value.list.push('changed');
			expect(context.evaluateExpression('{{ $json.list.length }}', 0)).toBe(1);
		});
	});

	it('has an item without its wrapping where binary data is combined with JSON', async () => {
		const items: INodeExecutionData[] = [{ json: { id: 1, json: { id: 2 } } }];
		const raw = '={{ $input.item.json.id }}';
		await inNode(
			items,
			(context) => {
				const json = items[0]?.json;
				const constants = new RunConstants(() => undefined);
				const scope = { json, itemIndex: 0, inputItem: json, constants };
				expect(compileExpression(raw)?.evaluate(scope)).toBe(2);
				expect(context.evaluateExpression(raw.slice(1), 0)).toBe(2);
			},
			{ settings: { binaryMode: 'combined' } },
		);
	});
});
