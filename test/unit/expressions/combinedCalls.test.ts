/** Which calls of n8n's engine the node makes, with a fake engine. */
import type { IExecuteFunctions } from 'n8n-workflow';
import { RunParameters } from '../../../nodes/ConcurrentHttpRequest/parameters/ItemParameters.ts';

/** How often each code occurs in the expression that the engine is given. */
const CODE = /attempt__\(\(\) => \{ return \( (\$?\w+\.\w+) \); \}, false\)/g;

type Engine = (code: string, item: number) => unknown;

/** Returns, for a parameter `={{ a.b }}`, the code and the item's number. */
const faithful: Engine = (code, item) => `${code} of ${item}`;

function runOf(
	parameters: Record<string, string>,
	{ combined = faithful, alone = faithful }: { combined?: Engine; alone?: Engine } = {},
) {
	const calls: string[] = [];
	const context = {
		getWorkflowSettings: () => ({}),
		isToolExecution: () => false,
		getInputData: () => [],
		evaluateExpression: (source: string, item: number) => {
			const codes = [...source.matchAll(CODE)].map(([, code = '']) => code);
			calls.push(codes.join(' '));
			return codes.map((code) => {
				const value = combined(code, item);
				return value instanceof Error ? 0 : [value];
			});
		},
		getNodeParameter: (name: string, item: number, _fallback: unknown, options?: object) => {
			if (options) return parameters[name];
			calls.push(name);
			const value = alone((parameters[name] ?? '').slice(4, -3), item);
			if (value instanceof Error) throw value;
			return value;
		},
	} as unknown as IExecuteFunctions;
	return { run: new RunParameters(context), calls };
}

const three = { a: '={{ x.a }}', b: '={{ x.b }}', c: '={{ x.c }}' };
const names = Object.keys(three);

function read(run: RunParameters, item: number, wanted: readonly string[] = names): unknown[] {
	const parameters = run.forItem(item);
	return wanted.map((name) => parameters.get(name));
}

it('learns what is needed, checks that one call returns the same, and makes one call from then on', () => {
	const { run, calls } = runOf(three);
	const values = [0, 1, 2, 3].map((item) => read(run, item));
	expect(values).toEqual([0, 1, 2, 3].map((item) => names.map((name) => `x.${name} of ${item}`)));
	expect(calls).toEqual([
		...names,
		...['x.a x.b x.c', ...names],
		...['x.a x.b x.c', 'x.a x.b x.c'],
	]);
});

it('makes no combined call for a single expression', () => {
	const { run, calls } = runOf(three);
	for (const item of [0, 1, 2]) read(run, item, ['a']);
	expect(calls).toEqual(['a', 'a', 'a']);
});

it('makes no combined call before something is read', () => {
	const { run, calls } = runOf(three);
	for (const item of [0, 1]) read(run, item);
	calls.length = 0;
	run.forItem(2);
	expect(calls).toEqual([]);
});

it('adds what is needed later', () => {
	const { run, calls } = runOf(three);
	for (const item of [0, 1, 2]) read(run, item, ['a', 'b']);
	calls.length = 0;
	for (const item of [3, 4, 5]) read(run, item);
	expect(calls).toEqual([
		...['x.a x.b', 'c'],
		// Another expression, so it has to be proven anew.
		...['x.a x.b x.c', ...names],
		'x.a x.b x.c',
	]);
});

it('leaves a parameter to n8n if the combined call returns another value for it', () => {
	const wrong: Engine = (code, item) => (code === 'x.b' ? 'other' : faithful(code, item));
	const { run, calls } = runOf(three, { combined: wrong });
	const values = [0, 1, 2, 3, 4].map((item) => read(run, item));
	expect(values).toEqual(
		[0, 1, 2, 3, 4].map((item) => names.map((name) => `x.${name} of ${item}`)),
	);
	expect(calls.slice(-2)).toEqual(['x.a x.c', 'b']);
	expect(run.evaluators()).toEqual({ a: 'combined call', b: 'own call', c: 'combined call' });
});

it('compares types as well', () => {
	const wrong: Engine = (_code, item) => String(item);
	const { run, calls } = runOf(three, { combined: wrong, alone: (_code, item) => item });
	for (const item of [0, 1, 2, 3]) expect(read(run, item)).toEqual([item, item, item]);
	expect(calls.slice(-3)).toEqual(names);
});

it('lets n8n throw its own error, only for the parameter that throws', () => {
	const failing: Engine = (code, item) =>
		code === 'x.b' && item === 5 ? new Error('wrong for 5') : faithful(code, item);
	const { run } = runOf(three, { combined: failing, alone: failing });
	for (const item of [0, 1, 2, 3, 4]) read(run, item);
	const parameters = run.forItem(5);
	expect(parameters.get('a')).toBe('x.a of 5');
	expect(() => parameters.get('b')).toThrow('wrong for 5');
	expect(parameters.get('c')).toBe('x.c of 5');
	expect(read(run, 6)).toEqual(names.map((name) => `x.${name} of 6`));
});

it('ignores an error in an expression that the item does not need', () => {
	const failing: Engine = (code, item) =>
		code === 'x.c' && item > 2 ? new Error('unread') : faithful(code, item);
	const { run, calls } = runOf(three, { combined: failing, alone: failing });
	for (const item of [0, 1, 2]) read(run, item);
	calls.length = 0;
	for (const item of [3, 4, 5]) read(run, item, ['a', 'b']);
	expect(calls).toEqual(['x.a x.b x.c', 'x.a x.b x.c', 'x.a x.b x.c']);
});

it('stops if combined calls keep failing', () => {
	const none: Engine = () => new Error('not in common');
	const { run, calls } = runOf(three, { combined: none });
	for (let item = 0; item < 8; item++) {
		expect(read(run, item)).toEqual(names.map((name) => `x.${name} of ${item}`));
	}
	expect(calls.slice(-3)).toEqual(names);
	expect(calls.filter((call) => call.includes(' ')).length).toBeLessThan(6);
});

describe('an expression that depends on the time', () => {
	const parameters = { a: '={{ $now.a }}', b: '={{ x.b }}' };
	let time = 0;
	const clock: Engine = (code, item) => (code === '$now.a' ? time++ : `x.b of ${item}`);

	it('is compared by its kind', () => {
		const { run, calls } = runOf(parameters, { combined: clock, alone: clock });
		for (const item of [0, 1, 2]) read(run, item, ['a', 'b']);
		expect(calls.at(-1)).toBe('$now.a x.b');
	});

	it('is left to n8n if its kind differs', () => {
		const text: Engine = (code, item) => String(clock(code, item));
		const { run, calls } = runOf(parameters, { combined: text, alone: clock });
		for (const item of [0, 1, 2]) expect(read(run, item, ['a'])).toEqual([expect.any(Number)]);
		for (const item of [3, 4]) read(run, item, ['a', 'b']);
		for (const item of [5, 6]) expect(read(run, item, ['a'])).toEqual([expect.any(Number)]);
		expect(calls.slice(-2)).toEqual(['a', 'a']);
	});
});
