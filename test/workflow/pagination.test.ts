import type { INodeParameters } from 'n8n-workflow';
import { TestServer } from '../support/TestServer.ts';
import { BinaryStore } from '../support/workflow/BinaryStore.ts';
import type { CredentialValues } from '../support/workflow/credentials.ts';
import { onEachEngine } from '../support/workflow/expressionEngine.ts';
import { numbered } from '../support/workflow/runWorkflow.ts';
import { jsonOf, pairsOf, sendItems } from '../support/workflow/sendItems.ts';
import type { SendOptions } from '../support/workflow/sendItems.ts';

let server: TestServer;
let other: TestServer;

beforeAll(async () => {
	[server, other] = await Promise.all([TestServer.start(), TestServer.start()]);
	for (const each of [server, other]) {
		// Pages 1 to 3 of two entries each, then empty ones.
		each.route('/pages', ({ url, body }, response) => {
			const { searchParams } = new URL(url, each.origin);
			const fields = body.length > 0 ? (JSON.parse(body.toString()) as { page?: number }) : {};
			const page = Number(searchParams.get('page') ?? fields.page ?? 1);
			const entries = page > 3 ? [] : [{ at: page * 2 - 1 }, { at: page * 2 }];
			response.setHeader('content-type', 'application/json').end(JSON.stringify(entries));
		});
		each.route('/linked', ({ url }, response) => {
			const { searchParams } = new URL(url, each.origin);
			const page = Number(searchParams.get('page') ?? 1);
			const next = page < 3 ? `${each.origin}/linked?page=${page + 1}` : null;
			response
				.setHeader('content-type', 'application/json')
				.end(JSON.stringify({ page, next, kept: searchParams.get('kept') }));
		});
	}
});

beforeEach(() => {
	server.reset();
	other.reset();
});

afterAll(async () => {
	await Promise.all([server.close(), other.close()]);
});

interface Given {
	path?: string;
	pagination: INodeParameters;
	parameters?: INodeParameters;
	options?: INodeParameters;
	run?: SendOptions;
}

async function fetchAll({ path = '/pages', pagination, parameters, options, run }: Given) {
	return await sendItems(
		{
			url: server.origin + path,
			...parameters,
			options: { pagination: { pagination }, ...options },
		},
		{ onError: 'continueRegularOutput', ...run },
	);
}

const byParameter = (value: string, type = 'qs', name = 'page'): INodeParameters => ({
	parameters: { parameters: [{ type, name, value }] },
});

const byLink: INodeParameters = {
	...{ paginationMode: 'responseContainsNextURL', nextURL: '={{ $response.body.next }}' },
	...{ paginationCompleteWhen: 'other', completeExpression: '={{ !$response.body.next }}' },
};

const urls = (of = server) => of.requests.map(({ url }) => url);

describe('a parameter that changes from page to page', () => {
	const page = '={{ $pageCount + 1 }}';
	const entries = [1, 2, 3, 4, 5, 6].map((at) => ({ at }));

	it('is sent in the query, until a page is empty', async () => {
		const { items } = await fetchAll({ pagination: byParameter(page) });
		expect(jsonOf(items)).toEqual(entries);
		expect(urls()).toEqual([1, 2, 3, 4].map((number) => `/pages?page=${number}`));
	});

	it('replaces one of the item', async () => {
		const query = {
			parameters: [
				{ name: 'page', value: 'x' },
				{ name: 'a', value: 'b' },
			],
		};
		const parameters = { sendQuery: true, queryParameters: query };
		await fetchAll({ pagination: byParameter(page), parameters });
		expect(urls()[0]).toBe('/pages?page=1&a=b');
	});

	it('is sent in the body', async () => {
		const parameters: INodeParameters = {
			...{ method: 'POST', sendBody: true, specifyBody: 'json', jsonBody: '{ "size": 2 }' },
		};
		const { items } = await fetchAll({ pagination: byParameter(page, 'body'), parameters });
		expect(jsonOf(items)).toEqual(entries);
		expect(server.requests[1]?.body.toString()).toBe('{"size":2,"page":2}');
	});

	it('is sent in a header', async () => {
		const limit = { limitPagesFetched: true, maxRequests: 2 };
		await fetchAll({ pagination: { ...byParameter(page, 'headers', 'X-Page'), ...limit } });
		expect(server.requests.map(({ headers }) => headers['x-page'])).toEqual(['1', '2']);
	});

	it('may come from the previous response, and from the request', async () => {
		const value = '={{ $request.method + ($response.body?.[1]?.at ?? 0) }}';
		const limit = { limitPagesFetched: true, maxRequests: 2 };
		await fetchAll({ pagination: { ...byParameter(value, 'qs', 'after'), ...limit } });
		expect(urls()).toEqual(['/pages?after=GET0', '/pages?after=GET2']);
	});
});

