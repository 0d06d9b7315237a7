import fc from 'fast-check';
import { FIELDS } from './oddItems.ts';

/** Text of JavaScript. */
type Code = fc.Arbitrary<string>;

function oneOf(...texts: string[]): Code {
	return fc.constantFrom(...texts);
}

const field = fc.constantFrom(...FIELDS);

const key: Code = fc.oneof(
	{
		weight: 6,
		arbitrary: field.map((name) => (/^[a-zö-üß]+$/.test(name) ? `.${name}` : `["${name}"]`)),
	},
	{ weight: 2, arbitrary: oneOf('[0]', '[1]', '[2]', "['a b']", '["list"]', '.length', '[3]') },
	{
		weight: 1,
		arbitrary: oneOf('.toString', '["__proto__"]', '.constructor', '.binding', '[`a`]'),
	},
);

const text: Code = fc.oneof(
	oneOf(
		...['"x"', "'y'", '""', '" "', "'a\"b'", '"it\'s"', '"\\n\\t"', '"\\u00e9"', '"ü😀"', '","'],
		...['"0"', '"12.5"', '"a"', '"list"', '"toString"', '"__proto__"', '"a\\\\b"', "'\\''"],
	),
	fc.string({ maxLength: 6 }).map((value) => JSON.stringify(value)),
);

const number: Code = oneOf('0', '1', '-1', '2', '3', '0.5', '1e3', '.5', '0x1F', '100', '1e21');
const scalar: Code = fc.oneof(
	text,
	number,
	oneOf('true', 'false', 'null', 'undefined', 'NaN', 'Infinity', '$itemIndex', '-0'),
);

const constant: Code = oneOf(
	...["$('Start').first().json.id", "$('Start').first().json", "$('Start').all().length"],
	...['$workflow.name', '$execution.id', '$runIndex', '$execution.mode', "$('Start').isExecuted"],
	...["$('Start').last().json", "$('Start').first().json.missing", "$('Start').first().json.a.b.c"],
	...["$('Nowhere').first().json.id", '$prevNode.name', '$input.first().json.name', '$vars.none'],
	...["$('Start').all().map(i => i.json.id).length", "$ifEmpty('', 'x')", "'a b'.urlEncode()"],
	...['$if($runIndex)', "`${$('Start')?.first()} x`", "({ a: $('Start').first().json.id })"],
	...['{ a: $runIndex }', "$('Start').all()?.[0]?.json", '/[a-z]+/.test($workflow.name)'],
	...["$('Start').first().json.a?.b", "$('Start').first()?.json?.name", '"x".isEmpty()'],
);

const root: Code = fc.oneof(
	{ weight: 8, arbitrary: oneOf('$json') },
	{ weight: 1, arbitrary: oneOf('$input.item.json') },
);

const path: Code = fc
	.tuple(root, fc.array(key, { minLength: 1, maxLength: 3 }))
	.map(([start, keys]) => start + keys.join(''));

const optionalPath: Code = fc
	.tuple(root, fc.array(fc.tuple(fc.boolean(), key), { minLength: 1, maxLength: 3 }))
	.map(([start, keys]) =>
		keys.reduce(
			(code, [optional, next]) =>
				code + (optional ? (next.startsWith('.') ? `?${next}` : `?.${next}`) : next),
			start,
		),
	);

const binaryOperator = oneOf(
	...['+', '+', '+', '-', '*', '/', '%', '===', '!==', '==', '!=', '<', '<=', '>', '>=', '**'],
	...['&&', '||', '??', '??', '&', '|', '^', '<<', '>>', '>>>', 'in', 'instanceof'],
);

