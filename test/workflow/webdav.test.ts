/** Methods of WebDAV (RFC 4918), and REPORT (RFC 3253). */
import { TestServer } from '../support/TestServer.ts';
import { jsonOf, sendItems } from '../support/workflow/sendItems.ts';

let server: TestServer;

beforeEach(async () => {
	server = await TestServer.start();
});

afterEach(async () => {
	await server.close();
});

const METHODS = ['COPY', 'MKCOL', 'MOVE', 'PROPFIND', 'REPORT'];

const options = { webdavMethods: true };

it.each(METHODS)('%s is sent, with headers and a body', async (method) => {
	server.route('/folder', (_request, response) => {
		response.writeHead(207, { 'content-type': 'application/xml; charset=utf-8' });
		response.end('<multistatus xmlns="DAV:"/>');
	});
	const { items, error } = await sendItems({
		...{ method, url: `${server.origin}/folder` },
		...{ sendHeaders: true, specifyHeaders: 'json', jsonHeaders: '{ "Depth": "1" }' },
		...{ sendBody: true, contentType: 'raw', rawContentType: 'application/xml', body: '<a/>' },
		options,
	});
	expect(error).toBeUndefined();
	expect(jsonOf(items)).toEqual([{ data: '<multistatus xmlns="DAV:"/>' }]);
	const [request] = server.requests;
	expect(request).toMatchObject({ method, headers: { depth: '1' } });
	expect(request!.body.toString()).toBe('<a/>');
});

it.each(METHODS)('%s is sent without a body', async (method) => {
	const { error } = await sendItems({ method, url: `${server.origin}/empty`, options });
	expect(error).toBeUndefined();
	expect(server.requests).toMatchObject([{ method }]);
	expect(server.requests[0]!.body).toHaveLength(0);
});

it.each(METHODS)(
	'%s stays what it is after a redirect with 301, 302, 307 and 308',
	async (method) => {
		const items = [301, 302, 307, 308].map((code) => ({ json: { code } }));
		const url = `=${server.origin}/redirect?code={{ $json.code }}&to=/echo`;
		const { error } = await sendItems({ method, url, options }, { items });
		expect(error).toBeUndefined();
		expect(server.requests.map((request) => request.method)).toEqual(
			Array.from({ length: 8 }, () => method),
		);
	},
);

it.each(METHODS)('%s may be sent again, as the standard has it', async (method) => {
	let isFirst = true;
	server.route('/once', (_request, response) => {
		response.statusCode = isFirst ? 500 : 204;
		isFirst = false;
		response.end();
	});
	const retry = { retry: { settings: { firstWait: 0.001 } } };
	const { error } = await sendItems({
		...{ method, url: `${server.origin}/once`, options, retry },
	});
	expect(error).toBeUndefined();
	expect(server.requests).toHaveLength(2);
});
