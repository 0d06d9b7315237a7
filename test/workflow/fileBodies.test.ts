import type { IBinaryData, INodeParameters } from 'n8n-workflow';
import { TestServer } from '../support/TestServer.ts';
import { BinaryStore } from '../support/workflow/BinaryStore.ts';
import { sendItems } from '../support/workflow/sendItems.ts';

let server: TestServer;

beforeAll(async () => {
	server = await TestServer.start();
});

afterAll(async () => {
	await server.close();
});

const PICTURE = Buffer.from('\u0000PNG\r\n--not-a-boundary\r\n\u00ff', 'latin1');

/** A binary in an item, as n8n holds it without a store. */
const held = (bytes: Buffer, fileName: string, mimeType: string): IBinaryData => ({
	...{ fileName, mimeType, data: bytes.toString('base64') },
});

const multipart = (...rows: INodeParameters[]): INodeParameters => ({
	...{ method: 'POST', sendBody: true, contentType: 'multipart-form-data' },
	bodyParameters: { parameters: rows },
});

const file = (name: string, inputDataFieldName: string): INodeParameters => ({
	...{ parameterType: 'formBinaryData', name, inputDataFieldName },
});

const asBody: INodeParameters = {
	...{ method: 'PUT', sendBody: true, contentType: 'binaryData', inputDataFieldName: 'data' },
};

/** What the server received for one item, and the item that came out. */
async function send(
	parameters: INodeParameters,
	binary: Record<string, IBinaryData>,
	path = '/echo',
) {
	server.reset();
	const { items, error } = await sendItems(
		{ url: server.origin + path, ...parameters },
		{ items: [{ json: {}, binary }], onError: 'continueRegularOutput' },
	);
	expect(error).toBeUndefined();
	return { requests: server.requests, request: server.requests.at(-1), items };
}

describe.each(['in n8n’s store', 'in the item'])('binaries %s', (place) => {
	let store: BinaryStore | undefined;

	beforeAll(async () => {
		store = place === 'in n8n’s store' ? await BinaryStore.open() : undefined;
	});

	afterAll(async () => {
		await store?.close();
	});

	const binaryOf = async (bytes: Buffer, fileName: string, mimeType: string) =>
		store ? await store.put(bytes, { fileName, mimeType }) : held(bytes, fileName, mimeType);

	it('are sent as parts of a form, with their length, name and type', async () => {
		const binary = {
			data: await binaryOf(PICTURE, 'a.png', 'image/png'),
			other: await binaryOf(Buffer.from('a,b'), 'b ü.csv', 'text/csv'),
		};
		const rows = [file('files', 'data'), { name: 'title', value: 'x' }, file('files', 'other')];
		const { request } = await send(multipart(...rows), binary);
		expect(request?.headers['content-length']).toBe(String(request?.body.length));
		const form = await new Response(new Uint8Array(request!.body), {
			headers: { 'content-type': request!.headers['content-type']! },
		}).formData();
		const parts = [...form].map(([name, value]) =>
			typeof value === 'string' ? [name, value] : [name, value.name, value.type],
		);
		expect(parts).toEqual([
			['files', 'a.png', 'image/png'],
			['title', 'x'],
			['files', 'b ü.csv', 'text/csv'],
		]);
		const [first] = form.getAll('files') as File[];
		expect(Buffer.from(await first!.arrayBuffer())).toEqual(PICTURE);
	});

	it('are sent as the whole body, with their length and type', async () => {
		const { request } = await send(asBody, { data: await binaryOf(PICTURE, 'a', 'image/png') });
		expect(request?.method).toBe('PUT');
		expect(request?.body).toEqual(PICTURE);
		expect(request?.headers).toMatchObject({
			...{ 'content-length': String(PICTURE.length), 'content-type': 'image/png' },
		});
		expect(request?.headers).not.toHaveProperty('transfer-encoding');
	});

	it.each(['GET', 'DELETE'])('are sent with %s as well', async (method) => {
		const binary = { data: await binaryOf(PICTURE, 'a', 'image/png') };
		const { request } = await send({ ...asBody, method }, binary);
		expect(request?.method).toBe(method);
		expect(request?.body).toEqual(PICTURE);
	});

	it('may be empty', async () => {
		const binary = { data: await binaryOf(Buffer.alloc(0), 'a', 'image/png') };
		const { request } = await send(asBody, binary);
		expect(request?.headers['content-length']).toBe('0');
	});

	it('can have a type of the item’s own', async () => {
		const { request } = await send(
			{
				...{ ...asBody, sendHeaders: true },
				headerParameters: { parameters: [{ name: 'Content-Type', value: 'image/x-own' }] },
			},
			{ data: await binaryOf(PICTURE, 'a', 'image/png') },
		);
		expect(request?.headers['content-type']).toBe('image/x-own');
	});

	it.each([307, 308])('are sent again, complete, where %d asks for it', async (code) => {
		const binary = { data: await binaryOf(PICTURE, 'a.png', 'image/png') };
		const path = `/redirect?code=${code}&times=2&to=/echo`;
		const whole = await send(asBody, binary, path);
		expect(whole.requests.map(({ body }) => body)).toEqual([PICTURE, PICTURE, PICTURE]);
		const form = await send(multipart(file('f', 'data')), binary, path);
		const [first, ...again] = form.requests.map(({ body }) => body);
		expect(first?.includes(PICTURE)).toBe(true);
		expect(again).toEqual([first, first]);
	});

	it('are named in the error where the item does not have them', async () => {
		const { items, requests } = await send(asBody, {});
		expect(requests).toEqual([]);
		expect(items[0]?.json.error).toMatch(
			/^"Input Data Field Name" is "data", but the item has no file/,
		);
	});
});

describe('a file in n8n’s store', () => {
	let store: BinaryStore;

	beforeAll(async () => {
		store = await BinaryStore.open();
	});

	afterAll(async () => {
		await store.close();
	});

	it('may come from an expression', async () => {
		const { request } = await send(
			{ ...asBody, inputDataFieldName: '={{ $binary.data }}' },
			{ data: await store.put(PICTURE) },
		);
		expect(request?.body).toEqual(PICTURE);
	});

	it('that is gone fails its item, with what to do', async () => {
		const data = await store.put(PICTURE);
		await store.delete(data);
		const { items, requests } = await send(asBody, { data });
		expect(requests).toEqual([]);
		expect(items[0]?.json.error).toMatchObject({
			message: expect.stringMatching(/failed: The file to send could not be read$/) as string,
			description: expect.stringMatching(
				/^n8n says: "File not found"\. Check that n8n still has the file/,
			) as string,
		});
	});

	it('that is in a store which this process does not have says so', async () => {
		const data = { mimeType: 'image/png', data: 'database', id: 'database:1234' };
		const { items, requests } = await send(asBody, { data });
		expect(requests).toEqual([]);
		expect(items[0]?.json.error).toMatchObject({
			description: expect.stringMatching(
				/^n8n says: "No binary data manager found for: database"\. .*N8N_DEFAULT_BINARY_DATA_MODE/,
			) as string,
		});
	});
});
