/** What the node reads of its parameters, against what n8n gives a node, and at what price. */
import fc from 'fast-check';
import type { IExecuteFunctions, INodeExecutionData, INodeParameters } from 'n8n-workflow';
import { ExpressionFailure } from '../../../nodes/ConcurrentHttpRequest/parameters/ExpressionFailure.ts';
import {
	type ItemParameters,
	RunParameters,
} from '../../../nodes/ConcurrentHttpRequest/parameters/ItemParameters.ts';
import { onEachEngine } from '../../support/workflow/expressionEngine.ts';
import { arbitraryEngineExpression } from './support/arbitraryEngineExpression.ts';
import { difference } from './support/difference.ts';
import { countEngineCalls } from './support/engineCalls.ts';
import { everydayItems } from './support/everydayItems.ts';
import { inNode } from './support/inNode.ts';
import { casesOr, seed } from './support/seed.ts';

const CASES = casesOr(1_500);

const ITEMS = 40;
const numbered = Array.from({ length: ITEMS }, (_, id) => ({
	json: { id, s: `customer ${id} & co`, at: '2024-03-29T18:06:31.798Z' },
}));

/** A value, or the error with what n8n says of where it was. */
function outcomeOf(read: () => unknown): { value: unknown } | { error: string } {
	try {
		return { value: read() };
	} catch (thrown) {
		// The node names the field, and keeps n8n's error as the cause.
		const error = thrown instanceof ExpressionFailure ? thrown.cause : thrown;
		const { message, cause, context } = error as Error & { context?: unknown };
		return { error: JSON.stringify([message, cause, context]) };
	}
}

function mismatch(run: ItemParameters, context: IExecuteFunctions, name: string, item: number) {
	const [got, expected] = [
		outcomeOf(() => run.get(name)),
		// The node takes `null` for a parameter that is not set.
		outcomeOf(() => context.getNodeParameter(name, item) ?? undefined),
	];
	try {
		const where = difference(got, expected);
		return where ? [`${name} of item ${item}: ${where}`] : [];
	} catch {
		// Some of n8n's own objects cannot be looked into; they come from n8n, or they could.
		return [];
	}
}

