import type { INodeParameters } from 'n8n-workflow';

/** A use of Optimize Response. */
export interface OptimizedUse {
	name: string;
	/** `ORIGIN` stands for the server. */
	parameters: INodeParameters;
	/** Why what the model gets is not the same as with HTTP Request. */
	differs?: string;
	/** What it gets in that case, as JSON. */
	gives?: RegExp;
}

const PARAGRAPH =
	'The lighthouse was built in 1872, after three ships, the last of them with a cargo of oranges, ' +
	'had run aground within a single winter. Its keepers noted the weather, the ships that passed, ' +
	'and, in one long cold spring, what they had left to eat. ';

/** What the server answers with, by path: the type and the body. */
export const optimizedAnswers: Record<string, [contentType: string, body: string]> = {
	'/list': [
		'application/json',
		'[{"id":1,"name":"Ada","address":{"city":"London","zip":"N1"},"tags":["a","b"]},{"id":2,"name":null,"address":{"city":"Paris"}}]',
	],
	'/object': [
		'application/json',
		'{"total":2,"records":[{"id":1,"at":{"x":1,"y":2}},{"id":2,"at":{"x":3,"y":4}}],"one":{"id":9}}',
	],
	'/json-as-text': ['text/plain', '{"records":[{"id":1,"name":"Ada"}]}'],
	'/number': ['application/json', '5'],
	'/empty': ['text/html', ''],
	'/plain': ['text/plain', 'Just a sentence, and no more than that.'],
	'/page': [
		'text/html; charset=utf-8',
		'<!DOCTYPE html><html><head><title>Töol &amp; Co</title><style>b{color:red}</style></head><body class="x"><ul id="menu"><li>One <b>1</b><li class="ad">Two<li>Three</ul><p>A &lt;b&gt; &nbsp; c<br>d <a href="/x">link</a> <img src="i.png" alt="Pic"></p><table><tr><td>1<td>2</table><noscript><i>no</i></noscript><script>if (1 < 2) alert("x")</script></body></html>',
	],
	'/broken': ['text/html', '<p>one<div>two</p><b>three<i>four</b>five</i><td>six'],
	'/lines': ['text/html', '<p>first\nsecond</p>\n<p>third</p>'],
	'/article': [
		'text/html',
		`<html><head><title>The lighthouse - News</title></head><body><nav><a href="/">Home</a><a href="/a">About</a></nav><article><h1>The lighthouse</h1>${`<p>${PARAGRAPH.repeat(2)}</p>`.repeat(4)}</article><div class="sidebar"><a href="/b">Buy</a></div><footer>All rights reserved</footer></body></html>`,
	],
};

const optimized = (path: string, parameters: INodeParameters): INodeParameters => ({
	...{ url: `ORIGIN${path}`, optimizeResponse: true, ...parameters },
});

const json = (path: string, parameters: INodeParameters = {}) => optimized(path, parameters);

const html = (path: string, parameters: INodeParameters = {}) =>
	optimized(path, { responseType: 'html', ...parameters });

const text = (path: string, parameters: INodeParameters = {}) =>
	optimized(path, { responseType: 'text', ...parameters });

const format = (responseFormat: string, more: INodeParameters = {}): INodeParameters => ({
	options: { response: { response: { responseFormat, ...more } } },
});

const cut = (maxLength: number): INodeParameters => ({ truncateResponse: true, maxLength });

const fields = (fieldsToInclude: string, names: string): INodeParameters => ({
	...{ fieldsToInclude, fields: names },
});

