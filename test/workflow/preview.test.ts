import type { ICredentialDataDecryptedObject, INodeParameters } from 'n8n-workflow';
import { StopAfter } from '../../nodes/ConcurrentHttpRequest/client/StopAfter.ts';
import { sharedByProcess } from '../../nodes/ConcurrentHttpRequest/limits/shared/SharedLimits.ts';
import { TestServer } from '../support/TestServer.ts';
import { numbered } from '../support/workflow/runWorkflow.ts';
import { jsonOf, pairsOf, sendItems } from '../support/workflow/sendItems.ts';
import type { SendOptions } from '../support/workflow/sendItems.ts';

let server: TestServer;

beforeAll(async () => {
	server = await TestServer.start();
});

beforeEach(() => server.reset());

afterAll(async () => {
	await server.close();
});

interface Shown {
	method: string;
	url: string;
	headers: Record<string, string>;
	body?: unknown;
	curl: string;
	notes?: string[];
	refused?: string;
	advice?: string;
	startsAfterSeconds?: number;
}

/** Previews, and checks that nothing reached the server. */
async function preview(parameters: INodeParameters, run?: SendOptions) {
	const { options, ...others } = parameters;
	const result = await sendItems(
		{
			...{ url: `${server.origin}/echo`, ...others },
			options: { previewRequests: true, ...(options as INodeParameters) },
		},
		run,
	);
	expect(server.connections).toBe(0);
	return { ...result, shown: jsonOf(result.items) as Shown[] };
}

const generic = (genericAuthType: string): INodeParameters => ({
	...{ authentication: 'genericCredentialType', genericAuthType },
});

