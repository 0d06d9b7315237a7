import type { INodeParameters } from 'n8n-workflow';
import { TestServer } from '../support/TestServer.ts';
import { onEachEngine } from '../support/workflow/expressionEngine.ts';
import { numbered } from '../support/workflow/runWorkflow.ts';
import { jsonOf, sendItems } from '../support/workflow/sendItems.ts';

let server: TestServer;

beforeAll(async () => {
	server = await TestServer.start();
});

beforeEach(() => server.reset());

afterAll(async () => {
	await server.close();
});

const CODE = '{{ $json.id }}';

const rows = (row: INodeParameters): INodeParameters => ({ parameters: [row] });

const nameAndValue = (value = CODE): INodeParameters => rows({ name: 'a', value });

const paged = (settings: INodeParameters): INodeParameters => ({
	options: { pagination: { pagination: settings } },
});

const byLink = { paginationMode: 'responseContainsNextURL' };

const post = (contentType: string, settings: INodeParameters): INodeParameters => ({
	...{ method: 'POST', sendBody: true, contentType },
	...settings,
});

const send = async (parameters: INodeParameters) =>
	await sendItems({ url: `${server.origin}/echo`, ...parameters }, { items: numbered(3) });

describe('an expression in a field that is set to Fixed', () => {
	it.each<[field: string, parameters: INodeParameters]>([
		['URL', { url: `http://localhost/{{id}}` }],
		['Query Parameters > a', { sendQuery: true, queryParameters: nameAndValue() }],
		[
			'Query Parameters',
			{ sendQuery: true, queryParameters: rows({ name: '{{ $now }}', value: '1' }) },
		],
		[
			'JSON (Query Parameters)',
			{ sendQuery: true, specifyQuery: 'json', jsonQuery: `{"a":"${CODE}"}` },
		],
		['Headers > a', { sendHeaders: true, headerParameters: nameAndValue("{{ $('A').item }}") }],
		[
			'JSON (Headers)',
			{ sendHeaders: true, specifyHeaders: 'json', jsonHeaders: `{"a":"${CODE}"}` },
		],
		['Body > a', post('json', { bodyParameters: nameAndValue() })],
		['JSON Body', post('json', { specifyBody: 'json', jsonBody: `{"a": ${CODE}}` })],
		['Body > a', post('form-urlencoded', { bodyParameters: nameAndValue() })],
		['Body', post('form-urlencoded', { specifyBody: 'string', body: `a=${CODE}` })],
		['Body > a', post('multipart-form-data', { bodyParameters: nameAndValue() })],
		[
			'Body > a',
			post('multipart-form-data', {
				bodyParameters: rows({
					...{ parameterType: 'formBinaryData', name: 'a', inputDataFieldName: CODE },
				}),
			}),
		],
		['Input Data Field Name', post('binaryData', { inputDataFieldName: CODE })],
		['Body', post('raw', { body: `{{#if a}}{{/if}} ${CODE}` })],
		['Content Type', post('raw', { body: 'a', rawContentType: '{{ $fromAI("type") }}' })],
		['Next URL', paged({ ...byLink, nextURL: '{{ $response.body.next }}' })],
		['Pagination > page', paged({ parameters: rows({ name: 'page', value: '{{ page }}' }) })],
		[
			'Complete If',
			paged({
				...{ ...byLink, nextURL: '={{ $response.body.next }}' },
				...{ paginationCompleteWhen: 'other', completeExpression: '{{ true }}' },
			}),
		],
	])('is refused before anything is sent, once: %s', async (field, parameters) => {
		const { error } = await send(parameters);
		expect(error).toMatchObject({
			message: `"${field}" is set to Fixed, so the {{ … }} in it would be sent as text`,
			description: expect.stringContaining('Switch it to Expression') as string,
		});
		expect(server.connections).toBe(0);
	});
});

describe('double braces that are meant', () => {
	it.each([
		'Hello {{ name }}, {{#each orders}}{{this.id}}{{/each}}',
		'{% for user in users %}{{ user.name | upper }}{% endfor %}',
		'{{- range $index, $element := .Items }}{{ $element.Name }}{{ end }}',
		'{{ unclosed $json',
	])('are sent in a body: %s', async (body) => {
		const { error } = await send(post('raw', { body }));
		expect(error).toBeUndefined();
		expect(server.requests[0]?.body.toString()).toBe(body);
	});

	it('may come from an expression', async () => {
		await send(post('raw', { body: '={{ "{" + "{ $json.id }" + "}" }}' }));
		expect(server.requests[0]?.body.toString()).toBe('{{ $json.id }}');
	});

	it('may stand in a field that is not sent', async () => {
		const { items } = await send({ sendBody: false, contentType: 'raw', body: CODE });
		expect(jsonOf(items)).toHaveLength(3);
	});

	onEachEngine(() => {
		it('come from an expression as the error advises', async () => {
			await send(post('raw', { body: '={{ "{{" }} $json.id }} is {{ $json.id }}' }));
			expect(server.requests.map(({ body }) => body.toString()).sort()).toEqual(
				[0, 1, 2].map((id) => `{{ $json.id }} is ${id}`),
			);
		});
	});
});
