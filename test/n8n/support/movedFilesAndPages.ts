import type { IBinaryKeyData, INodeParameters } from 'n8n-workflow';
import type { MovedWorkflow } from './movedWorkflow.ts';

const EVERY = [4, 4.1, 4.2, 4.3, 4.4, 4.5];

const base64 = (text: string) => Buffer.from(text, 'latin1').toString('base64');

const binary: IBinaryKeyData = {
	data: { data: base64('\u0000PNG\r\n\u00ff'), mimeType: 'image/png', fileName: 'a b".png' },
	other: { data: base64('a,b\n1,2\n'), mimeType: 'text/csv', fileName: 'folder/ü.csv' },
	unnamed: { data: base64('x'), mimeType: 'text/plain' },
};

const form = (...rows: INodeParameters[]): INodeParameters => ({
	...{ method: 'POST', url: 'ORIGIN/items', sendBody: true, contentType: 'multipart-form-data' },
	bodyParameters: { parameters: rows },
});

const text = (name: string, value: string): INodeParameters => ({ name, value });

const file = (name: string, inputDataFieldName: string): INodeParameters => ({
	...{ parameterType: 'formBinaryData', name, inputDataFieldName },
});

const whole = (method: string, more: INodeParameters = {}): INodeParameters => ({
	...{ method, url: 'ORIGIN/items', sendBody: true, contentType: 'binaryData' },
	...{ inputDataFieldName: 'data', ...more },
});

const NO_BODY = 'A form, a file or a raw text with HEAD, OPTIONS or TRACE';

export const fileBodies: MovedWorkflow[] = [
	{
		name: 'a form of texts',
		versions: EVERY,
		items: [{ a: 1, none: null }],
		parameters: form(
			...[text('text', 'ä "x"'), text('number', '={{ $json.a }}'), text('empty', '')],
			...[text('none', '={{ $json.none }}'), text('na"me', 'x')],
		),
	},
	{
		name: 'a form with files',
		versions: EVERY,
		...{ binary },
		parameters: form(
			...[file('f', 'data'), text('t', 'x'), file('g', 'other'), file('h', 'unnamed')],
		),
	},
	{
		name: 'several files under one name, and texts',
		versions: EVERY,
		...{ binary },
		parameters: form(file('f', 'data'), text('t', '1'), file('f', 'other'), text('t', '2')),
	},
	{
		name: 'a form whose Content-Type the item sets',
		...{ binary },
		parameters: {
			...form(file('f', 'data')),
			...{ sendHeaders: true },
			headerParameters: { parameters: [{ name: 'Content-Type', value: 'multipart/form-data' }] },
		},
	},
	{
		name: 'a form with a file that is not there',
		...{ binary },
		parameters: form(file('f', 'missing')),
	},
	...['POST', 'PUT', 'PATCH', 'DELETE', 'GET'].map((method): MovedWorkflow => ({
		name: `a file as the body with ${method}`,
		...{ binary, parameters: whole(method) },
	})),
	{
		name: 'a file as the body, whose Content-Type the item sets',
		...{ binary },
		parameters: whole('PUT', {
			sendHeaders: true,
			headerParameters: { parameters: [{ name: 'Content-Type', value: 'image/x-own' }] },
		}),
	},
	{
		name: 'a file as the body that is not there',
		...{ binary },
		parameters: whole('PUT', { inputDataFieldName: 'missing' }),
	},
	{
		name: 'a form with OPTIONS',
		versions: [4.1],
		parameters: { ...form(text('a', 'b')), method: 'OPTIONS' },
		differs: { listed: NO_BODY, because: 'HTTP Request sends JSON then' },
	},
	{
		name: 'a file with OPTIONS',
		...{ binary, parameters: whole('OPTIONS') },
		differs: { listed: NO_BODY, because: 'HTTP Request sends no file then' },
	},
];

const paged = (
	pagination: INodeParameters,
	more: INodeParameters = {},
	options: INodeParameters = {},
): INodeParameters => ({
	...{ url: 'ORIGIN/pages', ...more },
	options: { pagination: { pagination }, ...options },
});

const numbered = (type: string, name = 'page'): INodeParameters => ({
	parameters: { parameters: [{ type, name, value: '={{ $pageCount + 1 }}' }] },
});