describe('a preview', () => {
	it('shows each item’s request, in place of its response', async () => {
		const { items, shown } = await preview(
			{
				...{ method: 'POST', url: `=${server.origin}/echo?id={{ $json.id }}` },
				...{ sendHeaders: true, headerParameters: { parameters: [{ name: 'X-A', value: 'b' }] } },
				...{
					sendBody: true,
					specifyBody: 'json',
					jsonBody: '={{ { name: "it\'s", id: $json.id } }}',
				},
			},
			{ items: numbered(3) },
		);
		expect(pairsOf(items)).toEqual([0, 1, 2]);
		expect(shown[2]).toMatchObject({
			...{ method: 'POST', url: `${server.origin}/echo?id=2` },
			headers: { 'x-a': 'b', 'content-type': 'application/json', 'user-agent': 'n8n' },
			body: { name: "it's", id: 2 },
		});
		expect(shown[2]?.curl).toContain(`--data-raw '{"name":"it'\\''s","id":2}'`);
		expect(shown[2]).not.toHaveProperty('notes');
	});

	it.each<[what: string, parameters: INodeParameters, body: unknown, curl: string]>([
		[
			'a form',
			{
				contentType: 'form-urlencoded',
				bodyParameters: { parameters: [{ name: 'a b', value: 'c&d' }] },
			},
			'a%20b=c%26d',
			'--data-raw a%20b=c%26d',
		],
		[
			'a form with a file',
			{
				contentType: 'multipart-form-data',
				bodyParameters: {
					parameters: [
						{ parameterType: 'formData', name: 'title', value: 'A & B' },
						{ parameterType: 'formBinaryData', name: 'file', inputDataFieldName: 'data' },
					],
				},
			},
			[
				{ name: 'title', value: 'A & B' },
				{ name: 'file', file: 'a b.pdf', type: 'application/pdf' },
			],
			`--form-string 'title=A & B' --form 'file=@a b.pdf;type=application/pdf'`,
		],
		[
			'a form with texts that are too long',
			{
				contentType: 'multipart-form-data',
				bodyParameters: {
					parameters: ['a', 'b'].map((name) => ({ name, value: name.repeat(20_000) })),
				},
			},
			['a', 'b'].map((name) => ({ name, value: `${name.repeat(10_000)}…` })),
			`--form 'a=<text.txt' --form 'b=<text-2.txt'`,
		],
		[
			'a form with files of one name',
			{
				contentType: 'multipart-form-data',
				bodyParameters: {
					parameters: ['a', 'b'].map((name) => ({
						...{ parameterType: 'formBinaryData', name, inputDataFieldName: 'data' },
					})),
				},
			},
			['a', 'b'].map((name) => ({ name, file: 'a b.pdf', type: 'application/pdf' })),
			`--form 'a=@a b.pdf;type=application/pdf' --form 'b=@a b-2.pdf;filename=a b.pdf;type=application/pdf'`,
		],
		[
			'a file',
			{ contentType: 'binaryData', inputDataFieldName: 'data' },
			{ file: 'a b.pdf', type: 'application/pdf' },
			`--data-binary '@a b.pdf'`,
		],
		[
			'a text that is too long',
			{ contentType: 'raw', rawContentType: 'text/plain', body: 'x'.repeat(20_000) },
			`${'x'.repeat(10_000)}…`,
			'--data-binary @body.txt',
		],
	])('shows the body of %s', async (_what, parameters, body, curl) => {
		const data = Buffer.from('%PDF').toString('base64');
		const file = { data, fileName: 'a b.pdf', mimeType: 'application/pdf' };
		const { shown } = await preview(
			{ method: 'POST', sendBody: true, ...parameters },
			{ items: [{ json: {}, binary: { data: file } }] },
		);
		expect(shown[0]?.body).toEqual(body);
		expect(shown[0]?.curl).toContain(curl);
	});

	it('says which files cURL reads, where their names are not those of the form', async () => {
		const file = { data: 'YQ==', fileName: 'image.png', mimeType: 'image/png' };
		const { shown } = await preview(
			{
				...{ method: 'POST', sendBody: true, contentType: 'multipart-form-data' },
				bodyParameters: {
					parameters: [
						...['a', 'b', 'c'].map((name) => ({
							...{ parameterType: 'formBinaryData', name, inputDataFieldName: 'data' },
						})),
						{ parameterType: 'formData', name: 'note', value: 'x'.repeat(20_000) },
					],
				},
			},
			{ items: [{ json: {}, binary: { data: file } }] },
		);
		expect(shown[0]?.notes).toEqual([
			'The file of "b" is another image.png. For cURL, save it as image-2.png.',
			'The file of "c" is another image.png. For cURL, save it as image-3.png.',
			'The text "note" has 20,000 characters, of which 10,000 are shown. For cURL, save it as text.txt.',
		]);
	});

	it('shows a form without fields', async () => {
		const { shown } = await preview({
			...{ method: 'POST', sendBody: true, contentType: 'multipart-form-data' },
			bodyParameters: { parameters: [] },
		});
		expect(shown[0]?.body).toEqual([]);
		const [, boundary = ''] =
			/boundary=(-+\w+)/.exec(shown[0]?.headers['content-type'] ?? '') ?? [];
		expect(shown[0]?.curl).toContain(`boundary=${boundary}`);
		expect(shown[0]?.curl).toContain(`--data-raw '--${boundary}--\r\n'`);
	});

	it('shows an item’s first page, and says so', async () => {
		const pagination = {
			parameters: { parameters: [{ type: 'qs', name: 'page', value: '={{ $pageCount + 1 }}' }] },
		};
		const { shown, hints } = await preview(
			{ options: { pagination: { pagination } } },
			{ items: numbered(2) },
		);
		expect(shown.map(({ url }) => url)).toEqual([0, 1].map(() => `${server.origin}/echo?page=1`));
		expect(shown[0]?.notes).toEqual([expect.stringContaining('first page')]);
		expect(hints[0]).toContain('at least 2 requests');
	});

	it('shows the idempotency key, because it is what would be sent', async () => {
		const settings = { retryPostAndPatch: true, sendIdempotencyKey: true };
		const { shown } = await preview({ method: 'POST', retry: { retry: { settings } } });
		expect(shown[0]?.headers['Idempotency-Key']).toMatch(/^[\da-f-]{36}$/);
	});
});

