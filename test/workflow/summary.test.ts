import type { IDataObject, IExecuteFunctions, INode, INodeParameters } from 'n8n-workflow';
import { ConcurrentHttpRequest } from '../../nodes/ConcurrentHttpRequest/ConcurrentHttpRequest.node.ts';
import { TestServer } from '../support/TestServer.ts';
import { numbered, runWorkflow } from '../support/workflow/runWorkflow.ts';
import type { RunOptions, WorkflowResult } from '../support/workflow/runWorkflow.ts';
import { jsonOf, NODE_TYPE } from '../support/workflow/sendItems.ts';

let server: TestServer;

beforeEach(async () => {
	server = await TestServer.start();
});

afterEach(async () => {
	await server.close();
});

interface Options extends Omit<RunOptions, 'nodes' | 'types'> {
	readonly node?: Partial<INode>;
	/** Whether the summary is on; it is unless told. */
	readonly isOn?: boolean;
}

/** Runs the node, whose summary is on. */
function run(
	parameters: INodeParameters,
	{ node, isOn = true, ...options }: Options = {},
): Promise<WorkflowResult> {
	return runWorkflow({
		...options,
		types: { [NODE_TYPE]: new ConcurrentHttpRequest() },
		nodes: [
			{
				...{ name: 'HTTP', type: NODE_TYPE, typeVersion: 4.5, ...node },
				parameters: { ...parameters, ...(isOn && { output: { summary: true } }) },
			},
		],
	});
}

function summaryOf(result: WorkflowResult): IDataObject {
	const items = result.items('HTTP', 1);
	expect(items).toHaveLength(1);
	return items[0]?.json ?? {};
}

/** Item 0 gets 503, item 1 an answer that is not JSON, the others succeed. */
function mixed(): INodeParameters {
	server.route('/page', (_, response) => response.end('<p>'));
	const paths = JSON.stringify(['/status?code=503', '/page']);
	return {
		url: `=${server.origin}{{ ${paths}[$json.id] ?? "/delay?ms=20&i=" + $json.id }}`,
		maxConcurrency: 2,
		options: { response: { response: { responseFormat: 'json' } } },
	};
}

it('has one item about the run in the second output', async () => {
	const parameters = { ...mixed(), options: {} };
	const result = await run(parameters, {
		items: numbered(6),
		node: { onError: 'continueRegularOutput' },
	});
	expect(result.items('HTTP')).toHaveLength(6);
	expect(result.run.data.resultData.runData['HTTP']?.[0]?.data?.main).toHaveLength(2);
	expect(summaryOf(result)).toMatchObject({
		text: expect.stringMatching(/^6 requests in /) as string,
		items: { total: 6, succeeded: 5, failed: 1, notTried: 0 },
		itemFailures: { 503: 1 },
		requests: { total: 6, mostInFlight: 2, connections: 2 },
		statuses: { 200: 5, 503: 1 },
		requestFailures: {},
		retries: { total: 0, byCause: {} },
		hosts: [{ host: new URL(server.origin).host, requests: 6, refused: 1, failed: 1 }],
	});
});

it('leaves the error output the last', async () => {
	const items = numbered(6);
	const node = { onError: 'continueErrorOutput' } as const;
	const off = await run(mixed(), { items, node, isOn: false });
	const on = await run(mixed(), { items, node });
	const outputs = (result: WorkflowResult, ...indices: number[]) =>
		indices.map((index) =>
			result.items('HTTP', index).map(({ json: { id }, error }) => ({ id, error })),
		);
	expect(on.items('HTTP')).toHaveLength(4);
	expect(jsonOf(on.items('HTTP', 2))).toMatchObject([{ id: 0 }, { id: 1 }]);
	expect(outputs(on, 0, 2)).toEqual(outputs(off, 0, 1));
	expect(summaryOf(on)).toMatchObject({
		items: { total: 6, succeeded: 4, failed: 2 },
		itemFailures: { 503: 1, 'unreadable response': 1 },
	});
});