const jsonBody: INodeParameters = {
	...{ method: 'POST', sendBody: true, specifyBody: 'json', jsonBody: '{"page":0,"size":2}' },
};

const formBody: INodeParameters = {
	...{ method: 'POST', sendBody: true, contentType: 'form-urlencoded' },
	bodyParameters: {
		parameters: [
			{ name: 'page', value: '0' },
			{ name: 'size', value: '2' },
		],
	},
};

const query: INodeParameters = {
	sendQuery: true,
	queryParameters: {
		parameters: [
			{ name: 'page', value: '1' },
			{ name: 'q', value: 'x' },
		],
	},
};

const byLink: INodeParameters = {
	...{ paginationMode: 'responseContainsNextURL', nextURL: '={{ $response.body.next }}' },
	...{ paginationCompleteWhen: 'other', completeExpression: '={{ !$response.body.next }}' },
};

const limited: INodeParameters = { limitPagesFetched: true, maxRequests: 2 };

const response = (settings: INodeParameters): INodeParameters => ({
	response: { response: settings },
});

export const pages: MovedWorkflow[] = [
	{ name: 'by query', versions: EVERY, items: [{}, {}], parameters: paged(numbered('qs')) },
	{ name: 'by query of the item', parameters: paged(numbered('qs'), query) },
	{ name: 'by header', parameters: paged(numbered('headers', 'X-Page')) },
	{ name: 'by a field of a JSON body', parameters: paged(numbered('body'), jsonBody) },
	{
		name: 'by a field of a form',
		versions: [4.1, 4.5],
		parameters: paged(numbered('body'), formBody),
	},
	{ name: 'by a field of no body', parameters: paged({ ...numbered('body'), ...limited }) },
	{ name: 'at most two', parameters: paged({ ...numbered('qs'), ...limited }) },
	{
		name: 'until a status',
		parameters: paged(
			{
				...numbered('qs'),
				...{ paginationCompleteWhen: 'receiveSpecificStatusCodes' },
				statusCodesWhenComplete: '404, 410',
			},
			{ url: 'ORIGIN/pages?ends' },
		),
	},
	{
		name: 'that end with a status which nobody expects',
		parameters: paged(
			{ ...numbered('qs'), paginationCompleteWhen: 'other', completeExpression: '={{ false }}' },
			{ url: 'ORIGIN/pages?ends' },
		),
		differs: { listed: 'Error items', because: 'HTTP Request’s error has no message' },
	},
	{
		name: 'by link',
		versions: [4, 4.5],
		parameters: paged(byLink, { url: 'ORIGIN/pages?wrapped' }),
	},
	{
		name: 'by link, with parameters of the item',
		parameters: paged({ ...byLink, ...limited }, { ...query, url: 'ORIGIN/pages?wrapped' }),
	},
	{
		name: 'by a link that is no URL',
		parameters: paged({ ...byLink, nextURL: '/pages' }, { url: 'ORIGIN/pages?wrapped' }),
	},
	{
		name: 'by what the request was',
		parameters: paged(
			{
				parameters: {
					parameters: [
						{ type: 'qs', name: 'was', value: '={{ $request.method }} {{ $request.qs.q }}' },
						{ type: 'qs', name: 'page', value: '={{ $pageCount + 1 }}' },
					],
				},
				...limited,
			},
			query,
		),
	},
	{
		name: 'with headers and status',
		parameters: paged({ ...numbered('qs'), ...limited }, {}, response({ fullResponse: true })),
	},
	...['json', 'text', 'file'].map((responseFormat): MovedWorkflow => ({
		name: `as ${responseFormat}`,
		parameters: paged({ ...numbered('qs'), ...limited }, {}, response({ responseFormat })),
	})),
	{
		name: 'as text, for expressions',
		parameters: paged(
			{
				parameters: {
					parameters: [
						{ type: 'qs', name: 'page', value: '={{ ($response.body?.[0]?.at ?? 0) + 1 }}' },
					],
				},
			},
			{},
			response({ responseFormat: 'text' }),
		),
	},
	{
		name: 'that never change',
		parameters: paged(numbered('headers', 'x-n'), { url: 'ORIGIN/items' }),
	},
	{ name: 'that are off', parameters: paged({ paginationMode: 'off' }) },
	{
		name: 'with nothing that changes',
		parameters: paged({ parameters: { parameters: [{ type: 'qs', name: '', value: '' }] } }),
	},
];
