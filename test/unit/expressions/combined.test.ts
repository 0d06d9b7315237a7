import {
	CombinedExpression,
	combinableOf,
	LEFT_TO_ENGINE,
} from '../../../nodes/ConcurrentHttpRequest/expressions/index.ts';

type Combinable = NonNullable<ReturnType<typeof combinableOf>>;

/** The text of `{{ code }}`; throws where it has to stand alone. */
function textOf(raw: string): Combinable {
	const text = combinableOf(raw);
	if (!text) throw new Error(`Stands alone: ${raw}`);
	return text;
}

function combinedOf(...texts: Combinable[]): CombinedExpression {
	const combined = CombinedExpression.of(texts);
	if (!combined) throw new Error('Not combined');
	return combined;
}

it.each([
	['$json.s.urlEncode()'],
	['$now.setZone("Europe/Berlin").toISO()'],
	["$('Start').item.json.id"],
	['$input.all().map(x => x.json.id)'],
	['$json.list.map(function (x) { return x; })'],
	['(() => { const a = $json.id; return a; })()'],
	['$json.list.filter(x => x).sort()'],
	['Object.assign({}, $json)'],
	['{ a: $json.id }'],
	['$json.a?.b'],
])('is combinable: %s', (code) => {
	expect(combinableOf(`={{ ${code} }}`)).toBeDefined();
	expect(combinableOf(`=a {{ ${code} }} b {{ $json.id }}`)).toBeDefined();
});

it.each([
	['changes data', '$json.list.sort()'],
	['changes data', '$json.list.push(1)'],
	['changes data', 'Object.assign($json, { a: 1 })'],
	['changes data', '$json["list"]["push"](1)'],
	['may change data', '$json.list[$json.method](1)'],
	['may change data', '$json.list.push.call($json.list, 1)'],
	['assigns', '$json.a = 1'],
	['assigns', '$json.a++'],
	['deletes', 'delete $json.a'],
	['waits', 'await $json.a'],
	['looks at its parameter', '$parameter.url'],
	['has values from an AI tool', "$fromAI('x')"],
	['is for pagination', '$response.body.next'],
	['uses a name of the common code', 'error__'],
	['uses a name of n8n', 'this.x'],
	['uses a name of n8n', 'global.x'],
	['closes brackets', '$json.a) + ($json.b'],
	['ends in a comment', '$json.a // comment'],
	['has a comment', '$json.a /* comment */'],
	['is two statements', '$json.a; $json.b'],
	['ends in a semicolon', '$json.a;'],
	['is no JavaScript', '$json.'],
	['is empty', ''],
	['uses in', '"a" in $json'],
	['uses in', '$json.hasField("a")'],
	['is refused by n8n', '$json["__proto__"]'],
	['is refused by n8n', '$json.constructor'],
	['throws what n8n does not swallow', '[...5]'],
	['is rewritten by n8n as a block', '{ a: $json.s.isEmpty() }'],
	['hides a method from n8n', '`"${$json.s.isEmpty()}" "`'],
])('is not combinable, because it %s: %s', (_why, code) => {
	expect(combinableOf(`={{ ${code} }}`)).toBeUndefined();
});

it('is not combinable without an expression or with escaped brackets', () => {
	for (const raw of ['=', '=text', '=\\{{ $json.id }}', 'text', '={{ $json.id']) {
		expect(combinableOf(raw)).toBeUndefined();
	}
});

it('is a single {{ }}', () => {
	const { source } = combinedOf(textOf('={{ $json.a.isEmpty() }}'), textOf('=a {{ $json.b }}'));
	expect(source.match(/\{\{|\}\}/g)).toEqual(['{{', '}}']);
	expect(source).toContain('attempt__(() => { return ( $json.a.isEmpty() ); }, false)');
	expect(source).toContain('attempt__(() => { return ( $json.b ); }, true)');
});

it('is undefined if rewriting one expression would change another', () => {
	const rewritten = textOf('={{ $json.a.isEmpty() }}');
	const chain = textOf('={{ $json.a?.[$json.b] }}'.replace('[$json.b]', 'at(0)'));
	expect(CombinedExpression.of([rewritten, chain])).toBeUndefined();
	expect(CombinedExpression.of([chain, textOf('={{ $json.b }}')])).toBeDefined();
	expect(CombinedExpression.of([rewritten, textOf('={{ $json.b?.c }}')])).toBeDefined();
});

describe('the values', () => {
	const single = textOf('={{ $json.a }}');
	const text = textOf('=a {{ $json.b }} c {{ $json.d }}');
	const combined = combinedOf(single, text);
	const valuesOf = (result: unknown) =>
		[single, text].map((each) => combined.valueOf(each, result));

	it('keep their types, and are joined within texts', () => {
		expect(valuesOf([[5], ['B'], ['']])).toEqual([5, 'a B c ']);
		expect(valuesOf([[undefined], ['B'], ['D']])).toEqual([undefined, 'a B c D']);
		expect(valuesOf([[{ list: [-0, null] }], ['B'], ['D']])[0]).toEqual({ list: [-0, null] });
	});

	it('are copies of data', () => {
		const data = { list: [{ a: 1 }] };
		const [value] = valuesOf([[data], [''], ['']]);
		expect(value).toEqual(data);
		expect((value as typeof data).list[0]).not.toBe(data.list[0]);
	});

	it('are unknown for an expression that threw and for those after it', () => {
		expect(valuesOf([0, ['B'], ['D']])).toEqual([LEFT_TO_ENGINE, LEFT_TO_ENGINE]);
		expect(valuesOf([[1], ['B'], 0])).toEqual([1, LEFT_TO_ENGINE]);
	});

	it.each([[undefined], [null], ['text'], [[]], [[[1], ['B']]], [[[1], ['B'], ['D'], ['E']]]])(
		'are unknown if the call failed: %j',
		(result) => {
			expect(valuesOf(result)).toEqual([LEFT_TO_ENGINE, LEFT_TO_ENGINE]);
		},
	);

	it.each([
		['a function', () => 1],
		['a symbol', Symbol('s')],
		['a big number', 5n],
		['a proxy', new Proxy({}, {})],
		['a map', new Map()],
		['an object of a class', new (class Money {})()],
		['a list with holes', Array(2)],
		['something of the kind within data', { a: [new Map()] }],
		['a key that n8n treats specially', JSON.parse('{ "__n8nType": "DateTime" }')],
		['a copy of a date of luxon', { isLuxonDateTime: true, toISO: 1 }],
	])('are unknown if the engine returns %s', (_what, value) => {
		expect(valuesOf([[value], [''], ['']])[0]).toBe(LEFT_TO_ENGINE);
	});

	it('may be dates', () => {
		const date = new Date(0);
		expect(valuesOf([[date], [''], ['']])[0]).toBe(date);
	});

	it('are unknown for an expression that is not in the call', () => {
		expect(combined.valueOf(textOf('={{ $json.a }}'), [[1], [''], ['']])).toBe(LEFT_TO_ENGINE);
	});
});