onEachEngine((engine) => {
	/** The calls for all items, each reading these parameters; every value is checked besides. */
	async function callsFor(
		parameters: INodeParameters,
		items: INodeExecutionData[] = numbered,
		names: (item: number) => string[] = () => Object.keys(parameters),
	): Promise<number> {
		let calls = 0;
		const check = (context: IExecuteFunctions): void => {
			const run = new RunParameters(context);
			const read = items.map((_, item) => run.forItem(item));
			calls = countEngineCalls(() => {
				// An item is at its end where a parameter throws.
				read.forEach((of, item) =>
					names(item).every((name) => 'value' in outcomeOf(() => of.get(name))),
				);
			});
			const wrong = read.flatMap((of, item) =>
				names(item).flatMap((name) => mismatch(of, context, name, item)),
			);
			expect(wrong).toEqual([]);
		};
		await inNode(items, check, { parameters });
		return calls;
	}

	const engineOnly = {
		url: '=https://x.test/{{ $json.id }}?q={{ $json.s.urlEncode() }}',
		headers: { parameters: [{ name: 'x', value: '={{ $json.s.toTitleCase() }}' }] },
		body: "={{ DateTime.fromISO($json.at).plus({ days: $json.id }).toFormat('yyyy-MM-dd') }}",
	};

	it('is called once per item, whatever the number of expressions', async () => {
		// Three calls to learn what is needed, three to prove that the combined call gives the same.
		expect(await callsFor(engineOnly)).toBeLessThanOrEqual(ITEMS + 6);
	});

	it('is called only for the expressions of a list that the node cannot evaluate', async () => {
		const value = ['={{ $json.id }}', '={{ $json.s.hash() }}', '={{ $json.s.trim() }}', 'fixed'];
		const headers = { parameters: value.map((each) => ({ name: each, value: each })) };
		expect(await callsFor({ headers })).toBeLessThan(ITEMS + 15);
	});

	it('is called once per item for data that only it can read', async () => {
		const items = numbered.map(({ json }) => ({ json: { ...json, at: new Date(0) as never } }));
		const parameters = { at: '={{ $json.at }}', text: '=at {{ $json.at }}', id: '={{ $json.id }}' };
		expect(await callsFor(parameters, items)).toBeLessThan(ITEMS + 8);
	});

	it('is called once per item for expressions that depend on time or chance', async () => {
		const parameters = {
			a: '={{ $now.toMillis() }}',
			b: '=at {{ $now.toMillis() }} {{ $json.id }}',
			c: { list: ['={{ Math.random() + $json.id }}'] },
		};
		let calls = 0;
		const read: unknown[][] = [];
		const check = (context: IExecuteFunctions): void => {
			const run = new RunParameters(context);
			calls = countEngineCalls(() => {
				for (const item of numbered.keys()) {
					const of = run.forItem(item);
					read.push([
						of.get('a'),
						of.get('b'),
						(of.get('c.list') as unknown[]).map((row) => typeof row),
					]);
				}
			});
		};
		await inNode(numbered, check, { parameters });
		expect(calls).toBeLessThanOrEqual(ITEMS + 6);
		const kinds = read.map(([a, b, c]) => [typeof a, /^at \d{13} \d+$/.test(String(b)), c]);
		expect(kinds).toEqual(numbered.map(() => ['number', true, ['number']]));
	});

	it('makes texts of dates in rows, and keeps dates that stand alone', async () => {
		const date = '={{ DateTime.fromISO($json.at) }}';
		const parameters = {
			date,
			rows: { parameters: [{ value: date, list: [date] }] },
			text: `=${date}`,
		};
		await callsFor(parameters);
	});

	it('throws what each expression throws by itself, for those items only', async () => {
		const parameters = {
			...engineOnly,
			wrong: '={{ $json.id % 5 === 3 ? $("Nowhere").item.json.id : $json.s.hash() }}',
			number: '={{ ($json.id % 2 ? $json.s : "5").toInt() }}',
			swallowed: '=<{{ $json.missing.deep.urlEncode() }}{{ $json.missing.deep.at }}>',
		};
		// Each throws again by itself: one for every fifth item, the other for every second.
		expect(await callsFor(parameters)).toBeLessThanOrEqual(ITEMS * 1.7 + 12);
	});

	it('is not called for what is not read', async () => {
		const parameters = { ...engineOnly, unread: '={{ $("Nowhere").item.json.id }}' };
		const all = Object.keys(engineOnly);
		expect(await callsFor(parameters, numbered, () => all)).toBeLessThanOrEqual(ITEMS + 6);
	});

	it('does no harm to an item that needs less than those before it', async () => {
		const parameters = {
			...engineOnly,
			sometimes: '={{ $json.id > 4 ? $("Nowhere").item.json.id : $json.s.hash() }}',
		};
		const names = (item: number) =>
			Object.keys(parameters).filter((name) => name !== 'sometimes' || item < 4);
		expect(await callsFor(parameters, numbered, names)).toBeLessThanOrEqual(ITEMS + 12);
	});

	it('may be called by itself for some parameters, and once for the rest', async () => {
		const parameters = {
			...engineOnly,
			alone: '={{ $json.s.length; }}',
			changing: '={{ $json.list = 5 }}',
		};
		expect(await callsFor(parameters)).toBeLessThanOrEqual(3 * ITEMS + 6);
	});

	it('is called once for an item where only some expressions are rewritten by n8n', async () => {
		const parameters = {
			extended: '={{ $json.s.toTitleCase() }}',
			chain: "={{ $('Start').item.json.s?.length ?? 0 }}",
			plain: "={{ $('Start').item.json.s }}",
		};
		expect(await callsFor(parameters)).toBeLessThanOrEqual(ITEMS + 6);
	});

	it(
		`gives the node what n8n gives a node (seed ${seed})`,
		async () => {
			const items = [...everydayItems, ...numbered.slice(0, 5)];
			const parameters = fc.record({
				a: arbitraryEngineExpression,
				b: arbitraryEngineExpression,
				rows: fc.record({
					parameters: fc.array(
						fc.record({
							name: fc.constantFrom('n', '={{ $json.id }}'),
							value: arbitraryEngineExpression,
						}),
						{ minLength: 1, maxLength: 3 },
					),
				}),
				list: fc.tuple(arbitraryEngineExpression),
			});
			const names = fc.array(fc.subarray(['a', 'b', 'rows', 'list']), {
				minLength: items.length,
				maxLength: items.length,
			});
			const readsAnItem = 4;
			let combinedCalls = 0;
			await fc.assert(
				fc.asyncProperty(parameters, names, async (values, read) => {
					const check = (context: IExecuteFunctions): void => {
						const evaluate = jest.spyOn(context, 'evaluateExpression');
						const run = new RunParameters(context);
						const wrong = items.flatMap((_, item) => {
							const of = run.forItem(item);
							return (read[item] ?? []).flatMap((name) => mismatch(of, context, name, item));
						});
						combinedCalls += evaluate.mock.calls.filter(([code]) =>
							code.includes('attempt__('),
						).length;
						expect(wrong).toEqual([]);
					};
					await inNode(items, check, { parameters: values });
				}),
				{ numRuns: Math.ceil(CASES / items.length / readsAnItem), seed },
			);
			if (process.env.DIFFERENTIAL_REPORT) console.log(engine, { combinedCalls });
			expect(combinedCalls).toBeGreaterThan(CASES / 40);
		},
		60 * 60_000,
	);
});
