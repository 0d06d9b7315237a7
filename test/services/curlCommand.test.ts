import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import type { IBinaryData, INodeParameters } from 'n8n-workflow';

import { findProgram } from '../support/proxies/programs.ts';
import { TestServer } from '../support/TestServer.ts';
import type { ReceivedRequest } from '../support/TestServer.ts';
import { sendItems } from '../support/workflow/sendItems.ts';

const run = promisify(execFile);

/** Bytes that are no text, with what shells and forms could stumble over. */
const BINARY = Buffer.from([0, 1, 13, 10, 39, 34, 92, 255, 254, 36, 96, 0]);

let server: TestServer;
let folder: string;

beforeAll(async () => {
	for (const program of ['bash', 'curl']) findProgram(program);
	server = await TestServer.start();
	folder = await mkdtemp(join(tmpdir(), 'curl-'));
});

afterAll(async () => {
	await server.close();
	await rm(folder, { recursive: true, force: true });
});

type Files = Record<string, { fileName: string; mimeType: string; content: Buffer }>;

/** What arrives, without what belongs to the connection. */
function comparable({ method, url, headers, body }: ReceivedRequest) {
	const { host: _, connection: __, 'content-length': ___, ...others } = headers;
	const boundary = /boundary=(\S+)/.exec(others['content-type'] ?? '')?.[1];
	const text = body.toString('latin1');
	if (boundary === undefined) return { method, url, headers: others, body: text };
	return {
		...{ method, url },
		headers: { ...others, 'content-type': 'multipart/form-data' },
		body: text.replaceAll(boundary, 'boundary'),
	};
}

/**
 * Sends by the node, then by the command that its preview shows, and compares what arrives.
 *
 * @param saved what the notes of the preview say to save
 */
async function compare(
	parameters: INodeParameters,
	files: Files = {},
	saved: Record<string, Buffer> = {},
): Promise<void> {
	server.reset();
	const binary = Object.fromEntries(
		Object.entries(files).map(([field, { content, ...file }]): [string, IBinaryData] => [
			field,
			{ ...file, data: content.toString('base64') },
		]),
	);
	const items = [{ json: {}, binary }];
	const node = { url: `${server.origin}/echo`, ...parameters };
	const sent = await sendItems(node, { items });
	expect(sent.error).toBeUndefined();
	const options = { ...(parameters.options as INodeParameters), previewRequests: true };
	const previewed = await sendItems({ ...node, options }, { items });
	expect(server.requests).toHaveLength(1);

	for (const { fileName, content } of Object.values(files)) {
		await writeFile(join(folder, fileName), content);
	}
	for (const [fileName, content] of Object.entries(saved)) {
		await writeFile(join(folder, fileName), content);
	}
	const command = previewed.items[0]?.json.curl as string;
	await run('bash', ['-c', `${command} --silent --show-error --max-time 10`], { cwd: folder });
	expect(server.requests).toHaveLength(2);
	const [byNode, byCurl] = server.requests.map(comparable);
	expect(byCurl).toEqual(byNode);
}

const post = (contentType: string, settings: INodeParameters): INodeParameters => ({
	...{ method: 'POST', sendBody: true, contentType },
	...settings,
});

const rows = (...parameters: INodeParameters[]): INodeParameters => ({ parameters });

const header = (name: string, value: string): INodeParameters => ({
	...{ sendHeaders: true, headerParameters: rows({ name, value }) },
});

const NASTY = `it's "quoted" $HOME \`id\` \\ back\n\ttab é 漢 😀 @file %41 !history`;

it.each<[what: string, parameters: INodeParameters]>([
	['a GET', {}],
	['a HEAD', { method: 'HEAD' }],
	['a DELETE', { method: 'DELETE' }],
	['a POST without a body', { method: 'POST' }],
	[
		'a query with brackets and braces',
		{ sendQuery: true, queryParameters: rows({ name: 'a[]{b}', value: `${NASTY}&c=d` }) },
	],
	['headers with quotes', header('X-A', `it's "b" $HOME \\`)],
	['headers beyond ASCII', header('X-A', "café “x” \\ '".replace(/[“”]/g, '\u00ab'))],
	['an empty header', header('X-Empty', '')],
	['a JSON body', post('json', { bodyParameters: rows({ name: 'text', value: NASTY }) })],
	[
		'a JSON body with PUT',
		{ ...post('json', { specifyBody: 'json', jsonBody: '[1, null]' }), method: 'PUT' },
	],
	[
		'a JSON body with GET',
		{ ...post('json', { specifyBody: 'json', jsonBody: '{}' }), method: 'GET' },
	],
	['a form', post('form-urlencoded', { bodyParameters: rows({ name: 'a b', value: NASTY }) })],
	['a raw text', post('raw', { rawContentType: 'text/plain; charset=utf-8', body: NASTY })],
	[
		'a raw text that begins with @',
		post('raw', { rawContentType: 'text/csv', body: '@etc\r\n;a' }),
	],
	['a raw text without a type', post('raw', { body: 'a' })],
	['an empty raw text', post('raw', { rawContentType: 'text/plain', body: '' })],
])('the cURL command of %s sends what the node sends', async (_what, parameters) => {
	await compare(parameters);
});

it('that of a file sends it', async () => {
	await compare(post('binaryData', { inputDataFieldName: 'data' }), {
		data: { fileName: `it's a "file".bin`, mimeType: 'image/png', content: BINARY },
	});
});

const text = (name: string, value: string) => ({ parameterType: 'formData', name, value });
const file = (name: string, field: string) => ({
	...{ parameterType: 'formBinaryData', name, inputDataFieldName: field },
});

it('that of a form sends its texts and files', async () => {
	await compare(
		post('multipart-form-data', {
			bodyParameters: rows(
				...[text('a b', NASTY), text('at', '@x;type=y'), text('less', '<x')],
				...[file('file', 'one'), file('file', 'two')],
			),
		}),
		{
			one: { fileName: 'a b;c,d.pdf', mimeType: 'application/pdf', content: BINARY },
			two: { fileName: "it's.txt", mimeType: 'text/plain', content: Buffer.from(NASTY) },
		},
	);
});

it('that of a form sends files of one name, and texts that are too long to show', async () => {
	const long = NASTY.repeat(1000);
	const [first, second] = [Buffer.from('first'), BINARY];
	await compare(
		post('multipart-form-data', {
			bodyParameters: rows(
				...[file('a', 'one'), file('b', 'two'), file('c', 'three')],
				...[text('d', long), text('e', `e${long}`)],
			),
		}),
		{
			one: { fileName: 'a;b.png', mimeType: 'image/png', content: first },
			two: { fileName: 'a;b.png', mimeType: 'image/png', content: second },
			three: { fileName: '-', mimeType: 'a/b', content: BINARY },
		},
		{
			...{ 'a;b.png': first, 'a;b-2.png': second },
			...{ 'text.txt': Buffer.from(long), 'text-2.txt': Buffer.from(`e${long}`) },
		},
	);
});

it('that of a form without fields sends it', async () => {
	await compare(post('multipart-form-data', { bodyParameters: rows() }));
});

it('any text arrives as it is', async () => {
	const anyText = fc.string({ unit: 'grapheme', minLength: 1 });
	await fc.assert(
		fc.asyncProperty(anyText, async (value) => {
			await compare({
				...post('json', { specifyBody: 'json', jsonBody: JSON.stringify([value]) }),
				...{ sendQuery: true, queryParameters: rows({ name: 'q', value }) },
			});
		}),
		{ numRuns: 20 },
	);
});
