/** What n8n's editor makes of a cURL command, sent by the node. */
import type { INodeParameters } from 'n8n-workflow';
import { RawServer } from '../../support/RawServer.ts';
import { sendItems } from '../../support/workflow/sendItems.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok';

let server: RawServer;

beforeEach(async () => {
	server = await RawServer.start(({ socket }) => socket.write(OK));
});

afterEach(async () => await server.close());

// n8n's editor (useImportCurlCommand) takes the query out of the URL, a row for each value, and sets
// no option. HTTP Request writes such rows with indices, and so does the node; cURL does not.
describe('curl "https://api.example.com/items?tag=a&tag=b"', () => {
	const imported = (options: INodeParameters): INodeParameters => ({
		...{ url: `${server.origin}/items`, authentication: 'none', method: 'GET', sendHeaders: false },
		sendQuery: true,
		queryParameters: {
			parameters: [
				{ name: 'tag', value: 'a' },
				{ name: 'tag', value: 'b' },
			],
		},
		options,
	});

	it.each([
		['as HTTP Request does', {}, '/items?tag%5B0%5D=a&tag%5B1%5D=b'],
		['as cURL does, with No Brackets', { queryParameterArrays: 'repeat' }, '/items?tag=a&tag=b'],
	])('is sent %s', async (_what, options, url) => {
		const { error } = await sendItems(imported(options));
		expect(error).toBeUndefined();
		expect(server.requests.map((request) => decodeURI(request.url))).toEqual([decodeURI(url)]);
	});
});
