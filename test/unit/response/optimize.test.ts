import fc from 'fast-check';

import type { ItemParameters } from '../../../nodes/ConcurrentHttpRequest/parameters/ItemParameters';
import { documentOf } from '../../../nodes/ConcurrentHttpRequest/response/optimize/optimizeText';
import { readResponseOptimizer } from '../../../nodes/ConcurrentHttpRequest/response/optimize/ResponseOptimizer';
import type { ResponseContent } from '../../../nodes/ConcurrentHttpRequest/response/ResponseContent';

function parametersOf(values: Record<string, unknown>): ItemParameters {
	const parameters: ItemParameters = {
		get: (name) => values[name],
		derive: (compute) => compute(parameters),
	};
	return parameters;
}

const optimizer = (values: Record<string, unknown>) =>
	readResponseOptimizer(parametersOf({ optimizeResponse: true, ...values }))!;

const optimize = async (content: ResponseContent, values: Record<string, unknown>) =>
	await optimizer(values)(content);

const json = (value: unknown): ResponseContent => ({ kind: 'json', value });
const text = (of: string): ResponseContent => ({ kind: 'text', text: of });

it('is off unless switched on', () => {
	expect(readResponseOptimizer(parametersOf({}))).toBeUndefined();
	expect(readResponseOptimizer(parametersOf({ optimizeResponse: false }))).toBeUndefined();
});

it.each([
	[{ responseType: 'xml' }, '"Expected Response Type" cannot be "xml"'],
	[{ fieldsToInclude: 'some' }, '"Include Fields" cannot be "some"'],
	[
		{ responseType: 'text', truncateResponse: true, maxLength: 0 },
		'"Max Response Characters" must be a whole number from 1, but it is 0',
	],
])('refuses %j', (values, message) => {
	expect(() => optimizer(values)).toThrow(message);
});

it.each(['json', 'html', 'text'])('leaves files as they are: %s', async (responseType) => {
	const file: ResponseContent = { kind: 'file', file: { data: '', mimeType: 'image/png' } };
	expect(await optimize(file, { responseType })).toBe(file);
});

describe('JSON', () => {
	it.each<[string, Record<string, unknown>, unknown, unknown]>([
		['a value', {}, { a: 1 }, [{ a: 1 }]],
		['a field', { dataField: 'rows' }, { rows: [1] }, [1]],
		['a field of each entry', { dataField: 'a' }, [{ a: 1 }, null, 2], [1, undefined, undefined]],
		[
			'nested fields',
			{ fieldsToInclude: 'selected', fields: ' a.b , c[1] ,' },
			{ a: { b: 1, x: 2 }, c: [3, 4] },
			[{ a: { b: 1 }, c: [undefined, 4] }],
		],
		[
			'fields as a list',
			{ fieldsToInclude: 'selected', fields: ['a', 'none'] },
			[{ a: 1, b: 2 }, 5],
			[{ a: 1 }, 5],
		],
		['all but some', { fieldsToInclude: 'except', fields: 'a.b' }, { a: { b: 1 } }, [{ a: {} }]],
	])('%s', async (_, values, given, expected) => {
		expect(await optimize(json(given), values)).toEqual(json(expected));
	});

	it('does not change the response, which expressions of pagination read', async () => {
		const value = [{ next: 2, a: 1 }];
		await optimize(json(value), { fieldsToInclude: 'except', fields: 'next' });
		expect(value).toEqual([{ next: 2, a: 1 }]);
	});

	it('stays text if it was text', async () => {
		expect(await optimize(text('{"a":1}'), {})).toEqual(text('[{"a":1}]'));
		expect(await optimize(text(' '), {})).toEqual(text('[{}]'));
	});

	it('ignores inherited fields', async () => {
		await expect(optimize(json({}), { dataField: 'toString' })).rejects.toThrow(
			'The response has no field "toString"',
		);
		const fields = '__proto__.polluted';
		const given = json(JSON.parse('{"__proto__":{"polluted":1}}'));
		await optimize(given, { fieldsToInclude: 'selected', fields });
		expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
	});

	it.each<[ResponseContent, string]>([
		[text('<p>'), 'not valid JSON'],
		[json(5), 'neither an object nor a list'],
		[json(null), 'neither an object nor a list'],
	])('refuses %j', async (content, message) => {
		await expect(optimize(content, {})).rejects.toThrow(message);
	});
});

describe('HTML', () => {
	const page = text('<ul><li>a <b>1</b>\n<li class=x>c\nd</ul>');
	const html = async (values: Record<string, unknown>, content = page) =>
		await optimize(content, { responseType: 'html', ...values });
	const list = (...entries: string[]) => text(JSON.stringify(entries, null, 2));

	it('returns the content of the elements, with single blanks for white space', async () => {
		expect(await html({ cssSelector: 'li' })).toEqual(list('a <b>1</b>', 'c d'));
	});

	it('returns their text, without omitted elements', async () => {
		expect(await html({ cssSelector: 'li', onlyContent: true })).toEqual(list('a 1', 'c d'));
		const values = { cssSelector: 'ul', onlyContent: true, elementsToOmit: 'b, .x' };
		expect(await html(values)).toEqual(list('a'));
	});

	it('does not break long lines', async () => {
		const words = 'word '.repeat(100).trim();
		const values = { cssSelector: 'p', onlyContent: true };
		expect(await html(values, text(`<p>${words}</p>`))).toEqual(list(words));
	});

	it('is truncated', async () => {
		expect(await html({ truncateResponse: true, maxLength: 5 })).toEqual(text('[\n  "'));
	});

	it.each([
		[{ cssSelector: 'li[' }, /^"Selector \(CSS\)" "li\[" is not a valid CSS selector$/],
		[
			{ onlyContent: true, elementsToOmit: 'a >> b' },
			/^"Elements To Omit" "a >> b" is not a valid/,
		],
	])('refuses %j', async (values, message) => {
		await expect(html(values)).rejects.toThrow(message);
	});

	it('refuses JSON', async () => {
		await expect(html({}, json({}))).rejects.toThrow('The response is JSON');
	});
});

