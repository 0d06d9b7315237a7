/** What the resolver makes of expressions; that n8n makes the same of them, test/workflow shows. */
import {
	compileExpression,
	RunConstants,
	LEFT_TO_ENGINE,
} from '../../../nodes/ConcurrentHttpRequest/expressions/index.ts';
import { compiled, scopeOf, valueOf } from './scope.ts';

describe('one {{ }} alone', () => {
	it.each<[string, unknown]>([
		['={{ $json.n }}', 5],
		['={{ $json.t }}', 'text'],
		['={{ $json.o }}', { a: [1, null] }],
		['={{ $json.missing }}', undefined],
		['={{ $json.missing.deep }}', undefined],
		['={{ $json.nothing }}', null],
		['={{ $json.nan }}', NaN],
		['={{ -0 }}', -0],
		['={{ $itemIndex }}', 0],
	])('%s keeps its type', (raw, value) => {
		const json = { n: 5, t: 'text', o: { a: [1, null] }, nothing: null, nan: NaN };
		expect(valueOf(raw, json)).toEqual(value);
	});
});

describe('several parts', () => {
	it.each<[unknown, string]>([
		[undefined, '<>'],
		[null, '<>'],
		[NaN, '<>'],
		['', '<>'],
		[0, '<0>'],
		[-0, '<0>'],
		[false, '<false>'],
		[true, '<true>'],
		[1e21, '<1e+21>'],
		[[1, [null, 2]], '<1,,2>'],
		[{ a: 1 }, '<[object Object]>'],
	])('convert %p to text', (value, text) => {
		expect(valueOf('=<{{ $json.value }}>', { value })).toBe(text);
	});

	it('fail one by one', () => {
		expect(valueOf('={{ $json.a.b.c }}-{{ $json.d }}', { d: 1 })).toBe('-1');
	});

	it('may be blanks', () => {
		expect(valueOf('={{ $json.a }} ', { a: 1 })).toBe('1 ');
	});

	it('may be missing', () => {
		expect(valueOf('=just text')).toBe('just text');
		expect(valueOf('=')).toBe('');
	});
});

describe('an object', () => {
	it('is a copy, so that the item stays as it is', () => {
		const json = { o: { list: [{ a: 1 }] } };
		const value = valueOf('={{ $json.o }}', json) as typeof json.o;
		expect(value).toEqual(json.o);
		expect(value).not.toBe(json.o);
		expect(value.list[0]).not.toBe(json.o.list[0]);
	});

	it('is new each time, even if it is the same for every item', () => {
		const { evaluate } = compiled('={{ { a: [1] } }}');
		expect(evaluate(scopeOf({}))).not.toBe(evaluate(scopeOf({})));
	});
});

describe('what only the engine can evaluate', () => {
	it.each([
		'no leading equals sign',
		'={{ $json.a.constructor }}',
		'=a text with x.constructor in it',
		'={{ $json.__proto__ }}',
		'={{ $json["prototype"] }}',
		'={{ $json.toString }}',
		'={{ $json["hasOwnProperty"] }}',
		'={{ $json.arguments }}',
		'={{ $json.a.isEmpty() }}',
		'={{ $json.list.first() }}',
		'={{ $json.list.reverse() }}',
		'={{ $json.list.sort() }}',
		'={{ $json.list.push(4) }}',
		'={{ $json.name.normalize() }}',
		'={{ $json.n.valueOf() }}',
		'={{ $json.name.missing() }}',
		'={{ $now }}',
		'={{ new Date() }}',
		'={{ Math.random() }}',
		'={{ unknown }}',
		'={{ this.x }}',
		'={{ globalThis }}',
		'={{ $json.a = 1 }}',
		'={{ delete $json.a }}',
		'={{ "a" in $json }}',
		'={{ $json instanceof Object }}',
		'={{ $json.a; }}',
		'={{ $json.a; $json.b }}',
		'={{ $json.a /* why */ }}',
		'={{ 10n }}',
		'={{ /(a+)+$/.test($json.a) }}',
		'={{ `a\nb` }}',
		'={{ `a\\n${$json.a}` }}',
		'={{ `${$json?.a}` }}',
		'={{ $json.a?.[$json.b] }}',
		'={{ ($json?.a).b }}',
		'={{ ($json.a || $json.b) ?? 1 }}',
		'={{ - -$json.a }}',
		'={{ { __proto__: $json.a } }}',
		'={{ { $json } }}',
		'={{ [1, , 2] }}',
		'={{ (() => 1)() }}',
		'={{ $json.list.map(({ a }) => a) }}',
		'={{ $json.list.map($json => $json.a) }}',
		'={{ $json.list.map(function (x) { return x }) }}',
		'={{ $json.list.map(async x => x) }}',
		'={{ $json.list.map(x => $json.list.map(y => x + y)) }}',
		'={{ $json.a }} \\{{ $json.b }}',
		'={{ $json.a \\}} }}',
		'=a\\\\b {{ $json.a }}',
		'={{ $json.a',
		'={{ }}',
		'={{ not javascript }}',
		'=toString',
		'={{ $binary }}',
		'={{ $input.item.binary }}',
		'={{ $node["A"].json.id }}',
		"={{ $('A').item.json.id }}",
		"={{ $('A').itemMatching(0).json }}",
		"={{ $('A').pairedItem().json }}",
		'={{ $parameter.url }}',
	])('%s', (raw) => {
		expect(compileExpression(raw)).toBeUndefined();
	});
});

