import type { INodeParameters } from 'n8n-workflow';
import { TestServer } from '../support/TestServer.ts';
import { numbered } from '../support/workflow/runWorkflow.ts';
import { jsonOf, pairsOf, sendItems } from '../support/workflow/sendItems.ts';

let server: TestServer;

beforeAll(async () => {
	server = await TestServer.start();
});

beforeEach(() => server.reset());

afterAll(async () => {
	await server.close();
});

/** An expression that is the bad value for the third item only. */
const forThird = (good: unknown, bad: string) =>
	`={{ $json.id === 2 ? ${bad} : ${JSON.stringify(good)} }}`;

const field = (name: string, value: string): INodeParameters => ({ parameters: [{ name, value }] });

/** What is wrong, the field to be named, what is wrong with it, and the parameters. */
const cases: Array<[name: string, field: RegExp, problem: RegExp, parameters: INodeParameters]> = [
	['an empty URL', /"URL"/, /empty/, { url: forThird('', '""') }],
	['a URL without protocol', /"URL"/, /http/, { url: forThird('', '"api.example.com/a"') }],
	['a relative URL', /"URL"/, /http/, { url: forThird('', '"/a/b"') }],
	['a URL that is a number', /"URL"/, /text/, { url: forThird('', '42') }],
	['a URL that is null', /"URL"/, /empty|text/, { url: forThird('', 'null') }],
	['a URL without host', /"URL"/, /valid/, { url: forThird('', '"http://"') }],
	['a URL with a wrong port', /"URL"/, /valid/, { url: forThird('', '"http://localhost:99999/"') }],
	['another protocol', /"URL"/, /http/, { url: forThird('', '"ftp://localhost/"') }],
	['a script', /"URL"/, /http/, { url: forThird('', '"javascript:alert(1)"') }],
	['no method', /"Method"/, /method/, { method: forThird('GET', '"GE T"') }],
	[
		'a JSON body that is none',
		/"JSON/,
		/line 1, column 10/,
		{
			...{ method: 'POST', sendBody: true, specifyBody: 'json' },
			jsonBody: forThird('{}', String.raw`'{ "a": 1 "b": 2 }'`),
		},
	],
	[
		'a JSON body that ends too early',
		/"JSON/,
		/line 3, column 1/,
		{
			...{ method: 'POST', sendBody: true, specifyBody: 'json' },
			jsonBody: forThird('{}', String.raw`'{\n "a": [1,\n'`),
		},
	],
	[
		'JSON query parameters that are none',
		/"JSON.*Query/,
		/line 1, column/,
		{ sendQuery: true, specifyQuery: 'json', jsonQuery: forThird('{}', "'{a: 1}'") },
	],
	[
		'JSON query parameters that are no object',
		/"JSON.*Query/,
		/object/,
		{ sendQuery: true, specifyQuery: 'json', jsonQuery: forThird('{}', "'[1]'") },
	],
	[
		'JSON headers that are none',
		/"JSON.*Headers/,
		/line 1, column/,
		{ sendHeaders: true, specifyHeaders: 'json', jsonHeaders: forThird('{}', "'{'") },
	],
	[
		'a header name with a space',
		/"Headers"/,
		/X Key/,
		{ sendHeaders: true, headerParameters: field(forThird('x-key', '"X Key"'), '1') },
	],
	[
		'a header name with a colon',
		/"Headers"/,
		/X:/,
		{ sendHeaders: true, headerParameters: field(forThird('x-key', '"X:"'), '1') },
	],
	[
		'a header value with a line break',
		/"Headers"/,
		/"x-key".*line break/,
		{
			sendHeaders: true,
			headerParameters: field('x-key', forThird('1', String.raw`"a\r\nx-evil: 1"`)),
		},
	],
	[
		'a header value with a control character',
		/"Headers"/,
		/"x-key"/,
		{ sendHeaders: true, headerParameters: field('x-key', forThird('1', String.raw`"a\u0000b"`)) },
	],
	[
		'a header value beyond Latin-1',
		/"Headers"/,
		/"x-key"/,
		{ sendHeaders: true, headerParameters: field('x-key', forThird('1', '"☃"')) },
	],
	[
		'a proxy that is no address',
		/"Proxy"/,
		/address/,
		{ options: { proxy: forThird('', '"proxy"') } },
	],
	[
		'a timeout that is no number',
		/"Timeout"/,
		/number/,
		{ options: { timeout: forThird(5000, '"soon"') } },
	],
	[
		'a number of redirects that is none',
		/"Max Redirects"/,
		/number/,
		{ options: { redirect: { redirect: { maxRedirects: forThird(3, '-1') } } } },
	],
];

/** Good items go to the server; a URL that is under test does so for them, too. */
function withGoodUrl(parameters: INodeParameters): INodeParameters {
	const { url = `${server.origin}/text`, ...rest } = parameters;
	return {
		url: String(url).replace(': ""', `: ${JSON.stringify(`${server.origin}/text`)}`),
		...rest,
	};
}