export const optimizedUses: OptimizedUse[] = [
	{ name: 'switched off', parameters: { url: 'ORIGIN/list' } },
	{ name: 'a list', parameters: json('/list') },
	{ name: 'an object', parameters: json('/object') },
	{ name: 'a field with a list', parameters: json('/object', { dataField: 'records' }) },
	{ name: 'a field with an object', parameters: json('/object', { dataField: 'one' }) },
	{ name: 'a field of each entry', parameters: json('/list', { dataField: 'address' }) },
	{ name: 'selected fields', parameters: json('/list', fields('selected', 'id, address.city')) },
	{
		name: 'all fields except some',
		parameters: json('/list', fields('except', 'tags,address.zip')),
	},
	{
		name: 'fields within a field',
		parameters: json('/object', { dataField: 'records', ...fields('selected', 'at.y') }),
	},
	{ name: 'JSON with the type of text', parameters: json('/json-as-text') },
	{
		name: 'JSON with the format Text',
		parameters: json('/object', { dataField: 'records', ...format('text') }),
	},
	{
		name: 'JSON with headers and status',
		parameters: json('/object', { dataField: 'one', ...format('json', { fullResponse: true }) }),
		differs: 'the headers of the connection',
		gives: /"body":\[\{"id":9\}\],"headers":.*"statusCode":200,"statusMessage":"OK"/,
	},
	{
		name: 'a field that is not there',
		parameters: json('/object', { dataField: 'rows' }),
		differs: 'the words of the error',
		gives: /no field \\"rows\\"\. Its fields are: total, records, one\. Enter/,
	},
	{
		name: 'text in the place of JSON',
		parameters: json('/plain'),
		differs: 'the words of the error',
		gives: /not valid JSON, which Optimize Response expects\. Set/,
	},
	{
		name: 'a bare number',
		parameters: json('/number'),
		differs: 'the words of the error',
		gives: /neither an object nor a list/,
	},

	{ name: 'the body of a page', parameters: html('/page') },
	{ name: 'some elements', parameters: html('/page', { cssSelector: 'li:not(.ad)' }) },
	{ name: 'a selector of jQuery', parameters: html('/page', { cssSelector: 'li:first' }) },
	{ name: 'a selector that finds nothing', parameters: html('/page', { cssSelector: '.none' }) },
	{ name: 'no selector', parameters: html('/page', { cssSelector: '' }) },
	{
		name: 'a selector that is none',
		parameters: html('/page', { cssSelector: 'li[' }),
		differs: 'the words of the error',
		gives: /\\"li\[\\" is not a valid CSS selector\. Enter one such as/,
	},
	{ name: 'a head', parameters: html('/page', { cssSelector: 'head' }) },
	{ name: 'broken HTML', parameters: html('/broken') },
	{ name: 'a page cut off', parameters: html('/page', cut(40)) },
	{
		name: 'the text of elements',
		parameters: html('/page', { cssSelector: 'li, td', onlyContent: true }),
	},
	{
		name: 'the text of elements but for some',
		parameters: html('/page', { cssSelector: 'li', onlyContent: true, elementsToOmit: 'b, .ad' }),
	},
	{
		name: 'lines in HTML',
		parameters: html('/lines'),
		differs: 'HTTP Request joins the last word of a line to the first of the next',
		gives: /<p>first second<\/p> <p>third<\/p>/,
	},
	{
		name: 'HTML in the place of JSON',
		parameters: html('/list'),
		differs: 'the words of the error',
		gives: /The response is JSON, but Optimize Response expects HTML\. Set/,
	},
	{
		name: 'no HTML at all',
		parameters: html('/empty'),
		differs: 'it is an error there',
		gives: /^\[\{"data":"\[\\n {2}\\"\\"\\n\]"\}\]$/,
	},

	{ name: 'the text of an article', parameters: text('/article') },
	{ name: 'the text of an article, cut off', parameters: text('/article', cut(100)) },
	{ name: 'the text of a text', parameters: text('/plain') },
	{ name: 'the text of broken HTML', parameters: text('/broken') },
	{ name: 'the text of JSON', parameters: text('/list') },
	{
		name: 'the text of JSON, cut off',
		parameters: text('/list', cut(20)),
		differs: 'it is an error there',
		gives: /^\[\{"data":"\[\\n {2}\{\\n/,
	},
	{
		name: 'no text at all',
		parameters: text('/empty'),
		differs: 'it is an error there',
		gives: /^\[\{"data":""\}\]$/,
	},
	{
		name: 'text in another field',
		parameters: text('/article', format('text', { outputPropertyName: 'x' })),
	},
];
