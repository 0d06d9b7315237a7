import fc from 'fast-check';

import { InvalidParameter } from '../../../nodes/ConcurrentHttpRequest/parameters/InvalidParameter.ts';
import {
	parseJson,
	parseJsonObject,
} from '../../../nodes/ConcurrentHttpRequest/parameters/parseJson.ts';

const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null|[{}[\],:]/g;
const tokensOf = (value: unknown) => JSON.stringify(value).match(TOKENS) ?? [];

/** What is in the way of a list of tokens being JSON: the first that cannot stand where it does. */
function firstWrong(tokens: string[]): number {
	const open: string[] = [];
	let expected = 'value';
	for (const [index, token] of tokens.entries()) {
		const afterValue = () => (open.length === 0 ? 'end' : `, ${open.at(-1)}`);
		const closes = () => {
			open.pop();
			expected = afterValue();
		};
		const isString = token.startsWith('"');
		const isScalar = isString || /^[-\dtfn]/.test(token);
		if (expected === ', ]' && token === ',') expected = 'value';
		else if (expected === ', }' && token === ',') expected = 'name';
		else if ((expected === ', ]' || expected === 'value or ]') && token === ']') closes();
		else if ((expected === ', }' || expected === 'name or }') && token === '}') closes();
		else if (expected.startsWith('name') && isString) expected = ':';
		else if (expected === ':' && token === ':') expected = 'value';
		else if (expected.startsWith('value') && isScalar) expected = afterValue();
		else if (expected.startsWith('value') && token === '[') {
			open.push(']');
			expected = 'value or ]';
		} else if (expected.startsWith('value') && token === '{') {
			open.push('}');
			expected = 'name or }';
		} else return index;
	}
	return expected === 'end' ? -1 : tokens.length;
}

/** Valid JSON as tokens, with some of them left out, doubled or put elsewhere. */
const brokenTokens = fc
	.record({
		tokens: fc.jsonValue().map(tokensOf),
		edits: fc.array(
			fc.record({
				at: fc.nat(),
				remove: fc.nat({ max: 2 }),
				insert: fc.array(fc.constantFrom(',', ':', '[', ']', '{', '}', '"x"', '1', 'null', '@'), {
					maxLength: 2,
				}),
			}),
			{ minLength: 1, maxLength: 3 },
		),
	})
	.map(({ tokens, edits }) => {
		const edited = [...tokens];
		for (const { at, remove, insert } of edits) {
			edited.splice(at % (edited.length + 1), remove, ...insert);
		}
		return edited;
	})
	.filter((tokens) => firstWrong(tokens) !== -1);

const gaps = fc.infiniteStream(fc.constantFrom(' ', '\n', '\t ', '\r\n', ' \n\n  '));

function messageFor(text: string): string {
	try {
		parseJson(text, 'JSON Body');
	} catch (error) {
		expect(error).toBeInstanceOf(InvalidParameter);
		return (error as InvalidParameter).message;
	}
	throw new Error(`taken for valid: ${text}`);
}

function positionIn(message: string): { line: number; column: number } {
	const [, line, column] = /at line (\d+), column (\d+)$/.exec(message) ?? [];
	return { line: Number(line), column: Number(column) };
}

it('returns any JSON value', () => {
	fc.assert(
		fc.property(fc.jsonValue(), fc.nat({ max: 4 }), (value, indent) => {
			const text = JSON.stringify(value, undefined, indent);
			expect(parseJson(text, 'x')).toEqual(JSON.parse(text));
		}),
	);
});

it.each([undefined, 7, true, null])(
	'returns a value that an expression gives unchanged: %p',
	(value) => {
		expect(parseJson(value, 'x')).toBe(value);
	},
);

it('names the line and column of the first token that is out of place', () => {
	fc.assert(
		fc.property(brokenTokens, gaps, (tokens, gap) => {
			let text = '';
			const offsets = tokens.map((token) => {
				const offset = text.length;
				text += token + gap.next().value;
				return offset;
			});
			const offset = offsets[firstWrong(tokens)] ?? text.length;
			const before = text.slice(0, offset);
			expect(positionIn(messageFor(text))).toEqual({
				line: before.split('\n').length,
				column: before.length - before.lastIndexOf('\n'),
			});
		}),
		{ numRuns: 300 },
	);
});

it.each([
	['', 1, 1],
	['{', 1, 2],
	['{"a": 1,\n "b": 2,\n}', 3, 1],
	['[\n  1,\n  tru\n]', 3, 3],
	['{"a": "b"\n"c": 1}', 2, 1],
	["{'a': 1}", 1, 2],
	['{a: 1}', 1, 2],
	['// note\n1', 1, 1],
	['{} x', 1, 4],
	['{"a":\n "no end', 2, 2],
	// Where an expression put a text with a line break in quotes: the text is what is wrong.
	['{"a":\n "one\ntwo"}', 2, 2],
	['["a", "\\x"]', 1, 7],
	['[01]', 1, 3],
	['[1.]', 1, 2],
	['\ufeff{}', 1, 1],
	['[undefined]', 1, 2],
	['[object Object]', 1, 2],
	['{"price": NaN}', 1, 11],
])('names the place in %j', (text, line, column) => {
	expect(positionIn(messageFor(text))).toEqual({ line, column });
});

it('says what is wrong, with the field’s name and without the text', () => {
	const message = messageFor('{"token": secret-0815}');
	expect(message).toBe('"JSON Body" is not valid JSON: invalid symbol at line 1, column 11');
});

it('finds something wrong wherever JSON.parse does, and never repeats the text', () => {
	const pieces = fc.constantFrom(
		'{',
		'}',
		'[',
		']',
		',',
		':',
		'"',
		'\\',
		'u12',
		'-',
		'.',
		'e',
		'0',
	);
	const texts = fc.oneof(
		fc.array(pieces, { maxLength: 12, size: 'max' }).map((list) => list.join('')),
		fc.string({ unit: 'binary' }),
	);
	fc.assert(
		fc.property(texts, (text) => {
			try {
				JSON.parse(text);
			} catch {
				const { line, column } = positionIn(messageFor(text));
				const lines = text.split('\n');
				expect(line).toBeLessThanOrEqual(lines.length);
				expect(column).toBeLessThanOrEqual(lines[line - 1]!.length + 1);
			}
		}),
		{ numRuns: 300 },
	);
});

it.each(['[]', 'null', '1', '"a"', undefined, null, 7])(
	'takes only an object where one is needed: not %p',
	(value) => {
		expect(() => parseJsonObject(value, 'JSON')).toThrow(/^"JSON" must be a JSON object/);
	},
);

it('accepts an object as text and as a value', () => {
	expect(parseJsonObject('{"a":1}', 'JSON')).toEqual({ a: 1 });
	expect(parseJsonObject({ a: 1 }, 'JSON')).toEqual({ a: 1 });
});