describe('text', () => {
	const paragraph = 'A long sentence, with commas, of which an article is made. '.repeat(5);
	const article = (...paragraphs: string[]) =>
		text(
			`<title>News</title><nav><a href=/>Home</a></nav><article>${paragraphs.map((each) => `<p>${each}`).join('')}</article><footer>Imprint</footer>`,
		);
	const read = async (content: ResponseContent, values: Record<string, unknown> = {}) =>
		await optimize(content, { responseType: 'text', ...values });

	it('is that of the article', async () => {
		expect(await read(article(paragraph, paragraph))).toEqual(text(paragraph + paragraph));
	});

	it('is truncated', async () => {
		const values = { truncateResponse: true, maxLength: 6 };
		expect(await read(article(paragraph), values)).toEqual(text('A long'));
	});

	it('stays JSON if the truncated text is JSON', async () => {
		expect(await read(json({ a: 1 }))).toEqual(json({ a: 1 }));
		const values = { truncateResponse: true, maxLength: 3 };
		expect(await read(json({ a: 1 }), values)).toEqual(text('{\n '));
	});

	it('is returned for any page', async () => {
		const tags = fc.constantFrom('<p>', '</p>', '<div class="a', '">', '<table>', '<td>', '<!--');
		const others = fc.constantFrom(
			'-->',
			'<svg><title>',
			'</svg>',
			'<script>',
			'<noscript>',
			'&lt;',
		);
		const page = fc.array(fc.oneof(tags, others, fc.string()), { maxLength: 40, size: 'max' });
		await fc.assert(
			fc.asyncProperty(page, async (parts) => {
				const content = await read(text(parts.join('')));
				expect(content.kind).toBe('text');
			}),
			{ numRuns: 200 },
		);
	});

	it('is refused if the page is nested too deeply', async () => {
		await expect(read(text('<b>'.repeat(100_000)))).rejects.toThrow('nested more than 512 deep');
	});
});

describe.each(['html', 'text'])('a page that would block n8n, as %s', (responseType) => {
	const read = async (page: string) => await optimize(text(page), { responseType });

	it('is refused if it is nested deeper than browsers allow', async () => {
		// <html> and <body> are two.
		expect((await read('<div>'.repeat(510) + 'end')).kind).toBe('text');
		await expect(read('<div>'.repeat(511) + 'end')).rejects.toThrow(/nested more than 512 deep/);
		await expect(read('<template>'.repeat(600))).rejects.toThrow(/nested more than 512 deep/);
	});

	it('is not refused for many elements side by side, closed or left open', async () => {
		const page = '<div><p>a<p>b<table><tr><td>c<tr><td>d</table><b><i>e</b>f</i></div>'.repeat(600);
		expect((await read(page)).kind).toBe('text');
	});

	it('is refused if it is too long', async () => {
		const page = ' '.repeat(2 * 1024 * 1024);
		expect((await read(page)).kind).toBe('text');
		await expect(read(`${page} `)).rejects.toThrow(/has 2097153 characters/);
	});
});

describe('the document for Readability', () => {
	it('is the document of the page', () => {
		const { title, head, body, documentElement } = documentOf(
			'<html lang=de><title> a\n b </title><body id=x>t<p a="1&amp;2">é<svg><title>no</title></svg>',
		);
		expect(title).toBe('a b');
		expect(head.innerHTML).toBe('<title> a\n b </title>');
		expect(body.innerHTML).toBe('t<p a="1&amp;2">é<svg><title>no</title></svg></p>');
		expect(body.getAttribute('id')).toBe('x');
		expect(documentElement.getAttribute('lang')).toBe('de');
	});

	it('contains what browsers without scripts show', () => {
		const { body } = documentOf('<p>x<noscript><b>on</b></noscript>');
		expect(body.innerHTML).toBe('<p>x<noscript><b>on</b></noscript></p>');
		expect(documentOf('').body.innerHTML).toBe('');
	});
});

describe('a page of few characters that would block n8n', () => {
	const html = async (page: string) => await optimize(text(page), { responseType: 'html' });
	const article = async (page: string) => await optimize(text(page), { responseType: 'text' });
	const numbered = (part: string, count: number) =>
		Array.from({ length: count }, (_, index) => part.replace('#', String(index))).join('');

	it.each([
		[
			'many attributes',
			`<p ${numbered('a#=1 ', 501)}>`,
			'A tag of the page has more than 500 attributes',
		],
		[
			'tags that repeat others',
			`<p>${numbered('<b id=#>', 400)}${'<p>x'.repeat(300)}`,
			'The page has more than 100000 elements',
		],
	])('with %s is refused', async (_name, page, message) => {
		await expect(html(page)).rejects.toThrow(message);
		await expect(article(page)).rejects.toThrow(message);
	});

	it('with thousands of elements side by side is refused where an article is looked for', async () => {
		const page = '<br>'.repeat(5001);
		await expect(article(page)).rejects.toThrow(
			'An element of the page holds more than 5000 others',
		);
		expect(await html(page)).toMatchObject({ kind: 'text' });
	});

	it('is read up to that', async () => {
		expect(await html(`<p ${numbered('a#=1 ', 500)}>x</p>`)).toMatchObject({ kind: 'text' });
		expect(await article(`${'<br>'.repeat(4900)}<p>x</p>`)).toMatchObject({ kind: 'text' });
	});
});
