import type { IExecuteFunctions } from 'n8n-workflow';
import fc from 'fast-check';

import { CompiledParameters } from '../../../nodes/ConcurrentHttpRequest/expressions/index.ts';
import {
	type ItemParameters,
	RunParameters,
} from '../../../nodes/ConcurrentHttpRequest/parameters/ItemParameters.ts';

interface Reading {
	name: string;
	item: number;
	raw: boolean;
}

/**
 * What n8n hands out: the raw parameters, or each with its expressions resolved. Here every
 * expression resolves to its text and the item's number.
 */
function contextOf(parameters: Record<string, unknown>) {
	const readings: Reading[] = [];
	const resolve = (value: unknown, item: number): unknown => {
		if (typeof value === 'string' && value.startsWith('=')) return `${value.slice(1)} of ${item}`;
		if (Array.isArray(value)) return value.map((entry) => resolve(entry, item));
		if (typeof value !== 'object' || value === null) return value;
		return Object.fromEntries(
			Object.entries(value).map(([name, entry]) => [name, resolve(entry, item)]),
		);
	};
	const getNodeParameter = (
		name: string,
		item: number,
		fallback: unknown,
		options?: { rawExpressions?: boolean },
	) => {
		const raw = options?.rawExpressions === true;
		readings.push({ name, item, raw });
		if (!Object.hasOwn(parameters, name)) return fallback;
		return raw ? parameters[name] : resolve(parameters[name], item);
	};
	const context = {
		getNodeParameter,
		getWorkflowSettings: () => ({}),
		isToolExecution: () => false,
		getInputData: () => [],
		evaluateExpression: (expression: string) => expression,
	} as unknown as IExecuteFunctions;
	return { parameters: new RunParameters(context), readings };
}

const parameters = {
	method: 'POST',
	url: '=url',
	options: { timeout: 5, response: { response: { fullResponse: true } } },
	headerParameters: {
		parameters: [
			{ name: 'a', value: 1 },
			{ name: 'b', value: '=header' },
		],
	},
	empty: null,
};

it('returns an item’s values, nested ones included', () => {
	const { parameters: run } = contextOf(parameters);
	expect(run.forItem(0).get('method')).toBe('POST');
	expect(run.forItem(3).get('url')).toBe('url of 3');
	expect(run.forItem(4).get('url')).toBe('url of 4');
	expect(run.forItem(1).get('options.response.response.fullResponse')).toBe(true);
	expect(run.forItem(7).get('headerParameters.parameters')).toEqual([
		{ name: 'a', value: 1 },
		{ name: 'b', value: 'header of 7' },
	]);
});

it.each(['missing', 'empty', 'options.missing', 'options.timeout.missing', 'url.missing.too'])(
	'gives undefined for what is not set: %s',
	(name) => {
		expect(contextOf(parameters).parameters.forItem(0).get(name)).toBeUndefined();
	},
);

it('keeps false, 0 and the empty text, which are set', () => {
	const { parameters: run } = contextOf({ off: false, zero: 0, text: '', nested: { off: false } });
	const item = run.forItem(0);
	expect(['off', 'zero', 'text', 'nested.off'].map((name) => item.get(name))).toEqual([
		false,
		0,
		'',
		false,
	]);
});

it('takes a text for an expression only if it starts with "="', () => {
	const { parameters: run, readings } = contextOf({ url: 'http://x/?a=1', note: ' =b' });
	for (const item of [0, 1, 2]) run.forItem(item).get('url');
	expect(readings.filter(({ raw }) => !raw)).toHaveLength(1);
	expect(run.forItem(5).get('note')).toBe(' =b');
});

const reads = fc.array(
	fc.record({
		item: fc.nat({ max: 5 }),
		name: fc.constantFrom(
			'method',
			'url',
			'options.timeout',
			'options.response.response.fullResponse',
			'options.missing',
			'headerParameters.parameters',
			'missing',
		),
	}),
	{ maxLength: 60, size: 'max' },
);