describe('the URL of the next page', () => {
	it('comes from the response', async () => {
		const { items } = await fetchAll({ path: '/linked', pagination: byLink });
		expect(jsonOf(items).map((json) => (json as { page: number }).page)).toEqual([1, 2, 3]);
		expect(urls()).toEqual(['/linked', '/linked?page=2', '/linked?page=3']);
	});

	it('gets the item’s parameters, except those that it already has', async () => {
		const query = {
			parameters: [
				{ name: 'page', value: '1' },
				{ name: 'kept', value: 'k' },
			],
		};
		const parameters = { sendQuery: true, queryParameters: query };
		await fetchAll({ path: '/linked', pagination: byLink, parameters });
		expect(urls()[2]).toBe('/linked?page=3&kept=k');
	});

	it.each(['indices', 'brackets', 'repeat'])(
		'gets no second copy of lists and objects: %s',
		async (queryParameterArrays) => {
			server.route('/repeating', ({ url }, response) => {
				const next = new URL(url, server.origin);
				const page = Number(next.searchParams.get('page') ?? 1);
				next.searchParams.set('page', String(page + 1));
				response
					.setHeader('content-type', 'application/json')
					.end(JSON.stringify({ next: page < 3 ? next.href : null }));
			});
			const jsonQuery = '{ "status": ["a", "b"], "by": { "name": "x" }, "stat": "y" }';
			await fetchAll({
				path: '/repeating',
				pagination: byLink,
				parameters: { sendQuery: true, specifyQuery: 'json', jsonQuery },
				options: { queryParameterArrays },
			});
			const [first, ...more] = urls().map((url) => [...new URL(url, server.origin).searchParams]);
			expect(first).toHaveLength(4);
			expect(more).toEqual([2, 3].map((page) => [...first!, ['page', String(page)]]));
		},
	);

	it('gets those whose names only begin like its own', async () => {
		const jsonQuery = '{ "pag": 1, "kept": "k" }';
		const parameters = { sendQuery: true, specifyQuery: 'json', jsonQuery };
		await fetchAll({ path: '/linked', pagination: byLink, parameters });
		expect(urls()[2]).toBe('/linked?page=3&pag=1&kept=k');
	});

	it.each(['null', "''", 'undefined', '$response.body.nothing'])(
		'may be %s after the last page',
		async (end) => {
			const { items } = await fetchAll({
				path: '/linked',
				pagination: {
					paginationMode: 'responseContainsNextURL',
					nextURL: `={{ $response.body.next ?? ${end} }}`,
				},
			});
			expect(jsonOf(items).map((json) => (json as { page: number }).page)).toEqual([1, 2, 3]);
			expect(urls()).toEqual(['/linked', '/linked?page=2', '/linked?page=3']);
		},
	);

	it('is not needed where the last page has an error status, which fails the item', async () => {
		const { items } = await fetchAll({
			path: '/status?code=500&body=broken',
			pagination: { paginationMode: 'responseContainsNextURL', nextURL: '={{ null }}' },
		});
		expect(items[0]?.json.error).toMatchObject({ status: 500 });
	});

	it('fails the item with advice if it is not a URL', async () => {
		const { items } = await fetchAll({
			pagination: { ...byLink, nextURL: "={{ $pageCount ? '/pages?page=2' : undefined }}" },
			path: '/linked',
		});
		expect(items[0]?.json.error).toMatchObject({
			message: expect.stringContaining("'/pages?page=2' is not a valid URL") as string,
			description: expect.stringContaining('Next URL gives a whole URL') as string,
		});
	});
});

