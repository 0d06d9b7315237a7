/** The resolver against n8n's engines in a loop: each run has other items, in another order. */
import fc from 'fast-check';
import type {
	IConnections,
	IExecuteFunctions,
	INodeExecutionData,
	INodeTypeDescription,
} from 'n8n-workflow';
import { onEachEngine } from '../../support/workflow/expressionEngine.ts';
import { runWorkflow } from '../../support/workflow/runWorkflow.ts';
import { arbitraryExpression } from './support/arbitraryExpression.ts';
import { Differential } from './support/Differential.ts';
import { everydayExpressions } from './support/everydayExpressions.ts';
import { everydayItems } from './support/everydayItems.ts';
import { oddItems } from './support/oddItems.ts';
import { casesOr, seed } from './support/seed.ts';

const CASES = casesOr(3_000);
const RUNS = 3;

/** About the runs, and about a node that gives something else in each. */
const ABOUT_RUNS = [
	'={{ $runIndex }}',
	'={{ $runIndex + $itemIndex }}',
	'=run {{ $runIndex }}: {{ $json.run }}',
	'={{ $prevNode.runIndex }}',
	'={{ $prevNode.name }}/{{ $prevNode.outputIndex }}',
	"={{ $('Mix').first().json.run }}",
	"={{ $('Mix').first(0, 0).json.run }}",
	"={{ $('Mix').first(0, $runIndex).json.run }}",
	"={{ $('Mix').all(0, 0).length }}",
	"={{ $('Mix').last().json.run + $json.id }}",
	"={{ $('Mix').all().map(item => item.json.run).join() }}",
	"={{ $('Mix').all()[$itemIndex].json.id }}",
	"={{ $('Mix').first(1) }}",
	"={{ $('Start').first().json.id }}-{{ $json.id }}",
	"={{ $('Start').item.json.id }}",
	"={{ $('Probe').isExecuted }}",
	"={{ $('Probe').first().json.run }}",
	'={{ $input.first().json.run }}',
	'={{ $input.item.json.run }}',
	'={{ $input.all().length }}/{{ $input.item.json.id }}',
	"={{ $json.items.map(item => item.id + $('Mix').first().json.run) }}",
];

function description(outputs: number): INodeTypeDescription {
	return {
		...{ name: 'node', displayName: 'Node', description: '', group: ['transform'] },
		...{ version: 1, defaults: {}, inputs: ['main'], properties: [] },
		outputs: Array<'main'>(outputs).fill('main'),
	};
}

/** The same items, turned further in each run; one has lost what it came from. */
function turned(items: INodeExecutionData[], run: number): INodeExecutionData[] {
	return items.map((_, index) => {
		const from = (index + run) % items.length;
		const json = { ...items[from]?.json, run };
		return from === 1 ? { json } : { json, pairedItem: from };
	});
}

/** Calls something in a node that runs several times, with items from `Start` and `Mix`. */
async function inEachRun(
	items: INodeExecutionData[],
	action: (context: IExecuteFunctions, run: number) => void,
): Promise<void> {
	let run = 0;
	let failure: { error: unknown } | undefined;
	const to = (node: string) => [{ node, type: 'main' as const, index: 0 }];
	const connections: IConnections = {
		Start: { main: [to('Mix')] },
		Mix: { main: [to('Probe')] },
		Probe: { main: [to('Mix')] },
	};
	const result = await runWorkflow({
		...{ items, connections },
		nodes: [
			{ name: 'Mix', type: 'test.mix' },
			{ name: 'Probe', type: 'test.probe' },
		],
		types: {
			'test.mix': {
				description: description(1),
				async execute(this: IExecuteFunctions) {
					return [turned(this.getInputData(), run)];
				},
			},
			'test.probe': {
				description: description(1),
				async execute(this: IExecuteFunctions) {
					try {
						action(this, run);
					} catch (error) {
						failure = { error };
					}
					run += 1;
					return [run < RUNS && !failure ? this.getInputData() : []];
				},
			},
		},
	});
	if (failure) throw failure.error;
	if (result.error) throw result.error;
	expect(run).toBe(RUNS);
}

onEachEngine(() => {
	it('agrees in each run', async () => {
		const raws = [...ABOUT_RUNS, ...everydayExpressions.simple, ...everydayExpressions.runConstant];
		let resolved = 0;
		await inEachRun(everydayItems, (context, run) => {
			expect(context.evaluateExpression('{{ $runIndex }}', 0)).toBe(run);
			const differential = new Differential(context);
			const indexes = [...everydayItems.keys()];
			expect(raws.flatMap((raw) => differential.mismatches(raw, indexes))).toEqual([]);
			resolved += differential.counts.equal;
		});
		expect(resolved).toBeGreaterThan(RUNS * raws.length * everydayItems.length * 0.9);
	});

	it(
		`agrees about generated expressions in each run (seed ${seed})`,
		async () => {
			const items = [...oddItems.slice(0, 13), ...everydayItems];
			await inEachRun(items, (context) => {
				const differential = new Differential(context);
				fc.assert(
					fc.property(arbitraryExpression, (raw) => {
						expect(differential.mismatches(raw, [...items.keys()])).toEqual([]);
					}),
					{ numRuns: Math.ceil(CASES / RUNS / items.length), seed },
				);
			});
		},
		60 * 60_000,
	);
});