describe('data that only the engine can read', () => {
	const sparse = [1];
	sparse[2] = 3;
	const circular: Record<string, unknown> = {};
	circular.self = circular;
	const hidden = Object.defineProperty({}, 'a', { enumerable: false, value: 1 });

	it.each<[string, unknown]>([
		['a date', new Date()],
		['a class instance', new (class Money {})()],
		['a map', new Map()],
		['a buffer', Buffer.from('x')],
		['a function', () => 1],
		['a symbol', Symbol('s')],
		['a bigint', 10n],
		['a proxy', new Proxy({}, {})],
		['a proxied array', new Proxy([], {})],
		['an array with holes', sparse],
		['an array with more than elements', Object.assign([1], { extra: 1 })],
		['an object in itself', circular],
		['a hidden property', hidden],
		['a symbol as key', { [Symbol('s')]: 1 }],
		['a __proto__ key', JSON.parse('{"__proto__":{"a":1}}')],
		['a key that every object has', { toString: 1 }],
		['what n8n takes for a date', { at: { isLuxonDateTime: true } }],
	])('%s is left to the engine', (_, value) => {
		expect(valueOf('={{ $json.value }}', { value })).toBe(LEFT_TO_ENGINE);
		expect(valueOf('={{ JSON.stringify($json.value) }}', { value })).toBe(
			// As a text, this is as any other.
			Object.hasOwn(Object(value) as object, 'at')
				? '{"at":{"isLuxonDateTime":true}}'
				: LEFT_TO_ENGINE,
		);
	});

	it('is a getter, which is not called', () => {
		let calls = 0;
		const json = Object.defineProperty({}, 'value', { enumerable: true, get: () => calls++ });
		expect(valueOf('={{ $json.value }}', json)).toBe(LEFT_TO_ENGINE);
		expect(valueOf('={{ $json }}', json)).toBe(LEFT_TO_ENGINE);
		expect(calls).toBe(0);
	});

	it('is an item without JSON', () => {
		expect(valueOf('={{ $json.a }}', null)).toBe(LEFT_TO_ENGINE);
		expect(valueOf('={{ $input.item.json.a }}', {}, { inputItem: undefined })).toBe(LEFT_TO_ENGINE);
	});

	it('is an unsafe computed key', () => {
		const json = { key: '__proto__', other: 'toString', a: { id: 1 } };
		expect(valueOf('={{ $json.a[$json.key] }}', json)).toBe(LEFT_TO_ENGINE);
		expect(valueOf('={{ $json.a[$json.other] }}', json)).toBe(LEFT_TO_ENGINE);
	});

	it('is a comparison of two objects', () => {
		expect(valueOf('={{ $json.a === $json.b }}', { a: {}, b: {} })).toBe(LEFT_TO_ENGINE);
	});

	it('is a list too long to call a function for each element', () => {
		const json = { list: Array.from({ length: 1_001 }, () => 1) };
		expect(valueOf('={{ $json.list.map(x => x) }}', json)).toBe(LEFT_TO_ENGINE);
	});

	it('is a text that is, or becomes, too long', () => {
		const json = { long: ' '.repeat(5_001) };
		expect(valueOf("={{ $json.long.replace(/\\s+$/, '') }}", json)).toBe(LEFT_TO_ENGINE);
		expect(valueOf("={{ 'x'.repeat(100001) + $json.a }}", json)).toBe(LEFT_TO_ENGINE);
	});
});

