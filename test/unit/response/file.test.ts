import type { IBinaryData } from 'n8n-workflow';

import { toBinaryData } from '../../../nodes/ConcurrentHttpRequest/response/file.ts';
import type { ResponseOptions } from '../../../nodes/ConcurrentHttpRequest/response/ResponseOptions.ts';

const options: ResponseOptions = {
	format: 'file',
	fullResponse: false,
	neverError: false,
	outputPropertyName: 'invoice',
};

async function stored(url: string, contentType: string, byN8n: Partial<IBinaryData>) {
	const prepareBinaryData = jest.fn(
		async () => await Promise.resolve({ data: '', mimeType: 'a/b', ...byN8n } as IBinaryData),
	);
	const body = Buffer.from('content');
	const data = await toBinaryData(body, contentType, options, new URL(url), { prepareBinaryData });
	return { data, asked: prepareBinaryData.mock.calls[0] as unknown[], body };
}

it.each([
	['image/png', 'image/png'],
	['text/plain; charset=utf-8', 'text/plain'],
	['text/plain;charset=utf-8', 'text/plain'],
	// Then n8n looks at the first bytes.
	['', undefined],
])('is stored with the type that the server says: %j', async (contentType, mimeType) => {
	const { asked, body } = await stored('http://x.test/a', contentType, {});
	expect(asked).toEqual([body, undefined, mimeType]);
});

it.each([
	['http://x.test/files/a.png', { fileExtension: 'png' }, 'a.png'],
	['http://x.test/files/a.png?size=1', { fileExtension: 'png' }, 'invoice.png'],
	['http://x.test/', { fileExtension: 'pdf' }, 'invoice.pdf'],
	['http://x.test/a.png', { fileExtension: 'png', fileName: 'given.png' }, 'given.png'],
	['http://x.test/a', {}, undefined],
])('is named as HTTP Request does it: %s %j', async (url, byN8n, expected) => {
	expect((await stored(url, 'image/png', byN8n)).data.fileName).toBe(expected);
});