it('reads constants once a run and expressions once an item, in any order', () => {
	fc.assert(
		fc.property(reads, (asked) => {
			const { parameters: run, readings } = contextOf(parameters);
			const items = Array.from({ length: 6 }, (_, index) => run.forItem(index));
			for (const { item, name } of asked) items[item]!.get(name);

			const evaluated = readings
				.filter(({ raw }) => !raw)
				.map(({ name, item }) => `${name} ${item}`);
			// Nothing twice for the same item...
			expect(new Set(evaluated).size).toBe(evaluated.length);
			for (const name of ['method', 'options', 'missing']) {
				// ...what is constant once for all of them...
				const times = evaluated.filter((reading) => reading.startsWith(`${name} `)).length;
				expect(times).toBeLessThanOrEqual(1);
			}
			for (const name of ['url', 'headerParameters']) {
				// ...and expressions for those items only that asked.
				const items = asked.filter((each) => each.name.split('.')[0] === name);
				const expected = new Set(items.map(({ item }) => `${name} ${item}`));
				expect(new Set(evaluated.filter((each) => each.startsWith(`${name} `)))).toEqual(expected);
			}
			// Whether there is an expression is looked up once a run.
			const looked = readings.filter(({ raw }) => raw).map(({ name }) => name);
			expect(new Set(looked).size).toBe(looked.length);
		}),
	);
});

it('evaluates nothing before it is read', () => {
	const { parameters: run, readings } = contextOf(parameters);
	run.forItem(0);
	expect(readings).toEqual([]);
});

describe('a value derived from parameters', () => {
	const timeoutOf = (seconds: number[]) => (item: ItemParameters) => {
		seconds.push(Number(item.get('options.timeout')));
		return { seconds: item.get('options.timeout') };
	};

	it('is computed once a run where all that it reads is constant', () => {
		const { parameters: run } = contextOf(parameters);
		const made: number[] = [];
		const compute = timeoutOf(made);
		const results = [0, 1, 2].map((item) => run.forItem(item).derive(compute));
		expect(results[0]).toEqual({ seconds: 5 });
		expect(results[2]).toBe(results[0]);
		expect(made).toEqual([5]);
	});

	it('is computed for each item where anything that it reads varies, however deep', () => {
		const { parameters: run } = contextOf(parameters);
		const url = (item: ItemParameters) => `${String(item.get('url'))} by ${item.derive(method)}`;
		const method = (item: ItemParameters) => String(item.get('method'));
		const outer = (item: ItemParameters) => `<${item.derive(url)}>`;
		expect([0, 1].map((item) => run.forItem(item).derive(outer))).toEqual([
			'<url of 0 by POST>',
			'<url of 1 by POST>',
		]);
	});

	it('is found to vary when an item reads more than those before it', () => {
		const { parameters: run } = contextOf({ ...parameters, kind: '=kind' });
		const compute = (item: ItemParameters) => (item.get('url') === 'url of 2' ? 'last' : 'other');
		expect([0, 1, 2].map((item) => run.forItem(item).derive(compute))).toEqual([
			...['other', 'other', 'last'],
		]);
	});

	it('throws for every item', () => {
		const { parameters: run } = contextOf(parameters);
		const compute = () => {
			throw new Error('wrong');
		};
		for (const item of [0, 1]) expect(() => run.forItem(item).derive(compute)).toThrow('wrong');
	});

	it('is kept even where it is undefined', () => {
		const { parameters: run } = contextOf(parameters);
		const compute = jest.fn((item: ItemParameters) => item.get('missing'));
		for (const item of [0, 1]) expect(run.forItem(item).derive(compute)).toBeUndefined();
		expect(compute).toHaveBeenCalledTimes(1);
	});
});