describe('dependsOnItem', () => {
	it.each<[string, boolean]>([
		['=text', false],
		['={{ 1 + 1 }}', false],
		['={{ $json.a }}', true],
		['=x{{ $itemIndex }}', true],
		['={{ $input.item.json.a }}', true],
		["={{ $('Config').first().json.a }}", false],
		["={{ $('Config').first().json.a }}{{ $json.b }}", true],
	])('of %s is %p', (raw, dependsOnItem) => {
		expect(compiled(raw).dependsOnItem).toBe(dependsOnItem);
	});
});

describe('what the engine evaluates once a run', () => {
	it.each<[string, string[]]>([
		['=text', []],
		['={{ $json.a }}', []],
		["={{ $('Config').first().json.a }}", ["{{ $('Config').first().json.a }}"]],
		["=Bearer {{ $('Config').first().json.a }}", ["Bearer {{ $('Config').first().json.a }}"]],
		["={{ $('Config').first().json.a + $json.b }}", ["{{ $('Config').first().json.a }}"]],
		['={{ $vars.base }}/{{ $json.id }}', ['{{ $vars.base }}']],
		['={{ $json.list.map(x => $vars.a + x) }}', ['{{ $vars.a }}']],
		['={{ $workflow.name + $execution.id + $json.a }}', ['{{ $workflow.name + $execution.id }}']],
		['={{ $input.all().length }}', ['{{ $input.all().length }}']],
		["={{ $('A').all().map(x => x.json.id) }}", ["{{ $('A').all().map(x => x.json.id) }}"]],
		["={{ 'abc'.toTitleCase() }}", ["{{ 'abc'.toTitleCase() }}"]],
	])('of %s', (raw, expressions) => {
		const evaluated: string[] = [];
		const constants = new RunConstants((expression) => evaluated.push(expression));
		valueOf(raw, { a: 1, b: 2, id: 3, list: [4] }, { constants });
		expect(evaluated).toEqual(expressions);
	});

	it.each([
		"={{ $('A').all().randomItem() }}",
		"={{ $('A').first().json.date.toDateTime() }}",
		"={{ $('A')['first']().json.a }}",
		"={{ $('A').first().json.list.sort() }}",
		"={{ $('A').first().json.list.push(1) }}",
		'={{ $items("A", 0, 0)[$itemIndex].json }}',
		'={{ $execution.customData.get("a") }}',
		'={{ $evaluateExpression("$json.a") }}',
		"={{ $('A').first().json[$now] }}",
		'={{ $workflow }}',
		'={{ { "__proto__": [], id: $prevNode.name } }}',
		"={{ 'a1'.match(/\\d/) }}",
	])('not %s', (raw) => {
		expect(compileExpression(raw)).toBeUndefined();
	});

	it('is evaluated once, however many items there are', () => {
		const evaluated: string[] = [];
		const constants = new RunConstants((expression) => {
			evaluated.push(expression);
			return 'base';
		});
		const { evaluate } = compiled('={{ $vars.base }}/{{ $json.id }}');
		expect([1, 2].map((id) => evaluate(scopeOf({ id }, { constants })))).toEqual([
			...['base/1', 'base/2'],
		]);
		expect(evaluated).toEqual(['{{ $vars.base }}']);
	});

	it('is not evaluated if it is not reached', () => {
		expect(valueOf('={{ $json.a ?? $vars.a }}', { a: 1 })).toBe(1);
	});

	it('is left to each item if the engine throws, and evaluated once', () => {
		let evaluated = 0;
		const constants = new RunConstants(() => {
			evaluated += 1;
			throw new Error('not executed');
		});
		const raw = "={{ $('A').first().json.a }}{{ $json.id }}";
		expect(valueOf(raw, {}, { constants })).toBe(LEFT_TO_ENGINE);
		expect(valueOf(raw, {}, { constants })).toBe(LEFT_TO_ENGINE);
		expect(evaluated).toBe(1);
	});

	it('is left to the engine if it is undefined within an expression, because it may have failed', () => {
		const constants = new RunConstants(() => undefined);
		expect(valueOf('={{ $vars.a.b + $json.c }}', { c: 1 }, { constants })).toBe(LEFT_TO_ENGINE);
		expect(valueOf('={{ $vars.a.b }}', {}, { constants })).toBeUndefined();
	});
});
