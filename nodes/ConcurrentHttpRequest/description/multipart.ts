import type { INodeProperties } from 'n8n-workflow';

/** The fields of a Form-Data body: texts, and binaries of the item. */
export const multipartParameters: INodeProperties = {
	displayName: 'Body',
	name: 'bodyParameters',
	type: 'fixedCollection',
	displayOptions: { show: { sendBody: [true], contentType: ['multipart-form-data'] } },
	typeOptions: {
		multipleValues: true,
		fixedCollection: { itemTitle: '={{ $collection.item.value.name }}' },
	},
	placeholder: 'Add Body Field',
	default: { parameters: [{ name: '', value: '' }] },
	description:
		'Fields of the form that is sent. A name may occur several times, for example for several files.',
	options: [
		{
			name: 'parameters',
			displayName: 'Body Field',
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
					description: 'Name of the field, as the documentation of the API says',
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
		},
	],
};