it('is not there where it is off, as in a workflow that was moved here', async () => {
	const result = await run(mixed(), {
		isOn: false,
		items: numbered(1),
		node: { onError: 'continueRegularOutput' },
	});
	const [{ data, hints } = {}] = result.run.data.resultData.runData['HTTP'] ?? [];
	expect(data?.main).toHaveLength(1);
	expect(hints).toHaveLength(1);
	expect(result.run.data.resultData.metadata ?? {}).toEqual({});
});

it('is there as well where Always Output Data adds an empty item', async () => {
	server.route('/none', (_, response) =>
		response.setHeader('content-type', 'application/json').end('[]'),
	);
	const result = await run(
		{ url: `${server.origin}/none` },
		{ node: { alwaysOutputData: true, onError: 'continueErrorOutput' } },
	);
	expect(jsonOf(result.items('HTTP'))).toEqual([{}]);
	expect(summaryOf(result)).toMatchObject({ items: { total: 1, succeeded: 1 } });
	expect(result.items('HTTP', 2)).toEqual([]);
});

it('is about the last try where Retry On Fail repeats the node', async () => {
	let asked = 0;
	server.route('/second', (_, response) => {
		response.statusCode = ++asked === 1 ? 500 : 200;
		response.end('{}');
	});
	const result = await run(
		{ url: `${server.origin}/second` },
		{ node: { retryOnFail: true, maxTries: 2, waitBetweenTries: 0 } },
	);
	expect(summaryOf(result)).toMatchObject({ requests: { total: 1 }, statuses: { 200: 1 } });
});

it('is linked to the input items', async () => {
	const result = await run(mixed(), {
		items: numbered(3),
		node: { onError: 'continueErrorOutput' },
	});
	expect(result.items('HTTP', 1)[0]?.pairedItem).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }]);
});

it('has no links where they would be larger than the summary', async () => {
	const result = await run(mixed(), {
		items: numbered(1001),
		node: { onError: 'continueErrorOutput' },
	});
	expect(result.items('HTTP', 1)[0]?.pairedItem).toBeUndefined();
});

it('counts retries and waits by their cause, and each try as a request', async () => {
	let asked = 0;
	server.route('/soon', (_, response) => {
		if (++asked < 3) response.writeHead(503, { 'retry-after': '1' });
		response.end('{}');
	});
	const result = await run({
		url: `${server.origin}/soon`,
		retry: { retry: { maxTries: 3, retryOn: ['statuses'] } },
	});
	const summary = summaryOf(result);
	expect(summary).toMatchObject({
		statuses: { 200: 1, 503: 2 },
		requests: { total: 3 },
		retries: { total: 2, byCause: { 503: 2 } },
		hosts: [{ requests: 3, refused: 2, failed: 2 }],
		slowestItems: [{ itemIndex: 0, tries: 3, failure: null }],
	});
	const [waited] = summary.waitedFor as IDataObject[];
	expect(waited).toMatchObject({ what: 'the server (Retry-After)' });
	expect(waited?.seconds).toBeGreaterThanOrEqual(1.9);
});

it('lists no item as slow that was not sent', async () => {
	const result = await run(
		{
			url: `=${server.origin}/status?code=500&id={{ $json.id }}`,
			maxConcurrency: 1,
			options: { stopAfter: { stopAfter: { after: 'failedItems', failedItems: 1 } } },
		},
		{ items: numbered(5), node: { onError: 'continueRegularOutput' } },
	);
	expect(summaryOf(result)).toMatchObject({
		items: { failed: 1, notTried: 4 },
		slowestItems: [{ itemIndex: 0, failure: '500' }],
	});
});

it('lists the ten slowest items by their place in the input, with all their pages', async () => {
	server.route('/pages', ({ url }, response) => {
		const { searchParams } = new URL(url, server.origin);
		const ms = searchParams.get('id') === '7' ? 150 : 0;
		response.setHeader('content-type', 'application/json');
		setTimeout(() => response.end(searchParams.get('page') === '2' ? '[]' : '[1]'), ms);
	});
	const result = await run(
		{
			url: `=${server.origin}/pages?id={{ $json.id }}`,
			options: {
				pagination: {
					pagination: {
						parameters: {
							parameters: [{ type: 'qs', name: 'page', value: '={{ $pageCount + 1 }}' }],
						},
					},
				},
			},
		},
		{ items: numbered(12) },
	);
	const slowest = summaryOf(result).slowestItems as IDataObject[];
	expect(slowest).toHaveLength(10);
	expect(slowest[0]).toMatchObject({ itemIndex: 7, tries: 2, method: 'GET' });
	expect(slowest[0]?.milliseconds).toBeGreaterThanOrEqual(300);
});

