import { createHash } from 'node:crypto';
import type { INodeParameters } from 'n8n-workflow';
import { TestServer } from '../support/TestServer.ts';
import { BinaryStore } from '../support/workflow/BinaryStore.ts';
import { numbered } from '../support/workflow/runWorkflow.ts';
import { sendItems } from '../support/workflow/sendItems.ts';

let server: TestServer;
let store: BinaryStore;

beforeAll(async () => {
	server = await TestServer.start();
	store = await BinaryStore.open();
});

afterAll(async () => {
	await store.close();
	await server.close();
});

const get = (path: string, response: INodeParameters = {}): INodeParameters => ({
	...{ url: server.origin + path, options: { response: { response } } },
});

async function one(path: string, response: INodeParameters = {}) {
	const { items, error } = await sendItems(get(path, response), {
		onError: 'continueRegularOutput',
		items: [{ json: { id: 7 } }],
	});
	expect(error).toBeUndefined();
	return items[0]!;
}

describe('a file in n8n’s store', () => {
	it('has its bytes, name, type and size', async () => {
		const disposition = 'content-disposition:attachment; filename="report.pdf"';
		const path = `/bytes?hex=255044462d&type=application/pdf&header=${encodeURIComponent(disposition)}`;
		const { json, binary } = await one(path);
		expect(json).toEqual({ id: 7 });
		expect(binary?.data).toMatchObject({
			...{ fileName: 'report.pdf', fileExtension: 'pdf', mimeType: 'application/pdf' },
			...{ fileType: 'pdf', bytes: 5, data: 'filesystem-v2' },
		});
		expect((await store.read(binary!.data!)).toString()).toBe('%PDF-');
	});

	it('is chosen by format, whatever the type, and has the field that the user names', async () => {
		const { binary } = await one('/text?body=hello', {
			...{ responseFormat: 'file', outputPropertyName: 'page' },
		});
		expect((await store.read(binary!.page!)).toString()).toBe('hello');
	});

	it('does not tell the secrets of its URL', async () => {
		const { items } = await sendItems(
			{
				...get('/binary?name=a.png'),
				...{ authentication: 'genericCredentialType', genericAuthType: 'httpQueryAuth' },
			},
			{ credentials: { httpQueryAuth: { name: 'id', value: 's3cret' } } },
		);
		expect(items[0]?.binary?.data?.directory).toBe(`${server.origin}/binary?name=a.png&id=***`);
	});

	it('comes with headers and status if the user includes them', async () => {
		const { json, binary } = await one('/binary', { fullResponse: true });
		expect(json).toMatchObject({ statusCode: 200, headers: { 'content-type': 'image/png' } });
		expect(json).not.toHaveProperty('body');
		expect(binary?.data?.mimeType).toBe('image/png');
	});

	it('may be empty', async () => {
		const { binary } = await one('/empty?type=image/png');
		expect(binary?.data?.bytes).toBe(0);
	});

	it('is only what a redirect leads to', async () => {
		const before = (await store.files()).length;
		const { binary } = await one('/redirect?to=/binary', { responseFormat: 'file' });
		expect(binary?.data?.mimeType).toBe('image/png');
		expect(await store.files()).toHaveLength(before + 1);
	});

	it('is decompressed', async () => {
		const { binary } = await one('/compressed?encoding=br&body=hello', { responseFormat: 'file' });
		expect((await store.read(binary!.data!)).toString()).toBe('hello');
	});
});

describe('a response that is an error', () => {
	it('is no file, and its message is shown', async () => {
		const before = await store.files();
		const { json, binary } = await one('/status?code=404&body=gone', { responseFormat: 'file' });
		expect(json.error).toMatchObject({ status: 404 });
		expect(json.details).toMatchObject({ body: 'gone' });
		expect(binary).toBeUndefined();
		expect(await store.files()).toEqual(before);
	});

	it('is a file with Never Error', async () => {
		const { binary } = await one('/status?code=404&body=gone', {
			...{ responseFormat: 'file', neverError: true },
		});
		expect((await store.read(binary!.data!)).toString()).toBe('gone');
	});

	it('is a file with Never Error, however large', async () => {
		const body = Buffer.alloc(3_000_000, 'gone ');
		server.route('/large-error', (_request, response) => {
			response.writeHead(500, { 'content-type': 'text/html' }).end(body);
		});
		const { binary } = await one('/large-error', { responseFormat: 'file', neverError: true });
		expect((await store.read(binary!.data!)).equals(body)).toBe(true);
		expect(binary?.data?.bytes).toBe(body.length);
	});
});

describe('no half-written file remains', () => {
	it.each(['/truncate', '/reset-body'])('if the body breaks off: %s', async (path) => {
		const before = await store.files();
		const { json } = await one(path, { responseFormat: 'file' });
		expect(json).toHaveProperty('error');
		expect(await store.files()).toEqual(before);
	});
});

it('gives every item its own file, under concurrency', async () => {
	server.route('/numbered', ({ url }, response) => {
		const id = Number(new URL(url, server.origin).searchParams.get('id'));
		response
			.setHeader('content-type', 'application/octet-stream')
			.end(Buffer.alloc(200_000 + id, id));
	});
	const { items } = await sendItems(
		{ url: `=${server.origin}/numbered?id={{ $json.id }}`, maxConcurrency: 10 },
		{ items: numbered(50) },
	);
	for (const [id, { binary }] of items.entries()) {
		const hash = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
		expect(hash(await store.read(binary!.data!))).toBe(hash(Buffer.alloc(200_000 + id, id)));
	}
	expect(items).toHaveLength(50);
});

it('stores nothing of responses that are requested again', async () => {
	let asked = 0;
	server.route('/busy', (_request, response) => {
		const isBusy = ++asked < 3;
		if (isBusy) response.setHeader('retry-after', '0');
		response.statusCode = isBusy ? 503 : 200;
		response.setHeader('content-type', 'application/pdf').end('%PDF-');
	});
	const before = (await store.files()).length;
	const { binary } = await one('/busy', { responseFormat: 'file', neverError: true });
	expect(asked).toBe(3);
	expect((await store.read(binary!.data!)).toString()).toBe('%PDF-');
	expect(await store.files()).toHaveLength(before + 1);
});