describe('a credential with a base URL', () => {
	const given = (nextURL: string, credential = {}, path = '/linked') => ({
		pagination: {
			...{ paginationMode: 'responseContainsNextURL', nextURL },
			...{ limitPagesFetched: true, maxRequests: 2 },
		},
		parameters: { url: path, authentication: 'concurrentHttpApi' },
		run: {
			credentials: {
				concurrentHttpApi: { baseUrl: ` ${server.origin}/ `, authType: 'none', ...credential },
			},
			onError: 'continueRegularOutput' as const,
		},
	});

	it.each([
		['a path', "'/linked?page=2'"],
		['a path without its slash', "'linked?page=2'"],
		['the URL of the request with a query', "$request.uri + '?page=' + ($pageCount + 1)"],
	])('lets Next URL be %s', async (_what, next) => {
		const { items } = await fetchAll(given(`={{ $pageCount ? ${next} : undefined }}`));
		expect(items.map(({ json }) => json.page)).toEqual([1, 2]);
		expect(urls()).toEqual(['/linked', '/linked?page=2']);
	});

	it('takes a link that begins at the root of the server as it is', async () => {
		server.route('/api/v1/linked', ({ url }, response) => {
			response.setHeader('content-type', 'application/json').end(JSON.stringify({ url }));
		});
		const credential = { baseUrl: `${server.origin}/api/v1` };
		for (const link of ['/api/v1/linked?page=2', '/linked?page=2']) {
			server.reset();
			await fetchAll(given(`={{ $pageCount ? '${link}' : undefined }}`, credential));
			expect(urls()).toEqual(['/api/v1/linked', '/api/v1/linked?page=2']);
		}
	});

	it('keeps Next URL at its origin', async () => {
		const next = `'//${new URL(other.origin).host}/linked'`;
		const { items } = await fetchAll(given(`={{ $pageCount ? ${next} : undefined }}`));
		expect(items[0]?.json).toHaveProperty('error');
		expect(other.connections).toBe(0);
	});

	it('shows expressions the URL of the request without its secrets', async () => {
		const credential = {
			...{ authType: 'query', queryName: 'key', queryValue: 'a-secret-key' },
			baseUrl: server.origin.replace('//', '//ada:a-secret-login@'),
		};
		await fetchAll(
			given("={{ '/linked?seen=' + encodeURIComponent($request.uri) }}", credential, '/linked?a=1'),
		);
		const { searchParams } = new URL(urls()[0]!, server.origin);
		expect(Object.fromEntries(searchParams)).toEqual({
			...{ seen: `${server.origin}/linked?a=1`, key: 'a-secret-key' },
		});
	});
});

describe('another origin', () => {
	const pagination = (): INodeParameters => ({
		...byLink,
		nextURL: `={{ $pageCount ? '${other.origin}/linked?page=3' : undefined }}`,
	});
	const credentials = { httpHeaderAuth: { name: 'X-Key', value: 'a-secret-key' } };
	const withCredential: INodeParameters = {
		...{ authentication: 'genericCredentialType', genericAuthType: 'httpHeaderAuth' },
	};
	const given = {
		path: '/linked',
		run: { credentials, onError: 'continueRegularOutput' as const },
	};

	it('is followed without a credential', async () => {
		const { items } = await fetchAll({ ...given, pagination: pagination() });
		expect(items).toHaveLength(2);
		expect(other.requests).toHaveLength(1);
	});

	it.each([
		['a credential', () => withCredential],
		[
			'a header of the item that holds one',
			() => ({
				sendHeaders: true,
				headerParameters: { parameters: [{ name: 'Authorization', value: 'Bearer x' }] },
			}),
		],
	])('does not receive %s', async (_what, parameters) => {
		const { items } = await fetchAll({
			...{ ...given, pagination: pagination(), parameters: parameters() },
		});
		expect(items[0]?.json.error).toMatchObject({
			message: expect.stringMatching(/"Next URL" leads to .*, but the credential is for/) as string,
		});
		expect(other.connections).toBe(0);
	});

	it('does not receive a query credential, however short', async () => {
		const { items } = await fetchAll({
			...{ ...given, pagination: pagination() },
			parameters: { authentication: 'genericCredentialType', genericAuthType: 'httpQueryAuth' },
			run: { credentials: { httpQueryAuth: { name: 'v', value: 'ab' } } },
		});
		expect(JSON.stringify(items[0]?.json)).toContain('but the credential is for');
		expect(other.connections).toBe(0);
	});

	it('receives the credential if the user trusts it', async () => {
		const { items } = await fetchAll({
			...{ ...given, pagination: pagination(), parameters: withCredential },
			options: { sendCredentialsOnCrossOriginRedirect: true },
		});
		expect(items).toHaveLength(2);
		expect(other.requests[0]?.headers['x-key']).toBe('a-secret-key');
	});

	it('is refused before anything is sent if n8n’s rules forbid it', async () => {
		const { items } = await fetchAll({
			...{ path: '/linked', pagination: { ...byLink, nextURL: 'http://[::1]:9/' } },
			run: { egress: { allowedIpRanges: ['127.0.0.1/32'] } },
		});
		expect(items[0]?.json.error).toMatchObject({
			message: expect.stringMatching(/not allowed|blocked/i) as string,
		});
		expect(urls()).toEqual([]);
	});
});