describe('secrets are hidden', () => {
	const SECRET = 's3cret/value+with=signs';
	const cases: Array<[type: string, credential: ICredentialDataDecryptedObject, note?: string]> = [
		['httpBasicAuth', { user: 'ada', password: SECRET }],
		['httpBearerAuth', { token: SECRET }],
		['httpHeaderAuth', { name: 'X-Custom', value: SECRET }],
		['httpQueryAuth', { name: 'custom', value: SECRET }],
		[
			'httpCustomAuth',
			{
				json: JSON.stringify({
					headers: { 'X-Own': SECRET },
					qs: { own: SECRET },
					body: { own: SECRET },
				}),
			},
		],
		['httpDigestAuth', { user: 'ada', password: SECRET }, 'Digest Auth'],
		[
			'oAuth1Api',
			{
				...{ consumerKey: 'consumer', consumerSecret: SECRET, signatureMethod: 'HMAC-SHA1' },
				oauthTokenData: { oauth_token: 'own-token-1', oauth_token_secret: SECRET },
			},
			'OAuth1',
		],
		[
			'oAuth2Api',
			{
				...{ grantType: 'clientCredentials', clientId: 'id', clientSecret: SECRET },
				accessTokenUrl: 'http://127.0.0.1:9/token',
			},
			'A preview fetches none',
		],
	];

	it.each(cases)('those of %s', async (type, credential, ...[note]) => {
		const { shown } = await preview(
			{
				...generic(type),
				...{ method: 'POST', sendBody: true, specifyBody: 'json' },
				jsonBody: `={{ { echo: ${JSON.stringify(SECRET)} } }}`,
			},
			{ credentials: { [type]: credential } },
		);
		const text = JSON.stringify(shown);
		for (const form of [SECRET, encodeURIComponent(SECRET), btoa(`ada:${SECRET}`)]) {
			expect(text).not.toContain(form);
		}
		expect(shown[0]?.refused).toBeUndefined();
		expect(text).toContain('***');
		if (note === undefined) expect(shown[0]).not.toHaveProperty('notes');
		else expect(shown[0]?.notes?.[0]).toContain(note);
	});

	it('and what is typed under names that look secret', async () => {
		const field = (name: string, value: string) => ({ parameters: [{ name, value }] });
		const { shown } = await preview({
			...{ method: 'POST', url: `${server.origin}/echo?api_key=typed-1&page=2` },
			...{ sendHeaders: true, headerParameters: field('X-Auth-Token', 'typed-2') },
			...{ sendBody: true, bodyParameters: field('user.password', 'typed-3') },
			options: { proxy: 'http://user:typed-4@127.0.0.1:9' },
		});
		expect(JSON.stringify(shown)).not.toContain('typed-');
		expect(shown[0]?.url).toBe(`${server.origin}/echo?api_key=***&page=2`);
		expect(shown[0]?.headers['x-auth-token']).toBe('***');
		expect(shown[0]?.body).toEqual({ user: { password: '***' } });
		expect(shown[0]?.curl).toContain(`--proxy 'http://***:***@127.0.0.1:9/'`);
	});

	it('also within parts of the URL', async () => {
		const inner = encodeURIComponent('https://b.example/?access_token=typed-5');
		const { shown } = await preview({
			url: `${server.origin}/echo;jsessionid=typed-6?pass=t7&next=${inner}`,
		});
		expect(JSON.stringify(shown)).not.toMatch(/typed-|t7/);
		expect(shown[0]?.url).toBe(`${server.origin}/echo;jsessionid=***?pass=***&next=***`);
	});

	it.each<[what: string, contentType: string, body: string]>([
		['in a long body', 'application/json', `{"password":"typed-8","a":"${'b'.repeat(10_000)}"}`],
		['in a long form', 'application/x-www-form-urlencoded', `pass=typed-8&a=${'b'.repeat(10_000)}`],
		['in a list', 'application/json', '{"passwords":["typed-8",["typed-8"]]}'],
		['in a list with null', 'application/json', '{"tokens":["typed-8",null]}'],
		['in a list with an object', 'application/json', '{"api_keys":[{"id":1},"typed-8"]}'],
		['in JSON that is sent as text', 'text/plain', ' {"password":"typed-8"}'],
	])('also %s', async (_what, rawContentType, body) => {
		const { shown } = await preview({
			...{ method: 'POST', sendBody: true, contentType: 'raw', rawContentType, body },
		});
		expect(JSON.stringify(shown)).not.toContain('typed-8');
		expect(JSON.stringify(shown[0]?.body)).toContain('***');
	});

	it.each<[what: string, body: string, text: string, value?: unknown]>([
		[
			'numbers that JavaScript would write in another way',
			'{ "id": 12345678901234567890, "price": 1.00, "pin_token": 12 }',
			'{ "id": 12345678901234567890, "price": 1.00, "pin_token": "***" }',
		],
		['names that occur twice', '{"a":1,"a":2,"token":"typed-9"}', '{"a":1,"a":2,"token":"***"}'],
		[
			'blanks and escapes',
			'{"a" : "\\/\\u00e9{", "to\\u006ben" :\n"typed-9"}',
			'{"a" : "\\/\\u00e9{", "to\\u006ben" :\n"***"}',
			{ a: '/é{', token: '***' },
		],
		[
			'null, booleans and objects under a secret name',
			'{"tokens":[null,true,{"id":1,"token":2},3],"id":4,"key":{"id":5}}',
			'{"tokens":[null,true,{"id":1,"token":"***"},"***"],"id":4,"key":{"id":5}}',
			{ tokens: [null, true, { id: 1, token: '***' }, '***'], id: 4, key: { id: 5 } },
		],
		[
			'what else is beside the value of a credential',
			'{"id":12345678901234567890,"echo":"Bearer typed-9","pin":24680}',
			'{"id":12345678901234567890,"echo":"Bearer ***","pin":"***"}',
		],
	])('and leave %s as they are', async (_what, body, text, value = text) => {
		const { shown } = await preview(
			{
				...generic('httpCustomAuth'),
				...{ method: 'POST', sendBody: true, contentType: 'raw' },
				...{ rawContentType: 'application/json', body },
			},
			{
				credentials: {
					httpCustomAuth: { json: '{ "headers": { "X-A": "typed-9", "X-B": "24680" } }' },
				},
			},
		);
		expect(shown[0]?.curl).toContain(`--data-raw '${text}'`);
		expect(shown[0]?.body).toEqual(value);
	});
});