const textMethod = oneOf(
	...[
		'toUpperCase()',
		'toLowerCase()',
		'trim()',
		'toString()',
		'length',
		'split(",")',
		"split('')",
	],
	...[
		'slice(1)',
		'slice(-2)',
		'substring(1, 3)',
		'substr(0, 2)',
		'charAt(0)',
		'at(-1)',
		'trimEnd()',
	],
	...['includes("a")', 'indexOf("a")', 'startsWith("x")', 'endsWith("y")', 'padStart(5, "0")'],
	...[
		'replace("a", "b")',
		'replaceAll(",", ";")',
		'replace(/\\s+/g, "-")',
		"replace(/[^a-z]/gi, '')",
	],
	...[
		'repeat(2)',
		'repeat(-1)',
		'concat("z")',
		'concat(1, null)',
		'charCodeAt(0)',
		'codePointAt(0)',
	],
	...[
		'split(/[,;]/)',
		'search(/b/)',
		'match(/a/)',
		'normalize()',
		'toLocaleUpperCase()',
		'trimStart()',
	],
	...[
		'padEnd(3)',
		'lastIndexOf("a")',
		'replace("x", "$&$&")',
		'localeCompare("a")',
		'replaceAll(/a/, "")',
	],
);
const numberMethod = oneOf(
	'toFixed(2)',
	'toFixed()',
	'toString(16)',
	'toPrecision(3)',
	'toFixed(200)',
);
const arrayMethod = oneOf(
	...[
		'join(",")',
		'join()',
		'join(" - ")',
		'join(null)',
		'includes(1)',
		'indexOf("q")',
		'slice(0, 2)',
	],
	...['at(-1)', 'at(0)', 'slice()', 'map(x => x.id)', 'map((x, i) => x + i)', 'filter(Boolean)'],
	...['map(String)', 'map(Number)', 'filter(x => x)', 'find(x => x.id === 2)', 'some(x => x > 2)'],
	...[
		'every(x => x)',
		'reduce((s, x) => s + x, 0)',
		'findIndex(x => x === "q")',
		'sort()',
		'flat()',
	],
	...['map(x => ({ id: x.id, v: x }))', 'map(x => [x, $json.id])', 'map(x => x.a.b)', 'reverse()'],
	...['concat([1])', 'push(1)', 'map(x => x?.a?.b ?? "-")', 'filter((x, i) => i > 0)', 'keys()'],
	...['map(x => `${x}!`)', 'map(({ id }) => id)', 'map(function (x) { return x; })', 'map(x => y)'],
	...['map(x => $json.list.map(y => y + x).join(""))', 'includes($json.a)', 'length', 'entries()'],
	...["map(x => $('Start').first().json.id + x)", 'reduce((s, x) => s + x)', 'map(parseInt)'],
);
const extension = oneOf(
	...['isEmpty()', 'isNotEmpty()', 'first()', 'last()', 'toInt()', 'round()', 'urlEncode()'],
	...['toJsonString()', 'length()', 'unique()', 'toTitleCase()', 'toNumber()', 'hash()', 'keys()'],
);

const call: fc.Arbitrary<(argument: string) => string> = fc
	.constantFrom(
		...['encodeURIComponent', 'decodeURIComponent', 'encodeURI', 'decodeURI', 'String', 'Number'],
		...['Boolean', 'parseInt', 'parseFloat', 'isNaN', 'isFinite', 'JSON.stringify', 'JSON.parse'],
		...['Math.round', 'Math.floor', 'Math.ceil', 'Math.abs', 'Math.sqrt', 'Math.max', 'Math.sign'],
		...['Number.isInteger', 'Number.isNaN', 'Array.isArray', 'Object.keys', 'Object.values'],
		...['Object.entries', 'Number.parseFloat', 'Math.trunc', '$if', 'Object', 'Math.sin', 'Symbol'],
		...['$not', '$min', 'escape', 'Date', 'new Date', '/^[a-z ]+$/i.test', 'String.fromCharCode'],
	)
	.map((name) => (argument: string) => `${name}(${argument})`);