describe('expressions', () => {
	it('do not see secrets', async () => {
		await fetchAll({
			pagination: {
				...byParameter('={{ JSON.stringify($request) }}', 'qs', 'seen'),
				...{ limitPagesFetched: true, maxRequests: 1 },
			},
			parameters: { authentication: 'genericCredentialType', genericAuthType: 'httpHeaderAuth' },
			run: { credentials: { httpHeaderAuth: { name: 'X-Key', value: 'a-secret-key' } } },
		});
		expect(decodeURIComponent(urls()[0]!)).toContain('"method":"GET"');
		expect(urls()[0]).not.toContain('a-secret-key');
	});

	describe('see of the request', () => {
		const nextURL = "={{ $pageCount ? $request.uri + '?page=2' : undefined }}";
		const twoPages = { ...byLink, nextURL, limitPagesFetched: true, maxRequests: 2 };
		const generic = (genericAuthType: string): INodeParameters => ({
			...{ authentication: 'genericCredentialType', genericAuthType },
		});
		const custom = (json: object) => ({ httpCustomAuth: { json: JSON.stringify(json) } });

		it.each<[string, string, CredentialValues]>([
			[
				'what the token server gets',
				'oAuth2Api',
				{
					oAuth2Api: {
						...{ grantType: 'clientCredentials', clientId: 'app', clientSecret: 'geheim-4711' },
						additionalBodyProperties: '{"scope":"linked"}',
						oauthTokenData: { access_token: 't0k3n-4711' },
					},
				},
			],
			['a constant header', 'httpCustomAuth', custom({ headers: { 'X-Tenant': 'linked' } })],
			['a constant parameter', 'httpCustomAuth', custom({ qs: { tenant: 'linked' } })],
		])('the URL, whatever the credential holds: %s', async (_name, type, credentials) => {
			const { error, items } = await fetchAll({
				...{ path: '/linked', pagination: twoPages, run: { credentials } },
				parameters: { ...generic(type), output: { requestDetails: { requestDetails: {} } } },
			});
			expect(error).toBeUndefined();
			const paths = server.requests.map(({ url }) => url.replace(/[?&]tenant=linked$/, ''));
			expect(paths).toEqual(['/linked', '/linked?page=2']);
			if (type === 'oAuth2Api') {
				const details = items.map(({ json }) => (json.request as { url: string }).url);
				expect(details).toEqual(['', '?page=2'].map((query) => `${server.origin}/linked${query}`));
			}
		});

		it.each(['json', 'form-urlencoded'])(
			'no field that a credential adds to the body (%s)',
			async (contentType) => {
				const body = { parameters: [{ name: 'size', value: 'big' }] };
				await fetchAll({
					path: '/echo',
					pagination: {
						...byParameter('={{ JSON.stringify($request) }}', 'headers', 'X-Seen'),
						...{ limitPagesFetched: true, maxRequests: 1 },
					},
					parameters: {
						...generic('httpCustomAuth'),
						...{ method: 'POST', sendBody: true, contentType, bodyParameters: body },
					},
					run: { credentials: custom({ body: { vendor: 'geheim-4711', nested: { a: 'pst-1' } } }) },
				});
				expect(String(server.requests[0]?.body)).toContain('geheim-4711');
				const seen = String(server.requests[0]?.headers['x-seen']);
				expect(seen).toContain('"size":"big"');
				expect(seen).not.toMatch(/geheim-4711|pst-1/);
			},
		);

		it('no password, wherever it stands', async () => {
			await fetchAll({
				path: '/pages?q=geheim-4711',
				pagination: {
					...byParameter('={{ $request.uri }}', 'headers', 'X-Seen'),
					...{ limitPagesFetched: true, maxRequests: 1 },
				},
				parameters: generic('httpBasicAuth'),
				run: { credentials: { httpBasicAuth: { user: 'me', password: 'geheim-4711' } } },
			});
			expect(server.requests[0]?.headers['x-seen']).toBe(`${server.origin}/pages?q=***`);
		});
	});

	it('see status and headers', async () => {
		const { items } = await fetchAll({
			pagination: {
				...byParameter('={{ $response.headers?.["content-type"] ?? "none" }}', 'qs', 'type'),
				...{ paginationCompleteWhen: 'other' },
				completeExpression: '={{ $response.statusCode === 200 && $pageCount === 2 }}',
			},
		});
		expect(items).toHaveLength(4);
		expect(urls()[1]).toBe('/pages?type=application%2Fjson');
	});
});

