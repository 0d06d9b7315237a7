import { compileExpression } from '../../../nodes/ConcurrentHttpRequest/expressions/index.ts';
import { valueOf } from './scope.ts';

const json = {
	name: 'Ann',
	n: 5,
	zero: 0,
	list: [1, 2, 3],
	people: [
		{ name: 'A', age: 1 },
		{ name: 'B', age: 2 },
	],
	deep: { a: { b: 'c' } },
	'a b': 'blank',
	key: 'name',
	text: 'x-y z',
	nothing: null,
};

it.each<[string, unknown]>([
	['$json["a b"]', 'blank'],
	['$json[$json.key]', 'Ann'],
	['$json.list[0]', 1],
	['$json.list[$json.zero + 1]', 2],
	['$json.list[-1]', undefined],
	['$json.list["x"]', undefined],
	['$json.list.length', 3],
	['$json.name.length', 3],
	['$json.name[0]', 'A'],
	['$json.name.missing', undefined],
	['$json.n.missing', undefined],
	['$json.deep?.a?.b', 'c'],
	['$json.nothing?.a.b.c', undefined],
	['$json.nothing?.a.b ?? "d"', 'd'],
	['$json.missing?.trim()', undefined],
	['$json.nothing.a', undefined],
	['$json.zero || 1', 1],
	['$json.zero ?? 1', 0],
	['$json.zero && 1', 0],
	['$json.n > 3 ? "big" : "small"', 'big'],
	['$json.n + "1"', '51'],
	['$json.list + ""', '1,2,3'],
	['$json.n == "5"', true],
	['$json.n === "5"', false],
	['$json.nothing == undefined', true],
	['$json.list == "1,2,3"', true],
	['-$json.n', -5],
	['+$json.name', NaN],
	['!$json.name', false],
	['typeof $json.missing', 'undefined'],
	['typeof $json.list', 'object'],
	['`${$json.name}: ${$json.missing} ${$json.nothing}`', 'Ann: undefined null'],
	['[...$json.list, 4]', [1, 2, 3, 4]],
	['({ ...$json.deep, x: 1 })', { a: { b: 'c' }, x: 1 }],
	['$json.name.toUpperCase()', 'ANN'],
	['$json.n.toUpperCase()', undefined],
	['$json.n.toFixed(2)', '5.00'],
	['$json.text.replace(/[- ]/g, "_")', 'x_y_z'],
	['$json.text.split("-")', ['x', 'y z']],
	['/^x/.test($json.text)', true],
	['$json.list.map(x => x * 2)', [2, 4, 6]],
	['$json.list.filter((x, i) => i > 0)', [2, 3]],
	['$json.people.find(p => p.age === 2).name', 'B'],
	['$json.people.map(p => p.age + $json.list.join()).join("|")', '11,2,3|21,2,3'],
	['$json.list.reduce((sum, x) => sum + x, 0)', 6],
	['$json.list.map(x => x.a.b)', undefined],
	['[$json.zero, $json.name].filter(Boolean)', ['Ann']],
	['$json.list.includes(2)', true],
	['Math.round($json.n / 2)', 3],
	['Math.PI > $json.n', false],
	['Number("0x1" + $json.n) + parseInt($json.n + "px")', 26],
	['encodeURIComponent($json.text)', 'x-y%20z'],
	['encodeURIComponent("\\ud800" + $json.name)', undefined],
	['JSON.stringify($json.deep)', '{"a":{"b":"c"}}'],
	['JSON.stringify({ a: $json.missing, b: [$json.missing] })', '{"b":[null]}'],
	['JSON.parse("{" + $json.name)', undefined],
	['Object.keys($json.deep)', ['a']],
	['Object.entries($json.deep.a)', [['b', 'c']]],
	['Array.isArray($json.list)', true],
	['String($json.list)', '1,2,3'],
])('%s', (code, value) => {
	expect(valueOf(`={{ ${code} }}`, json)).toEqual(value);
});

it('knows what n8n does to optional chains where it rewrites code', () => {
	// A method that n8n extends anywhere in the parameter makes it rewrite all of its code.
	expect(valueOf('={{ Math.round($json.n) }}{{ $json.deep?.a?.b }}', json)).toBe('5c');
	expect(compileExpression('={{ Math.round($json.n) }}{{ $json.deep?.a?.["b"] }}')).toBeUndefined();
	expect(compileExpression('={{ Math.round($json.n) }}{{ $json.name?.trim() }}')).toBeUndefined();
});