/** JavaScript of the kinds that stand in expressions, and of kinds that the resolver must refuse. */
const { code } = fc.letrec<Record<'code' | 'small', string>>((tie) => {
	const any = tie('code');
	const wrapped = fc
		.tuple(any, fc.boolean())
		.map(([inner, parentheses]) => (parentheses ? `(${inner})` : inner));
	return {
		small: fc.oneof(
			{ weight: 6, arbitrary: path },
			{ weight: 3, arbitrary: scalar },
			{ weight: 2, arbitrary: optionalPath },
			{ weight: 1, arbitrary: root },
			{ weight: 1, arbitrary: constant },
		),
		code: fc.oneof(
			{ maxDepth: 4, depthIdentifier: 'code', withCrossShrink: true },
			{ weight: 6, arbitrary: tie('small') },
			{
				weight: 5,
				arbitrary: fc.tuple(wrapped, binaryOperator, wrapped).map((all) => all.join(' ')),
			},
			{
				weight: 2,
				arbitrary: fc.tuple(wrapped, wrapped, wrapped).map(([a, b, c]) => `${a} ? ${b} : ${c}`),
			},
			{
				weight: 2,
				arbitrary: fc
					.tuple(oneOf('!', '-', '+', 'typeof ', '~', 'void ', '!!'), wrapped)
					.map((all) => all.join('')),
			},
			{
				weight: 5,
				arbitrary: fc
					.tuple(
						fc.oneof(
							{ weight: 4, arbitrary: path },
							{ weight: 1, arbitrary: any.map((inner) => `(${inner})`) },
							{ weight: 1, arbitrary: text },
						),
						oneOf('.', '.', '.', '?.'),
						fc.oneof(
							{ weight: 4, arbitrary: textMethod },
							{ weight: 1, arbitrary: numberMethod },
							{ weight: 4, arbitrary: arrayMethod },
							{ weight: 1, arbitrary: extension },
						),
					)
					.map((all) => all.join('')),
			},
			{ weight: 4, arbitrary: fc.tuple(call, any).map(([apply, argument]) => apply(argument)) },
			{ weight: 1, arbitrary: any.map((inner) => `JSON.stringify(${inner}, null, 2)`) },
			{ weight: 1, arbitrary: fc.tuple(any, any).map(([a, b]) => `Math.max(${a}, ${b})`) },
			{
				weight: 2,
				arbitrary: fc
					.array(fc.tuple(fc.boolean(), any), { maxLength: 3 })
					.map(
						(all) =>
							`[${all.map(([spread, inner]) => (spread ? `...(${inner})` : inner)).join(', ')}]`,
					),
			},
			{
				weight: 2,
				arbitrary: fc
					.array(fc.tuple(oneOf('id', '"a b"', 'x', '1', '"__proto__"', 'name', '...'), any), {
						maxLength: 3,
					})
					.map(
						(all) =>
							`{ ${all.map(([name, inner]) => (name === '...' ? `...(${inner})` : `${name}: ${inner}`)).join(', ')} }`,
					)
					.chain((object) => oneOf(object, `(${object})`)),
			},
			{
				weight: 2,
				arbitrary: fc.tuple(wrapped, any).map(([object, inner]) => `${object}[${inner}]`),
			},
			{
				weight: 1,
				arbitrary: fc.tuple(path, any).map(([object, inner]) => `${object}?.[${inner}]`),
			},
			{
				weight: 2,
				arbitrary: fc
					.array(fc.tuple(oneOf('', 'a ', ' b', '/', '\t', 'ü', '\\n', '"', '  '), any), {
						maxLength: 3,
					})
					.map(
						(all) => `\`${all.map(([before, inner]) => `${before}\${${inner}}`).join('')} end\``,
					),
			},
			{
				weight: 1,
				arbitrary: fc
					.tuple(any, oneOf(' // c', ' /* c */', ';', '\n', ' ', ', 1'))
					.map((all) => all.join('')),
			},
		),
	};
});

const between: fc.Arbitrary<string> = fc.oneof(
	{ weight: 4, arbitrary: fc.constant('') },
	{
		weight: 4,
		arbitrary: oneOf(
			...[
				'https://x.test/',
				'?id=',
				'&b=',
				' ',
				'{"a": "',
				'", "b": ',
				'}',
				'\n',
				'\\n',
				'\\',
				'\\\\',
			],
			...['a.constructor', 'text', '{', '"', '\u2028', 'ü', '$json.id', '=', '}}'],
		),
	},
	{ weight: 1, arbitrary: fc.string({ maxLength: 5 }) },
);

/** A parameter's text: one `{{ }}` alone, or several with text between. */
export const arbitraryExpression: fc.Arbitrary<string> = fc.oneof(
	{
		weight: 3,
		arbitrary: fc.tuple(oneOf('', ' ', '\n'), code).map(([gap, inner]) => `={{${gap}${inner} }}`),
	},
	{
		weight: 2,
		arbitrary: fc
			.tuple(between, fc.array(fc.tuple(code, between), { maxLength: 3 }))
			.map(
				([first, parts]) =>
					`=${first}${parts.map(([inner, after]) => `{{ ${inner} }}${after}`).join('')}`,
			),
	},
);

/** The JSON of items as they usually are. */
export const arbitraryJson: fc.Arbitrary<Record<string, unknown>> = fc.dictionary(
	field,
	fc.oneof(
		fc.jsonValue({ maxDepth: 3 }),
		fc.array(fc.oneof(fc.integer({ max: 9, min: -9 }), fc.string({ maxLength: 3 }))),
		fc.record({ b: fc.oneof(fc.string(), fc.integer()), a: fc.string() }),
		fc.double(),
		fc.string({ unit: 'binary', maxLength: 8 }),
		fc.constantFrom<unknown>(undefined, NaN, -0, Infinity, 2 ** 53),
	),
);
