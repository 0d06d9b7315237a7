import type { INodeProperties } from 'n8n-workflow';

import { keyValuePairs, rows, usingFields, usingJson } from './fields';

/**
 * The body. `specifyBody`, `bodyParameters` and `body` occur once per content type, as in HTTP
 * Request; n8n keeps the one whose display options hold.
 */
export const bodyProperties: INodeProperties[] = [
	{
		displayName: 'Send Body',
		name: 'sendBody',
		type: 'boolean',
		noDataExpression: true,
		default: false,
		description:
			'Whether requests have a body, as those that create or change something usually do',
	},
	{
		displayName: 'Body Content Type',
		name: 'contentType',
		type: 'options',
		displayOptions: { show: { sendBody: [true] } },
		options: [
			{
				name: 'Form URL Encoded',
				value: 'form-urlencoded',
				description: 'As an HTML form sends it, for example <code>name=Ada&city=London</code>',
			},
			{
				name: 'Form-Data',
				value: 'multipart-form-data',
				description:
					'Text fields and files in one body, as an HTML form with an upload sends it (<code>multipart/form-data</code>)',
			},
			{
				name: 'JSON',
				value: 'json',
				description: 'What most APIs expect, for example <code>{ "name": "Ada" }</code>',
			},
			{
				name: 'n8n Binary File',
				value: 'binaryData',
				description: 'One file of the item as the whole body, for example a picture for a PUT',
			},
			{
				name: 'Raw',
				value: 'raw',
				description: 'Text of any other type, sent as it is, for example XML, CSV or GraphQL',
			},
		],
		default: 'json',
		description: 'Format of the body; it also sets the Content-Type header',
	},
	{
		displayName: 'Specify Body',
		name: 'specifyBody',
		type: 'options',
		displayOptions: { show: { sendBody: [true], contentType: ['json'] } },
		options: [
			usingFields('One name and one value per property, for flat objects'),
			usingJson('The whole body as JSON, for nested objects, lists, or one expression'),
		],
		default: 'keypair',
	},
	keyValuePairs({
		displayName: 'Body Parameters',
		name: 'bodyParameters',
		displayOptions: {
			show: { sendBody: [true], contentType: ['json'], specifyBody: ['keypair'] },
		},
		row: 'Body Field',
		nameExample: 'email',
		valueExample: 'ada@example.com',
		description:
			'Properties of the JSON object that is sent. Text stays text; an expression such as <code>{{ $json.age }}</code> keeps its type.',
	}),
	{
		displayName: 'JSON',
		name: 'jsonBody',
		type: 'json',
		displayOptions: { show: { sendBody: [true], contentType: ['json'], specifyBody: ['json'] } },
		default: '',
		placeholder: '{ "name": "Ada", "tags": ["new"] }',
		description:
			'The body as JSON. To send the item unchanged, use the expression <code>{{ $json }}</code>.',
	},
	rows({
		displayName: 'Body',
		name: 'bodyParameters',
		displayOptions: { show: { sendBody: [true], contentType: ['multipart-form-data'] } },
		row: 'Body Field',
		description:
			'Fields of the form that is sent. A name may occur several times, for example for several files.',
		values: [
			{
				displayName: 'Type',
				name: 'parameterType',
				type: 'options',
				options: [
					{
						name: 'n8n Binary File',
						value: 'formBinaryData',
						description: 'A file of the item, sent with its name and type',
					},
					{ name: 'Form Data', value: 'formData', description: 'A text' },
				],
				default: 'formData',
				description: 'Whether the field holds a text or a file',
			},
			{
				displayName: 'Name',
				name: 'name',
				type: 'string',
				default: '',
				placeholder: 'e.g. file',
				description: 'Name of the field, as in the documentation of the API',
			},
			{
				displayName: 'Value',
				name: 'value',
				type: 'string',
				displayOptions: { show: { parameterType: ['formData'] } },
				default: '',
				placeholder: 'e.g. Invoice 17',
				description: 'Text to send',
			},
			{
				displayName: 'Input Data Field Name',
				name: 'inputDataFieldName',
				type: 'string',
				displayOptions: { show: { parameterType: ['formBinaryData'] } },
				default: '',
				placeholder: 'e.g. data',
				description:
					'Name of the binary field of the item to send, as the previous node shows it, for example <code>data</code>',
			},
		],
	}),
	{
		displayName: 'Specify Body',
		name: 'specifyBody',
		type: 'options',
		displayOptions: { show: { sendBody: [true], contentType: ['form-urlencoded'] } },
		options: [
			usingFields('One name and one value per form field; they are encoded for you'),
			{
				name: 'Using Single Field',
				value: 'string',
				description: 'The whole form as one text that you have encoded yourself',
			},
		],
		default: 'keypair',
	},
	keyValuePairs({
		displayName: 'Body Fields',
		name: 'bodyParameters',
		displayOptions: {
			show: { sendBody: [true], contentType: ['form-urlencoded'], specifyBody: ['keypair'] },
		},
		row: 'Field',
		nameExample: 'city',
		valueExample: 'London',
		description: 'Fields of the form that is sent',
	}),
	{
		displayName: 'Body',
		name: 'body',
		type: 'string',
		displayOptions: { show: { sendBody: [true], specifyBody: ['string'] } },
		default: '',
		placeholder: 'e.g. name=Ada&city=London',
		description: 'Form fields joined by <code>&</code>, their names and values URL encoded',
	},
	{
		displayName: 'Input Data Field Name',
		name: 'inputDataFieldName',
		type: 'string',
		displayOptions: { show: { sendBody: [true], contentType: ['binaryData'] } },
		default: '',
		placeholder: 'e.g. data',
		description:
			'Name of the binary field of the item to send, as the previous node shows it, for example <code>data</code>',
	},
	{
		displayName: 'Content Type',
		name: 'rawContentType',
		type: 'string',
		displayOptions: { show: { sendBody: [true], contentType: ['raw'] } },
		default: '',
		placeholder: 'e.g. application/xml',
		description:
			'Value of the Content-Type header, for example <code>text/csv; charset=utf-8</code>',
	},
	{
		displayName: 'Body',
		name: 'body',
		type: 'string',
		displayOptions: { show: { sendBody: [true], contentType: ['raw'] } },
		default: '',
		placeholder: 'e.g. <user><name>Ada</name></user>',
		description: 'Text that is sent as the body, unchanged',
	},
];
