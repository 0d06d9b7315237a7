import { templatedCustom } from '../../../nodes/ConcurrentHttpRequest/authentication/templatedCustom.ts';

const fill = (template: unknown, values: unknown = {}, definitions: unknown = []) =>
	templatedCustom({
		template: typeof template === 'string' ? template : JSON.stringify(template),
		placeholderValues: JSON.stringify(values),
		placeholderDefs: JSON.stringify(definitions),
	});

it.each([
	[{ headers: { 'X-Key': '{{key}}' } }, { headers: { 'X-Key': 'v' } }],
	[{ headers: { A: 'Bearer {{ key }}' } }, { headers: { A: 'Bearer v' } }],
	[{ qs: { a: '{{key}}-{{ key }}', n: 1 } }, { query: { a: 'v-v', n: 1 } }],
	[
		{ body: { list: ['{{key}}', { deep: '{{a.b-c}}' }] } },
		{ body: { list: ['v', { deep: '7' }] } },
	],
	[{ headers: { A: '{{ not a name }}' } }, { headers: { A: '{{ not a name }}' } }],
	[{}, {}],
	['', {}],
])('%j', (template, expected) => {
	const { headers, query, body } = fill(template, { key: 'v', 'a.b-c': 7 });
	const given = Object.entries({ headers, query, body }).filter(([, part]) => part !== undefined);
	expect(Object.fromEntries(given)).toEqual(expected);
});

it('a value never changes the template’s structure', () => {
	const value = '", "X-Other": "1';
	expect(fill({ headers: { A: '{{key}}' } }, { key: value }).headers).toEqual({ A: value });
	expect(fill({ headers: { A: '{{key}}' } }, { key: '$& {{key}}' }).headers).toEqual({
		A: '$& {{key}}',
	});
});

it('leaves out what an optional value is missing for, and nothing else', () => {
	const template = { headers: { A: 'x {{org}}', B: 'y' }, qs: { list: ['{{org}}', 'z'] } };
	const definitions = [{ name: 'org', optional: true }];
	expect(fill(template, { org: '' }, definitions)).toMatchObject({
		...{ headers: { B: 'y' }, query: { list: ['z'] } },
	});
	expect(fill(template, { org: 'n8n' }, definitions).headers).toEqual({ A: 'x n8n', B: 'y' });
});

it.each([
	[{ headers: { A: '{{key}}' } }, {}, 'has the placeholder {{key}}, for which no value is set'],
	[
		{ headers: { A: '{{key}}' } },
		{ key: {} },
		'has the placeholder {{key}}, whose value is not a text',
	],
	[{ headers: [] }, {}, 'must have an object under "headers"'],
	[{ qs: 'a' }, {}, 'must have an object under "qs"'],
	['[]', {}, 'must be a JSON object'],
	['{', {}, 'is not valid JSON'],
])('is refused: %j with %j', (template, values, problem) => {
	expect(() => fill(template, values)).toThrow(`"Template of the credential" ${problem}`);
});

it('does not repeat values that are no JSON', () => {
	const broken = () => templatedCustom({ template: '{}', placeholderValues: '{"key": s3cret' });
	expect(broken).toThrow('"Placeholder Values of the credential" is not valid JSON');
	expect(broken).not.toThrow(/s3cret/);
});