describe('an expression that the node can evaluate itself', () => {
	/** n8n's engine as it is asked for `={{ $json.id }}`, or as another version might answer. */
	function runOf(
		raw: unknown,
		engine: (itemIndex: number) => unknown,
		ids: unknown[],
		compiled = new CompiledParameters(),
		constant = 'constant',
		isTool = false,
	) {
		const asked: number[] = [];
		const context = {
			getWorkflowSettings: () => ({}),
			isToolExecution: () => isTool,
			getInputData: () => ids.map((id) => ({ json: { id } })),
			evaluateExpression: () => constant,
			getNodeParameter: (_name: string, item: number, _fallback: unknown, options?: object) => {
				if (options) return raw;
				asked.push(item);
				return engine(item);
			},
		} as unknown as IExecuteFunctions;
		return { run: new RunParameters(context, compiled), context, asked };
	}
	const idsFrom = (run: RunParameters, count: number) =>
		Array.from({ length: count }, (_, item) => run.forItem(item).get('url'));

	it('is evaluated by the engine once, which proves that both agree', () => {
		const ids = [3, 1, 4, 1, 5];
		const { run, asked } = runOf('={{ $json.id }}', (item) => ids[item], ids);
		expect(idsFrom(run, 5)).toEqual(ids);
		expect(asked).toEqual([0]);
		expect(run.evaluators()).toEqual({ url: 'node' });
	});

	it('is left to the engine for good where they do not agree', () => {
		const { run, asked } = runOf('={{ $json.id }}', (item) => `other ${item}`, [1, 2, 3]);
		expect(idsFrom(run, 3)).toEqual(['other 0', 'other 1', 'other 2']);
		expect(asked).toEqual([0, 1, 2]);
	});

	it('needs no proof in a later run', () => {
		const compiled = new CompiledParameters();
		idsFrom(runOf('={{ $json.id }}', () => 1, [1], compiled).run, 1);
		const later = runOf('={{ $json.id }}', (item) => item, [7, 8], compiled);
		expect(idsFrom(later.run, 2)).toEqual([7, 8]);
		expect(later.asked).toEqual([]);
	});

	it('is left to the engine in a tool whose input is what the model says', () => {
		const compiled = new CompiledParameters();
		idsFrom(runOf('={{ $json.id }}', () => 1, [1], compiled).run, 1);
		const said = [22, 23];
		const tool = runOf('={{ $json.id }}', () => 11, said, compiled, 'constant', true);
		expect(idsFrom(tool.run, 2)).toEqual([11, 11]);
		expect(tool.run.evaluators()).toEqual({ url: 'own call' });
	});

	it('is compared exactly, whatever its fields are called', () => {
		const { run, asked } = runOf('={{ $json.id.format }}', () => 'engine', [{ format: 'pdf' }, 1]);
		expect(idsFrom(run, 2)).toEqual(['engine', 'engine']);
		expect(asked).toEqual([0, 1]);
	});

	it('is left to an engine that was not compared', () => {
		const compiled = new CompiledParameters();
		idsFrom(runOf('={{ $json.id }}', () => 1, [1], compiled).run, 1);
		const { context } = runOf('={{ $json.id }}', (item) => item, [7, 8]);
		const run = new RunParameters(context, compiled, 'quickjs');
		expect(idsFrom(run, 2)).toEqual([0, 1]);
	});

	it('is proven in each run until both agree', () => {
		const compiled = new CompiledParameters();
		idsFrom(runOf('={{ $json.id }}', () => 'other', [1], compiled).run, 1);
		const later = runOf('={{ $json.id }}', () => 'other again', [7], compiled);
		expect(idsFrom(later.run, 1)).toEqual(['other again']);
	});

	it('has the value of this run where it does not depend on the item', () => {
		const compiled = new CompiledParameters();
		const values = ['first', 'second'].map((value) => {
			const { run, asked } = runOf('={{ $vars.base }}', () => value, [1, 2], compiled, value);
			return { ids: idsFrom(run, 2), asked };
		});
		expect(values).toEqual([
			{ ids: ['first', 'first'], asked: [0] },
			{ ids: ['second', 'second'], asked: [] },
		]);
	});

	it('is left to the engine for an item whose data only the engine can read', () => {
		const ids = [1, new Date(0), 3];
		const { run, asked } = runOf('={{ $json.id }}', (item) => ids[item], ids);
		expect(idsFrom(run, 3)).toEqual(ids);
		expect(asked).toEqual([0, 1]);
	});

	it('is evaluated once where it does not depend on the item', () => {
		const { run, asked } = runOf('={{ $vars.base }}', () => 'constant', [1, 2, 3]);
		expect(idsFrom(run, 3)).toEqual(['constant', 'constant', 'constant']);
		expect(asked).toEqual([0]);
	});

	it('may stand in a list, beside others', () => {
		const raw = {
			parameters: [
				{ name: 'a', value: '={{ $json.id }}' },
				{ name: 'b', value: 1 },
			],
		};
		const rows = (id: unknown) => ({
			parameters: [
				{ name: 'a', value: id },
				{ name: 'b', value: 1 },
			],
		});
		const { run, asked } = runOf(raw, (item) => rows(item + 7), [7, 8, 9]);
		expect(idsFrom(run, 3)).toEqual([rows(7), rows(8), rows(9)]);
		expect(asked).toEqual([0]);
	});

	it('leaves a list to the engine where only the engine can evaluate one of its expressions', () => {
		const raw = { parameters: ['={{ $json.id }}', '={{ $now }}'] };
		const { run, asked } = runOf(raw, (item) => item, [7, 8]);
		expect(idsFrom(run, 2)).toEqual([0, 1]);
		expect(asked).toEqual([0, 1]);
	});
});