describe('the end', () => {
	it('is a status, and its page belongs to the output', async () => {
		server.route('/ending', ({ url }, response) => {
			const isLast = url.endsWith('page=3');
			response.writeHead(isLast ? 404 : 200, { 'content-type': 'application/json' });
			response.end(JSON.stringify({ url }));
		});
		const { items } = await fetchAll({
			path: '/ending',
			pagination: {
				...byParameter('={{ $pageCount + 1 }}'),
				...{ paginationCompleteWhen: 'receiveSpecificStatusCodes' },
				statusCodesWhenComplete: '404, 410',
			},
		});
		expect(jsonOf(items)).toHaveLength(3);
	});

	it('is not reached with another error status, which fails the item', async () => {
		const { items } = await fetchAll({
			path: '/status?code=500&body=broken',
			pagination: byParameter('={{ $pageCount + 1 }}'),
		});
		expect(items[0]?.json.error).toMatchObject({
			status: 500,
			description: expect.stringContaining('The server says: "broken"') as string,
		});
		expect(server.requests).toHaveLength(1);
	});

	describe('is not a page with an error status', () => {
		beforeAll(() => {
			server.route('/breaking', ({ url }, response) => {
				const { searchParams } = new URL(url, server.origin);
				const page = Number(searchParams.get('page'));
				const body = page < 3 ? `[${page}]` : searchParams.get('body');
				if (body !== null) response.setHeader('content-type', 'application/json');
				response.writeHead(page < 3 ? 200 : Number(searchParams.get('with'))).end(body);
			});
		});

		const page = byParameter('={{ $pageCount + 1 }}');

		it.each<[string, string, INodeParameters]>([
			['without a body', '/breaking?with=500', page],
			['that has an empty list', '/breaking?with=503&body={"error":"busy","items":[]}', page],
			[
				'that is the last to be fetched',
				'/breaking?with=401&body={}',
				{ ...page, limitPagesFetched: true, maxRequests: 3 },
			],
			[
				'of 404 that says why, and is the last to be fetched',
				'/breaking?with=404&body={"message":"no"}',
				{ ...page, limitPagesFetched: true, maxRequests: 3 },
			],
			['of 404 that says why', '/breaking?with=404&body={"message":"no","errors":[]}', page],
			[
				'that ends the pages by its status, if another status does',
				'/breaking?with=500',
				{
					...{ ...page, limitPagesFetched: true, maxRequests: 3 },
					...{ paginationCompleteWhen: 'receiveSpecificStatusCodes' },
					statusCodesWhenComplete: '404',
				},
			],
		])('%s', async (_, path, pagination) => {
			const { items } = await fetchAll({ path, pagination });
			const status = Number(/with=(\d+)/.exec(path)?.[1]);
			expect(jsonOf(items)).toMatchObject([{ error: { status } }]);
			expect(server.requests).toHaveLength(3);
		});

		it.each<[string, string, INodeParameters]>([
			['of 404 without a body, as in HTTP Request', '/breaking?with=404', {}],
			['of 404 with an empty list', '/breaking?with=404&body=[]', {}],
			['with Never Error', '/breaking?with=500', { neverError: true }],
		])('but for one %s', async (_, path, response) => {
			const options = { response: { response } };
			const { items } = await fetchAll({ path, pagination: page, options });
			expect(jsonOf(items).slice(0, 2)).toEqual([{ data: 1 }, { data: 2 }]);
			expect(server.requests).toHaveLength(3);
		});
	});

	it('comes with any number of entries in a page', async () => {
		server.route('/many', ({ url }, response) => {
			const list = url.endsWith('page=1') ? `[${'0,'.repeat(199_999)}0]` : '[]';
			response.setHeader('content-type', 'application/json').end(list);
		});
		const { items } = await fetchAll({
			path: '/many',
			pagination: byParameter('={{ $pageCount + 1 }}'),
		});
		expect(items).toHaveLength(200_000);
	});

	onEachEngine(() => {
		it('is an object whose only list is empty', async () => {
			server.route('/wrapped', ({ url }, response) => {
				const page = Number(url.slice(-1));
				const items = page < 3 ? [page] : [];
				response
					.setHeader('content-type', 'application/json')
					.end(JSON.stringify({ items, page, links: { self: url } }));
			});
			const { items } = await fetchAll({
				path: '/wrapped',
				pagination: byParameter('={{ $pageCount + 1 }}'),
			});
			expect(jsonOf(items).map((json) => (json as { page: number }).page)).toEqual([1, 2, 3]);
		});
	});

	it.each([
		['has another list', { items: [], errors: ['x'] }],
		['has no list', { page: 1 }],
		['is a text', 'text'],
	])('is not a page that %s', async (_what, page) => {
		server.route('/same', ({ url }, response) => {
			if (typeof page === 'string') response.end(page + url);
			else {
				response.setHeader('content-type', 'application/json');
				response.end(JSON.stringify({ ...page, url }));
			}
		});
		const { items } = await fetchAll({
			path: '/same',
			pagination: {
				...byParameter('={{ $pageCount + 1 }}'),
				...{ limitPagesFetched: true, maxRequests: 2 },
			},
		});
		expect(items).toHaveLength(2);
	});

	describe('that never comes', () => {
		const endless = (settings: INodeParameters) => {
			server.route('/endless', ({ url }, response) => {
				response.setHeader('content-type', 'application/json').end(JSON.stringify([url]));
			});
			return fetchAll({
				path: '/endless',
				pagination: { ...byParameter('={{ $pageCount + 1 }}'), ...settings },
			});
		};

		it('fails the item after 1,000 pages', async () => {
			const { items } = await endless({});
			expect(server.requests).toHaveLength(1000);
			expect(items).toHaveLength(1);
			expect(items[0]?.json.error).toMatchObject({
				message: expect.stringContaining('More than 1,000 pages') as string,
				description: expect.stringContaining('Fail After (Pages)') as string,
			});
		});

		it('fails it after as many as the option says, and not before', async () => {
			expect((await endless({ pageLimit: 1 })).items[0]?.json.error).toMatchObject({
				message: expect.stringContaining('failed: More than 1 page') as string,
				description: expect.stringMatching(/not been true within 1 page\.$/) as string,
			});
			server.reset();
			expect((await endless({ pageLimit: 3 })).items[0]?.json).toHaveProperty('error');
			expect(server.requests).toHaveLength(3);
			server.reset();
			const end = {
				paginationCompleteWhen: 'other',
				completeExpression: '={{ $pageCount === 3 }}',
			};
			expect((await endless({ pageLimit: 3, ...end })).items).toHaveLength(3);
		});

		it('is of no concern to Limit Pages Fetched, which stops without an error', async () => {
			const { items } = await endless({ limitPagesFetched: true, maxRequests: 4, pageLimit: 3 });
			expect(items).toHaveLength(4);
		});
	});

	it('comes when the same page is sent again and again', async () => {
		const { items } = await fetchAll({
			path: '/text?body=same',
			pagination: byParameter('={{ $pageCount + 1 }}', 'headers', 'x-page'),
		});
		expect(items[0]?.json.error).toMatchObject({
			message: expect.stringContaining('identical 5x') as string,
			description: expect.stringContaining('Pagination Completed When') as string,
		});
		expect(server.requests).toHaveLength(5);
	});
});

