import { constants } from 'node:http2';
import type { Http2ServerResponse } from 'node:http2';
import type { INodeParameters } from 'n8n-workflow';
import { TestServer } from '../../support/TestServer.ts';
import { numbered } from '../../support/workflow/runWorkflow.ts';
import { jsonOf, pairsOf, sendItems } from '../../support/workflow/sendItems.ts';

let server: TestServer;

beforeEach(async () => {
	server = await TestServer.start({ http2: true });
});

afterEach(async () => {
	await server.close();
});

const ITEMS = 60;

const send = async (path: string, options: INodeParameters = {}) =>
	await sendItems(
		{
			url: `=${server.origin}${path}`,
			maxConcurrency: 10,
			options: { allowUnauthorizedCerts: true, ...options },
		},
		{ items: numbered(ITEMS), onError: 'continueRegularOutput' },
	);

const versions = () => [...new Set(server.requests.map(({ httpVersion }) => httpVersion))];

it('sends all items over one connection, within the limit, and keeps their order', async () => {
	const { items, hints } = await send('/delay?ms=2&id={{ $json.id }}');
	expect(jsonOf(items)).toEqual(
		numbered(ITEMS).map(({ json }) => ({ ok: true, id: String(json.id) })),
	);
	expect(pairsOf(items)).toEqual(items.map((_, index) => index));
	expect(versions()).toEqual(['2.0']);
	expect([server.connections, server.mostInFlight]).toEqual([1, 10]);
	expect(hints.join()).toMatch(/\b1 connection\b/);
});

it('uses HTTP/1.1 where the option says so', async () => {
	const { items } = await send('/delay?ms=2&id={{ $json.id }}', { http2: false });
	expect(items).toHaveLength(ITEMS);
	expect(versions()).toEqual(['1.1']);
	expect(server.connections).toBe(10);
});

it('shows status and headers as over HTTP/1.1', async () => {
	const { items } = await send('/status?code=201&header=x-a:b', {
		response: { response: { fullResponse: true } },
	});
	expect(items[0]?.json).toMatchObject({ statusCode: 201, statusMessage: 'Created' });
	expect(items[0]?.json.headers).toMatchObject({ 'x-a': 'b' });
	expect(Object.keys(items[0]?.json.headers as object).join()).not.toContain(':');
});

it('gives the item an error whose stream the server ends, and the others their responses', async () => {
	server.route('/some', ({ url }, response) => {
		if (!url.endsWith('=7')) response.end('{"ok":true}');
		else (response as unknown as Http2ServerResponse).stream.close(constants.NGHTTP2_CANCEL);
	});
	const { items } = await send('/some?id={{ $json.id }}');
	const failed = items.flatMap(({ json }, index) => ('error' in json ? [index] : []));
	expect(failed).toEqual([7]);
	expect(JSON.stringify(items[7]?.json)).toMatch(/closed the connection/);
});
