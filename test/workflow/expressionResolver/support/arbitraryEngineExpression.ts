import fc from 'fast-check';
import { arbitraryExpression } from './arbitraryExpression.ts';
import { everydayExpressions } from './everydayExpressions.ts';
import { FIELDS } from './oddItems.ts';

const everyday = Object.values(everydayExpressions).flat();

const data: fc.Arbitrary<string> = fc.oneof(
	fc.constantFrom(...FIELDS).map((name) => `$json[${JSON.stringify(name)}]`),
	fc.constantFrom(
		...['$json.name', '$json.list', '$json.a?.b', '$json.a.b.c', '$json', '$json.id', '"a b"', '7'],
		...["$('Start').item.json.name", '$input.item.json.list', '$input.first().json.a', '[1, 2, 2]'],
		...["$('Start').all()[0].json", '$json.list?.[0]', '({ a: 1, b: null })', '""', 'null', '1.5'],
	),
);

const extension = fc.constantFrom(
	...['isEmpty()', 'isNotEmpty()', 'urlEncode()', 'toTitleCase()', 'hash("md5")', 'toNumber()'],
	...['first()', 'last()', 'unique()', 'compact()', 'toJsonString()', 'parseJson()', 'round(1)'],
	...['toInt()', 'sum()', 'pluck("id")', 'keys()', 'removeTags()', 'extractEmail()', 'length'],
	...['length()', 'reverse()', 'chunk(2)', 'merge([{ a: 1 }])', 'hasField("a")', 'quote()'],
	...['isEven()', 'format()', 'toBoolean()', 'base64Encode()', 'urlDecode()', 'append(5)'],
);

/** Of all kinds of value, and of all kinds of failure. */
const other = fc.constantFrom(
	...["DateTime.fromISO('2024-03-29T18:06:31.798Z')", "DateTime.fromMillis(0, { zone: 'utc' })"],
	...[
		"DateTime.fromISO('x').isValid",
		"DateTime.fromISO('2024-02-01').plus({ days: 1 }).toISODate()",
	],
	...["[DateTime.fromISO('2024-03-29')]", "({ at: DateTime.fromISO('2024-03-29') })"],
	...['new Date(0)', 'new Date(0).toISOString()', 'new Date(NaN)', '[new Date(0)]', '$json.date'],
	...['new Map([[1, 2]])', 'new Set([1])', '/x/g', 'Symbol("s")', 'BigInt(5)', '[BigInt(5)]'],
	...[
		'x => x',
		'$json.list.map',
		'Math.max',
		'[x => x]',
		'String(new Error("x"))',
		'[1, , 2]',
		'Math',
	],
	...['-0', '[-0, NaN, undefined, null]', '({ a: undefined })', '$json.missing', '$json.a.b.c.d'],
	...["$('Nowhere').item.json.id", "$('Nowhere').first()", "$('Start').item", '$binary', '$node'],
	...["$('Start').itemMatching(0).json", "$('Start').itemMatching(99).json", '$input.all()'],
	...['$input.all().length', '$input.item', '$input.params', '$node["Start"].json', '$prevNode'],
	...["$('Start').pairedItem(0)", '$items()', "$('Start').params", '$workflow', '$nodeId', '$vars'],
	...['$if($json.id, "a", "b")', '$ifEmpty($json.name, "none")', "$jmespath($json, 'list[*].id')"],
	...['$max(1, $json.id)', '$min()', '$average([1])', 'JSON.parse("{")', 'decodeURIComponent("%")'],
	...[
		'"x".repeat(-1)',
		'null.x',
		'undefined()',
		'$json.name()',
		'$unknown',
		'$unknown.x',
		'unknown',
	],
	...['$json.list.flatMap(x => [x, x])', '$json.list.map(({ id }) => id)', '({ ...$json })'],
	...['$json.list.map(function (x) { return x; })', '(() => { const a = $json.id; return a; })()'],
	...['(() => { if ($json.id) { return 1; } return { a: { b: 2 } }; })()', '[...$json.list]'],
	...['Object.fromEntries([["a", 1]])', 'Object.assign({}, $json)', 'Object.create(null)'],
	...['$json.name.match(/o/)', '[3, 1].sort()', '$json.list.map(x => x).sort()', '`${$json.id}`'],
	...[
		'({ __isError: true, name: "x" })',
		'({ __n8nType: "DateTime" })',
		'({ isLuxonDateTime: 1 })',
	],
	...['{ a: $json.id.toString().isEmpty() }', '{ a: { b: 1 } }', '$json["__proto__"]', '"\\u2028"'],
	...['this', 'global', 'typeof $json', 'void 0', '$json instanceof Object', '"a" in $json', '$'],
	...['e', 'v', 'E', 'error__', 'attempt__', 'Array', 'extend("a b", "urlEncode", [])', 'Infinity'],
	...['$json?.["a"]', '$json.name?.trim?.()', "$json.name?.isEmpty() ?? 'x'", '$json.list?.at(0)'],
	...[
		'Object.freeze($json)',
		'$json.list.sort()',
		'$json.x = 1',
		'$parameter.none',
		'$fromAI("x")',
	],
);

const code: fc.Arbitrary<string> = fc.oneof(
	{
		weight: 4,
		arbitrary: fc.tuple(data, extension).map(([of, method]) => `${of}.${method}`),
	},
	{
		weight: 1,
		arbitrary: fc.tuple(data, extension).map(([of, method]) => `${of}?.${method}`),
	},
	{ weight: 4, arbitrary: other },
	{ weight: 1, arbitrary: data },
	{ weight: 1, arbitrary: fc.tuple(data, other).map(([a, b]) => `[${a}, ${b}]`) },
	{ weight: 1, arbitrary: fc.tuple(data, other).map(([a, b]) => `${a} || ${b}`) },
);

const between = fc.constantFrom('', '', ' ', '/', '?a=', '{"a": "', '"}', '\n', "'", 'x.isEmpty()');

/** Texts of parameters that mostly only the engine can evaluate. The result depends on no clock. */
export const arbitraryEngineExpression: fc.Arbitrary<string> = fc.oneof(
	{ weight: 6, arbitrary: code.map((inner) => `={{ ${inner} }}`) },
	{
		weight: 4,
		arbitrary: fc
			.tuple(between, fc.array(fc.tuple(code, between), { minLength: 1, maxLength: 3 }))
			.map(
				([first, parts]) =>
					`=${first}${parts.map(([inner, after]) => `{{ ${inner} }}${after}`).join('')}`,
			),
	},
	{ weight: 3, arbitrary: arbitraryExpression },
	{
		weight: 2,
		arbitrary: fc.constantFrom(
			...everyday.filter(
				(raw) => !/\$now|\$today|random|DateTime\.now|Date\.now|new Date\(\)/.test(raw),
			),
		),
	},
);
