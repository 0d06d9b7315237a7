import { Readable } from 'node:stream';
import type { IBinaryData } from 'n8n-workflow';

import { storeFile } from '../../../nodes/ConcurrentHttpRequest/response/FileReceiver.ts';
import type { ResponseOptions } from '../../../nodes/ConcurrentHttpRequest/response/responseOptions.ts';

const options: ResponseOptions = {
	format: 'file',
	fullResponse: false,
	neverError: false,
	outputPropertyName: 'invoice',
};

const CONTENT = Buffer.from('content');

/** What n8n was handed, and what it noted. */
async function stored(
	url: string,
	headers: Record<string, string> = {},
	byN8n: Partial<IBinaryData> = {},
	content = CONTENT,
) {
	let body: Buffer | undefined;
	let isStream: boolean | undefined;
	const prepareBinaryData = jest.fn(async (given: Buffer | Readable) => {
		isStream = !Buffer.isBuffer(given);
		body = Buffer.isBuffer(given) ? given : Buffer.concat(await given.toArray());
		return { data: '', mimeType: 'a/b', ...byN8n };
	});
	const head = { statusCode: 200, statusMessage: 'OK', headers, url: new URL(url) };
	const pieces = Readable.from(piecesOf(content), { objectMode: false });
	const data = await storeFile(head, pieces, options, { prepareBinaryData });
	const [, name, type] = prepareBinaryData.mock.calls[0] as unknown[];
	expect(body?.equals(content)).toBe(true);
	return { data, name, type, isStream };
}

function* piecesOf(content: Buffer): Generator<Buffer> {
	for (let start = 0; start < content.length; start += 65_536) {
		yield content.subarray(start, start + 65_536);
	}
}

it.each([
	['image/png', 'image/png'],
	['text/plain; charset=utf-8', 'text/plain'],
	['text/plain;charset=utf-8', 'text/plain'],
	// Then n8n looks at the name, and at the first bytes.
	['', undefined],
])('is stored with the type that the server says: %j', async (contentType, mimeType) => {
	expect((await stored('http://x.test/a', { 'content-type': contentType })).type).toBe(mimeType);
});

it.each([
	['http://x.test/files/a.png?size=1', '', 'a.png'],
	['http://x.test/a', 'attachment; filename="my report.pdf"', 'my report.pdf'],
	['http://x.test/a', 'inline; filename=b.jpg', 'b.jpg'],
	['http://x.test/a', "attachment; filename*=UTF-8''%e2%82%ac.txt", '€.txt'],
	['http://x.test/a', 'filename=c.jpg', 'c.jpg'],
	['http://x.test/a', 'attachment', 'a'],
	['http://x.test/a', 'attachment; filename=', 'a'],
	['http://x.test/', '', undefined],
])('is named by its server, or else by its URL: %s %s', async (url, disposition, expected) => {
	const { name, data } = await stored(url, { 'content-disposition': disposition });
	expect(name).toBe(expected);
	expect(data.directory).toBe(expected === undefined ? undefined : url);
});

it('is named after its field if it has no other name', async () => {
	const { data } = await stored('http://x.test/', {}, { fileExtension: 'pdf' });
	expect(data.fileName).toBe('invoice.pdf');
});

describe('a body without a type', () => {
	it.each([
		['small', 'http://x.test/download', 1024, false, undefined],
		['that grows large', 'http://x.test/download', 3_000_000, true, 'application/octet-stream'],
		['but with a name that tells', 'http://x.test/a.pdf', 1024, true, undefined],
	])('%s', async (_what, url, size, isStream, type) => {
		const file = await stored(url, {}, {}, Buffer.alloc(size, 7));
		expect(file.isStream).toBe(isStream);
		expect(file.type).toBe(type);
	});
});