describe('a request that would be refused', () => {
	it('shows why, and the other items go on', async () => {
		const { shown, hints, error } = await preview(
			{ url: `={{ $json.id === 1 ? "nonsense" : "${server.origin}/echo" }}` },
			{ items: numbered(3) },
		);
		expect(error).toBeUndefined();
		expect(shown[1]).toEqual({
			refused: expect.stringContaining('"URL" must start with') as string,
			advice: expect.stringContaining('https://api.example.com/users') as string,
		});
		expect(shown[2]).toHaveProperty('curl');
		expect(hints[0]).toContain('1 item would be refused');
	});

	it.each<[what: string, problem: RegExp, parameters: INodeParameters, run: SendOptions]>([
		['n8n’s egress rules', /127\.0\.0\.1/, {}, { egress: {} }],
		[
			'the credential’s allowed domains',
			/domain/i,
			generic('httpBearerAuth'),
			{
				credentials: {
					httpBearerAuth: {
						...{ token: 'a-token', allowedHttpRequestDomains: 'domains' },
						allowedDomains: 'api.example.com',
					},
				},
			},
		],
		[
			'a rate limit that it exceeds alone',
			/costs 7/,
			{ rateLimits: { limits: [{ amount: 5, counts: 'cost', cost: 7 }] } },
			{},
		],
		[
			'a file that is not there',
			/data/,
			{ method: 'POST', sendBody: true, contentType: 'binaryData', inputDataFieldName: 'data' },
			{},
		],
	])('by %s', async (_what, problem, parameters, run) => {
		const { shown } = await preview(parameters, run);
		expect(shown[0]?.refused).toMatch(problem);
	});
});

describe('the hint', () => {
	const perMinute = { limits: [{ amount: 100, interval: 1, intervalUnit: 'minutes' }] };

	it('says how many requests go where', async () => {
		const hosts = ['a.test', 'b.test', 'a.test', 'c.test', 'd.test', 'e.test'];
		const { hints } = await preview(
			{ url: `=http://{{ ${JSON.stringify(hosts)}[$json.id] }}/`, maxConcurrency: 4 },
			{ items: numbered(6) },
		);
		expect(hints).toEqual([
			'Preview: nothing was sent. 6 requests: 2 to a.test, 1 to b.test, 1 to c.test, 2 to 2 other hosts. 4 at a time take 400 ms if each response takes 200 ms.',
		]);
	});

	it('says how long the limits make it last, and each item when it could start', async () => {
		const { hints, shown } = await preview(
			{ url: 'http://a.test/', rateLimits: perMinute },
			{ items: numbered(250) },
		);
		expect(hints[0]).toContain('250 requests to a.test');
		expect(hints[0]).toContain(
			'This takes at least 2 min, because of the limit of 100 requests a minute.',
		);
		expect([99, 100, 249].map((index) => shown[index]?.startsAfterSeconds)).toEqual([0, 60, 120]);
	});

	it('says what holds a run without rate limits back', async () => {
		const hintOf = async (options: INodeParameters) => {
			const url = "=http://{{ $json.id < 90 ? 'a' : 'b' }}.test/";
			const items = numbered(100);
			const { hints } = await preview({ url, maxConcurrency: 10, options }, { items });
			return hints[0];
		};
		const each = 'if each response takes 200 ms.';
		expect(await hintOf({ maxConcurrencyPerHost: 2 })).toContain(
			`2 at a time to each host take 9 s ${each}`,
		);
		expect(await hintOf({ maxConcurrencyPerHost: 9 })).toContain(`10 at a time take 2 s ${each}`);
		const batching = { batch: { batchSize: 40, batchInterval: 5000 } };
		expect(await hintOf({ batching })).toContain(
			'This takes at least 10 s, because of the pauses of 5 s between batches of 40.',
		);
	});

	it('is not ended by Stop After, which ends what is sent', async () => {
		const begin = jest.spyOn(StopAfter.prototype, 'begin');
		const stopAfter = { stopAfter: { after: 'time', time: 1 } };
		const onError = 'continueRegularOutput';
		await preview({ url: 'http://a.test/', options: { stopAfter } }, { onError });
		expect(begin).not.toHaveBeenCalled();
		await sendItems({ url: `${server.origin}/text`, options: { stopAfter } }, { onError });
		expect(begin).toHaveBeenCalledTimes(1);
		begin.mockRestore();
	});

	it('says that others share the limits, and joins them not', async () => {
		const join = jest.spyOn(sharedByProcess(), 'join');
		const options = { limitScope: 'name', limitName: 'preview-test' };
		const { hints } = await preview({ url: 'http://a.test/', options, rateLimits: perMinute });
		expect(hints[0]).toContain('Runs that share these limits would make it longer');
		expect(join).not.toHaveBeenCalled();
		join.mockRestore();
	});
});

