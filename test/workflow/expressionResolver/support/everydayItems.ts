import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

/** Records as they come from shops, CRMs, forms, chats, sheets and APIs. */
const records: IDataObject[] = [
	{
		...{ id: 1042, name: 'Ann Lee', email: 'ann.lee@example.com', phone: '+49 (0)170 123-45 67' },
		...{
			firstName: 'Ann',
			lastName: 'Lee',
			company: 'Acme GmbH & Co. KG',
			city: 'München',
			age: 34,
		},
		...{
			active: true,
			status: 'active',
			price: 19.9,
			quantity: 3,
			total: '59.70',
			currency: 'EUR',
		},
		...{
			tags: ['vip', 'newsletter'],
			notes: null,
			description: 'Likes "quotes", umlauts: äöü',
			score: 0,
		},
		address: {
			street: 'Hauptstr. 1',
			zip: '80331',
			country: 'DE',
			geo: { lat: 48.137, lng: 11.575 },
		},
		items: [
			{ id: 'a1', sku: 'SKU-1', title: 'Mug', price: 9.95, qty: 2, tags: ['kitchen'] },
			{ id: 'b2', sku: 'SKU-2', title: 'T-Shirt', price: 39.8, qty: 1, tags: [] },
		],
		body: {
			event: 'order.created',
			data: { object: { id: 'ord_1', amount: 5970 } },
			user: { name: 'Ann' },
		},
		headers: {
			'content-type': 'application/json',
			'x-request-id': 'r-1',
			host: 'hooks.example.com',
		},
		query: { page: '2', q: 'blue mug' },
		params: { id: 'p-7' },
		fields: { Name: 'Ann Lee', 'First Name': 'Ann', 'E-Mail': 'ann.lee@example.com', Budget: 1200 },
		properties: {
			hs_email: { value: 'ann.lee@example.com' },
			name: { title: [{ plain_text: 'Task 1' }] },
		},
		message: {
			text: '/start hello',
			chat: { id: 99 },
			from: { username: 'annlee', first_name: 'Ann' },
		},
		choices: [
			{ message: { content: '{"sentiment":"positive","score":0.9}' }, finish_reason: 'stop' },
		],
		data: [
			{ id: 1, attributes: { title: 'First' } },
			{ id: 2, attributes: { title: 'Second' } },
		],
		created_at: '2024-03-29T18:06:31.798Z',
		url: 'https://example.com/products/mug?ref=mail#top',
		json_text: '{"a":{"b":[1,2,3]}}',
		'Order ID': 'A-1042',
		'Email Address': 'ann.lee@example.com',
	},
	{
		...{
			id: 7,
			name: '  bob  ',
			email: 'BOB@EXAMPLE.COM',
			phone: '',
			firstName: 'Bob',
			lastName: '',
		},
		...{
			company: null,
			city: '',
			age: '41',
			active: false,
			status: 'Closed Lost',
			price: 0,
			quantity: 0,
		},
		...{
			total: '0',
			currency: '',
			tags: [],
			notes: 'Call back\nMonday',
			description: '',
			score: -3.5,
		},
		address: { street: '1 Main St', zip: null, country: 'US' },
		items: [],
		body: { event: 'ping' },
		headers: {},
		query: {},
		params: { id: 12 },
		fields: { Name: 'Bob' },
		properties: {},
		message: { text: 'just text', chat: { id: -100123 } },
		choices: [{ message: { content: 'no json' } }],
		data: [],
		created_at: '2023-12-31 23:59:59',
		url: 'not a url',
		json_text: '[1,2',
		'Order ID': '',
		'Email Address': 'bob@example.com',
	},
	// What a sheet gives for an empty row.
	{ id: '', name: '', email: '', row_number: 4 },
	{ id: 3, error: { message: 'Not found', code: 404 } },
	{},
];

export const everydayItems: INodeExecutionData[] = records.map((json) => ({ json }));