it.each([
	[{ parameters: { parameters: [{ name: '', value: '' }] } }, /needs a name and a value/],
	[{ ...byLink, nextURL: '' }, /"Next URL" is empty/],
	[{ ...byLink, nextURL: '= ' }, /"Next URL" is empty/],
	[
		{ ...byParameter('1'), paginationCompleteWhen: 'receiveSpecificStatusCodes' },
		/must be statuses/,
	],
	[
		{ ...byParameter('1'), paginationCompleteWhen: 'other', completeExpression: 'true' },
		/"Complete If" must be an expression/,
	],
])('says what is wrong before anything is sent: %j', async (pagination, message) => {
	const { items } = await fetchAll({ pagination });
	expect(items[0]?.json.error).toMatch(message);
	expect(server.requests).toEqual([]);
});

it('pages of different items are fetched at the same time, those of an item in order', async () => {
	const limit = { limitPagesFetched: true, maxRequests: 3 };
	const { items } = await fetchAll({
		path: '/delay',
		pagination: { ...byParameter('={{ $json.id + "-" + $pageCount }}', 'qs', 'id'), ...limit },
		parameters: {
			...{ sendQuery: true, queryParameters: { parameters: [{ name: 'ms', value: '20' }] } },
			maxConcurrency: 4,
		},
		run: { items: numbered(4) },
	});
	const expected = [0, 1, 2, 3].flatMap((id) => [0, 1, 2].map((page) => `${id}-${page}`));
	expect(jsonOf(items).map((json) => (json as { id: string }).id)).toEqual(expected);
	expect(pairsOf(items)).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3]);
	expect(server.mostInFlight).toBe(4);
});

