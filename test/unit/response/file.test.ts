import type { IBinaryData } from 'n8n-workflow';

import { toBinaryData } from '../../../nodes/ConcurrentHttpRequest/response/file.ts';
import type { ResponseOptions } from '../../../nodes/ConcurrentHttpRequest/response/ResponseOptions.ts';

const options: ResponseOptions = {
	format: 'file',
	fullResponse: false,
	neverError: false,
	outputPropertyName: 'invoice',
};

async function stored(
	url: string,
	headers: Record<string, string> = {},
	byN8n: Partial<IBinaryData> = {},
) {
	const prepareBinaryData = jest.fn(
		async () => await Promise.resolve({ data: '', mimeType: 'a/b', ...byN8n } as IBinaryData),
	);
	const body = Buffer.from('content');
	const response = { statusCode: 200, statusMessage: 'OK', headers, body, url: new URL(url) };
	const data = await toBinaryData(response, options, { prepareBinaryData });
	const [stored, name, type] = prepareBinaryData.mock.calls[0] as unknown[];
	expect(stored).toBe(body);
	return { data, name, type };
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
	['http://x.test/files/a.png?size=1', '', 'files/a.png'],
	['http://x.test/a', 'attachment; filename="my report.pdf"', 'my report.pdf'],
	['http://x.test/a', 'inline; filename=b.jpg', 'b.jpg'],
	['http://x.test/a', "attachment; filename*=UTF-8''%e2%82%ac.txt", '€.txt'],
	['http://x.test/a', 'attachment', 'a'],
	['http://x.test/a', 'attachment; filename=', 'a'],
	['http://x.test/', '', undefined],
])('is named by its server, else by its URL: %s %s', async (url, disposition, expected) => {
	const { name, data } = await stored(url, { 'content-disposition': disposition });
	expect(name).toBe(expected);
	expect(data.directory).toBe(expected === undefined ? undefined : url);
});

it('is named by its field where it has no other name', async () => {
	const { data } = await stored('http://x.test/', {}, { fileExtension: 'pdf' });
	expect(data.fileName).toBe('invoice.pdf');
});