// A text of one or two characters cannot be found by its value: it would hide half of the preview.
it('hides a header of a secret name whose value is short', async () => {
	const { shown } = await preview({
		sendHeaders: true,
		headerParameters: { parameters: [{ name: 'X-Api-Key', value: 'q7' }] },
	});
	expect(JSON.stringify(shown)).not.toContain('q7');
	expect(shown[0]?.headers['x-api-key']).toBe('***');
});

it('previews 50,000 POSTs in seconds, within memory', async () => {
	const before = process.memoryUsage().heapUsed;
	const { items, hints } = await preview(
		{
			...generic('httpBearerAuth'),
			...{ method: 'POST', url: 'http://a.test/orders', rateLimits: { limits: [{ amount: 100 }] } },
			...{
				sendBody: true,
				bodyParameters: { parameters: [{ name: 'id', value: '={{ $json.id }}' }] },
			},
		},
		{ items: numbered(50_000), credentials: { httpBearerAuth: { token: 'a-secret-token' } } },
	);
	expect(items).toHaveLength(50_000);
	expect(hints[0]).toContain('at least 8 h 19 min');
	expect(process.memoryUsage().heapUsed - before).toBeLessThan(400_000_000);
	expect(items[49_999]?.json).toMatchObject({ body: { id: 49_999 } });
});

describe('Limit to First Items', () => {
	const limit = (values: INodeParameters) => ({ limitToFirstItems: { limitToFirstItems: values } });
	const send = async (values: INodeParameters, mode: SendOptions['mode'] = 'manual') =>
		await sendItems(
			{ url: `=${server.origin}/json?body={{ $json.id }}`, options: limit(values) },
			{ items: numbered(20), mode },
		);

	it('sends those only, and the hint says so', async () => {
		const { items, hints } = await send({});
		expect(pairsOf(items)).toEqual([...Array(10).keys()]);
		expect(server.requests).toHaveLength(10);
		expect(hints[0]).toMatch(
			/^Only the first 10 of 20 items \(Limit to First Items\)\. 10 requests in /,
		);
	});

	it('sends all where there are fewer', async () => {
		const { items, hints } = await send({ items: 20 });
		expect(items).toHaveLength(20);
		expect(hints[0]).toMatch(/^20 requests/);
	});

	it('is for manual runs, unless it is told otherwise', async () => {
		expect((await send({ items: 3 }, 'trigger')).items).toHaveLength(20);
		expect((await send({ items: 3, onlyInManualRuns: false }, 'trigger')).items).toHaveLength(3);
	});

	it('is refused if it is no number of items', async () => {
		const { error } = await send({ items: 0 });
		expect(error?.message).toBe('"Items" must be a whole number from 1, but it is 0');
	});

	it('holds for a preview', async () => {
		const { items, hints } = await preview(
			{ options: limit({ items: 2 }) },
			{ items: numbered(5) },
		);
		expect(items).toHaveLength(2);
		expect(hints[0]).toMatch(
			/^Only the first 2 of 5 items .*\. Preview: nothing was sent\. 2 requests/,
		);
	});
});