describe.each(cases)('%s', (_name, field, problem, parameters) => {
	it('stops the workflow with an error that names item and field', async () => {
		const { error } = await sendItems(
			{ maxConcurrency: 1, ...withGoodUrl(parameters) },
			{ items: numbered(5), onError: 'stopWorkflow' },
		);
		expect(error?.message).toMatch(/\[item 2, the 3rd of 5\]$/);
		expect(error?.message).toMatch(field);
		expect(error?.message).toMatch(problem);
		expect(error?.context).toMatchObject({ itemIndex: 2 });
		expect(server.requests.length).toBeLessThanOrEqual(2);
	});

	it('is an error of that item only, and nothing of it is sent', async () => {
		const { items, error } = await sendItems(withGoodUrl(parameters), {
			items: numbered(5),
			onError: 'continueRegularOutput',
		});
		expect(error).toBeUndefined();
		expect(pairsOf(items)).toEqual([0, 1, 2, 3, 4]);
		const message = JSON.stringify(items[2]?.json.error).replaceAll('\\"', '"');
		expect(message).toMatch(/\[item 2, the 3rd of 5\]"/);
		expect(message).toMatch(field);
		expect(message).toMatch(problem);
		expect(server.requests).toHaveLength(4);
	});
});

it('says where a JSON body is wrong without repeating it', async () => {
	const { error } = await sendItems({
		...{ url: server.origin, method: 'POST', sendBody: true, specifyBody: 'json' },
		jsonBody: '{\n  "password": "S3cret",\n  oops\n}',
	});
	expect(error?.message).toMatch(/^"JSON.*line 3, column 3/);
	expect(JSON.stringify([error?.message, error?.description])).not.toContain('S3cret');
	expect(server.requests).toEqual([]);
});

it('reports an expression that cannot be evaluated', async () => {
	const { items } = await sendItems(
		{ url: `=${server.origin}/text?{{ $json.id === 1 ? $('Nowhere').item.json.x : 1 }}` },
		{ items: numbered(3), onError: 'continueRegularOutput' },
	);
	expect(pairsOf(items)).toEqual([0, 1, 2]);
	expect(items.map(({ json }) => 'error' in json)).toEqual([false, true, false]);
	expect(server.requests).toHaveLength(2);
});

describe('what concerns the whole run', () => {
	const batches = (batchSize: string): INodeParameters => ({
		url: `${server.origin}/text`,
		options: { batching: { batch: { batchSize, batchInterval: 1 } } },
	});

	// n8n hands on the input of a node that has failed, where the workflow goes on.
	it('fails every item, where the workflow goes on', async () => {
		const { items } = await sendItems(batches('={{ "many" }}'), {
			items: numbered(3),
			onError: 'continueRegularOutput',
		});
		expect(pairsOf(items)).toEqual([0, 1, 2]);
		expect(items.map(({ json }) => Object.keys(json))).toEqual([['error'], ['error'], ['error']]);
		expect(items[1]?.json.error).toBe('"Items per Batch" must be a whole number, for example 50');
		expect(server.requests).toEqual([]);
	});

	it('is told by the hint and by the summary as well', async () => {
		const { result, hints } = await sendItems(
			{ ...batches('={{ "many" }}'), output: { summary: true } },
			{ items: numbered(3), onError: 'continueErrorOutput' },
		);
		const text = 'No request was sent. "Items per Batch" must be a whole number, for example 50';
		expect(hints).toEqual([text]);
		expect(result.items('HTTP')).toEqual([]);
		expect(jsonOf(result.items('HTTP', 1))).toEqual([
			{
				text,
				items: { total: 3, succeeded: 0, failed: 3, notTried: 0 },
				itemFailures: { 'invalid input': 3 },
			},
		]);
		expect(pairsOf(result.items('HTTP', 2))).toEqual([0, 1, 2]);
	});

	it('is read from the first item that can be read, where the workflow goes on', async () => {
		const { items } = await sendItems(
			batches("={{ $json.id < 2 ? $('Nowhere').item.json.x : 1 }}"),
			{ items: numbered(4), onError: 'continueRegularOutput' },
		);
		expect(pairsOf(items)).toEqual([0, 1, 2, 3]);
		expect(items.map(({ json }) => 'error' in json)).toEqual([true, true, false, false]);
		expect(server.requests).toHaveLength(2);
	});

	it('is read from the first item only, where the workflow stops', async () => {
		const { error } = await sendItems(
			batches("={{ $json.id < 2 ? $('Nowhere').item.json.x : 1 }}"),
			{ items: numbered(4), onError: 'stopWorkflow' },
		);
		expect(error).toBeDefined();
		expect(server.requests).toEqual([]);
	});
});