it('pages may be files', async () => {
	const store = await BinaryStore.open();
	try {
		const { items } = await fetchAll({
			path: '/text?body=page',
			pagination: {
				...byParameter('={{ $pageCount }}', 'qs', 'n'),
				...{ limitPagesFetched: true, maxRequests: 2 },
			},
			options: { response: { response: { responseFormat: 'file' } } },
		});
		expect(items).toHaveLength(2);
		for (const { binary } of items) {
			expect((await store.read(binary!.data!)).toString()).toBe('page');
		}
	} finally {
		await store.close();
	}
});

it('pages that are files may be as many as there are, also without a length', async () => {
	const store = await BinaryStore.open();
	server.route('/part', ({ url }, response) => {
		response.writeHead(200, { 'content-type': 'text/csv' });
		response.write('part ');
		response.end(url);
	});
	try {
		const { items } = await fetchAll({
			path: '/part',
			pagination: {
				...byParameter('={{ $pageCount }}', 'qs', 'n'),
				...{ limitPagesFetched: true, maxRequests: 6 },
			},
			options: { response: { response: { responseFormat: 'file' } } },
		});
		expect(items.map(({ json }) => json.error)).toEqual(Array.from({ length: 6 }));
	} finally {
		await store.close();
	}
});

it('a page is requested again if the server says so, like any request', async () => {
	let refused = 0;
	server.route('/busy-pages', ({ url }, response) => {
		if (url.endsWith('page=2') && refused++ < 1) {
			response.writeHead(503, { 'retry-after': '0' }).end();
			return;
		}
		response.setHeader('content-type', 'application/json').end(JSON.stringify({ url }));
	});
	const { items } = await fetchAll({
		path: '/busy-pages',
		pagination: {
			...byParameter('={{ $pageCount + 1 }}'),
			...{ limitPagesFetched: true, maxRequests: 3 },
		},
	});
	expect(urls()).toEqual([1, 2, 2, 3].map((page) => `/busy-pages?page=${page}`));
	expect(items).toHaveLength(3);
});