it('shows hosts and slow requests without secrets', async () => {
	server.route('/key', (_, response) => response.end('{}'));
	const result = await run(
		{
			url: `${server.origin}/key/s3cretpath?api_key=s3cretquery`,
			authentication: 'genericCredentialType',
			genericAuthType: 'httpQueryAuth',
		},
		{
			credentials: { httpQueryAuth: { name: 'token', value: 's3cretpath' } },
			node: { onError: 'continueRegularOutput' },
		},
	);
	const { metadata } = result.run.data.resultData;
	const shown = JSON.stringify([summaryOf(result), metadata]);
	expect(shown).toContain('/key/***');
	expect(shown).not.toContain('s3cret');
});

it('has a chart as a PNG', async () => {
	const result = await run(mixed(), {
		items: numbered(6),
		node: { onError: 'continueErrorOutput' },
	});
	const [item] = result.items('HTTP', 1);
	const { chart } = item?.binary ?? {};
	expect(chart).toMatchObject({ mimeType: 'image/png', fileName: 'summary.png' });
	const png = Buffer.from(chart?.data ?? '', 'base64');
	expect(png.subarray(1, 4).toString()).toBe('PNG');
	expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([960, 1020]);
});

it('adds up over time to all requests', async () => {
	const result = await run(mixed(), {
		items: numbered(20),
		node: { onError: 'continueErrorOutput' },
	});
	const rows = summaryOf(result).overTime as Array<Record<'requests' | 'mostInFlight', number>>;
	expect(rows.reduce((sum, { requests }) => sum + requests, 0)).toBe(20);
	expect(Math.max(...rows.map(({ mostInFlight }) => mostInFlight))).toBe(2);
});

it('stores figures with the execution, by which executions can be filtered', async () => {
	const result = await run(mixed(), {
		items: numbered(6),
		mode: 'trigger',
		node: { onError: 'continueErrorOutput' },
	});
	expect(result.run.data.resultData.metadata).toEqual({
		HTTP_items: '6',
		HTTP_failed: '2',
		HTTP_failures: '503, unreadable response',
		HTTP_p99_ms: expect.stringMatching(/^\d+$/) as string,
	});
});

it.each(['', 'O'])(
	'stores them where a letter of two UTF-16 units crosses the end of a key, behind %j',
	async (beginning) => {
		const name = beginning + '\u{1D49C}'.repeat(50);
		const result = await run(mixed(), {
			items: numbered(6),
			node: { name, onError: 'continueErrorOutput' },
		});
		expect(result.error).toBeUndefined();
		expect(Object.values(result.run.data.resultData.metadata ?? {})).toHaveLength(4);
	},
);

it('is there as well where n8n does not take these figures', async () => {
	const original = ConcurrentHttpRequest.prototype.execute;
	const execute = jest.spyOn(ConcurrentHttpRequest.prototype, 'execute');
	execute.mockImplementation(async function (this: IExecuteFunctions) {
		this.customData.setAll = () => {
			throw new Error('refused');
		};
		return await original.call(this);
	});
	const result = await run(mixed(), {
		items: numbered(6),
		node: { onError: 'continueErrorOutput' },
	});
	execute.mockRestore();
	expect(result.error).toBeUndefined();
	expect(summaryOf(result)).toMatchObject({ items: { total: 6 } });
});

it('gives nothing about a run that fails', async () => {
	const result = await run({ url: `${server.origin}/status?code=500` });
	expect(result.error?.message).toBeDefined();
	expect(result.items('HTTP', 1)).toEqual([]);
});
