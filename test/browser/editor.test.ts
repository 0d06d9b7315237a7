/*
 * The node as people meet it: in n8n's editor, in a real browser. One n8n serves all tests, each
 * has a page of its own. If a test fails, what its page showed is in .n8n/logs/browser/.
 *
 *     UPDATE_IMAGES=1 npm run test:browser
 *
 * also writes the pictures of the documentation, docs/images/*.png, from the tests of the example.
 * Look at them before you commit them. Port 5999, for which the example is written, must be free.
 */
import type { INodeParameters, INodeProperties } from 'n8n-workflow';
import type { Locator } from 'playwright-core';
import { ConcurrentHttpRequest } from '../../nodes/ConcurrentHttpRequest/ConcurrentHttpRequest.node.ts';
import { retryFields } from '../../nodes/ConcurrentHttpRequest/description/retry.ts';
import type { RunningN8n } from '../../scripts/n8n/RunningN8n.ts';
import type { Workflow } from '../../scripts/n8n/Workflow.ts';
import { FLAGSHIP, readExample } from '../../scripts/sample/examples.ts';
import { EXAMPLE_ORIGIN, SampleApi } from '../../scripts/sample/SampleApi.ts';
import { httpNode, manual, numbersNode, OUR_TYPE } from '../n8n/support/workflows.ts';
import type { TestServer } from '../support/TestServer.ts';
import { BrowserSuite, updatesImages } from './support/BrowserSuite.ts';
import type { Editor } from './support/Editor.ts';
import { eventually } from './support/eventually.ts';

jest.setTimeout(300_000);

const NODE = 'Concurrent HTTP Request';
const FLAGSHIP_NODE = 'Fetch 1,000 Customers';

const suite = new BrowserSuite('test-browser');
let server: TestServer;
let n8n: RunningN8n;
let editor: Editor;

beforeAll(() => {
	({ server, n8n } = suite);
});

/** A test with a page of its own. */
function inEditor(name: string, test: () => Promise<void>): void {
	suite.inEditor(name, async (opened) => {
		editor = opened;
		await test();
	});
}

/** Saves the workflow, its nodes in a row, and opens it. */
async function open(workflow: Workflow): Promise<void> {
	await suite.open(editor, workflow);
}

/** 20 items and our node. */
const twentyItems = (parameters = {}) => manual([numbersNode(20), httpNode(parameters)]);

/** Parameters that show every field of the groups below the body, each of them at least once. */
function withEverything(): INodeParameters[] {
	const { description } = new ConcurrentHttpRequest();
	const withAllOf = (name: string): INodeParameters => {
		const group = description.properties.find((property) => property.name === name);
		const inner = (group?.options ?? []) as INodeProperties[];
		return Object.fromEntries(inner.map((option) => [option.name, option.default]));
	};
	const { settings } = Object.fromEntries(
		retryFields.map(({ name, options }) => [name, (options ?? []) as INodeProperties[]]),
	);
	const row = { counts: 'cost', costName: 'tokens' };
	const allSettings = Object.fromEntries(
		settings!.map(({ name, default: value }) => [name, value]),
	);
	const options = withAllOf('options');
	return [
		{
			...{ url: 'https://api.example.com', sendQuery: true },
			rateLimits: { limits: [row] },
			retry: { retry: { settings: { ...allSettings, sendIdempotencyKey: true } } },
			output: withAllOf('output'),
			options: {
				...options,
				...{ limitScope: 'name', sharedThrough: 'redis' },
				response: { response: { responseFormat: 'text' } },
				stopAfter: { stopAfter: { after: 'failedShare' } },
				pagination: { pagination: { paginationCompleteWhen: 'other' } },
			},
		},
		{
			...{ url: 'https://api.example.com', concurrencyMode: 'adaptive' },
			output: { putResponse: { putResponse: { in: 'merge' } } },
			options: {
				stopAfter: { stopAfter: { after: 'failedItems' } },
				pagination: {
					pagination: {
						paginationMode: 'responseContainsNextURL',
						paginationCompleteWhen: 'receiveSpecificStatusCodes',
						limitPagesFetched: true,
					},
				},
			},
		},
	];
}

/** Whether an icon is there and can be drawn. */
async function isDrawn(image: Locator): Promise<boolean> {
	return await image.evaluate(async (element) => {
		const { decode, naturalWidth } = element as unknown as {
			decode: () => Promise<void>;
			naturalWidth: number;
		};
		await decode.call(element);
		return naturalWidth > 0;
	});
}

describe('the nodes panel', () => {
	inEditor('finds the node by its name and by what it is for', async () => {
		await editor.openNew();
		await editor.openNodesPanel();
		for (const search of [NODE, 'parallel', 'rate limit', 'curl', 'no such node', 'retry']) {
			await editor.searchNodes(search);
			const isThere = search !== 'no such node';
			await editor.foundNode(NODE).waitFor({ state: isThere ? 'visible' : 'hidden' });
		}
		expect(await editor.foundNode(NODE).count()).toBe(1);
		expect(await isDrawn(editor.foundNode(NODE).locator('img').first())).toBe(true);
	});

	inEditor('adds the node to a workflow, behind a trigger, and opens it', async () => {
		await editor.openNew();
		await editor.openNodesPanel();
		await editor.searchNodes(NODE);
		await editor.foundNode(NODE).click();
		await editor.page.getByRole('button', { name: 'Add to workflow' }).click();
		const panel = await editor.openedPanel();
		await panel.close();
		await editor.node(NODE).waitFor();
		expect(await editor.part('canvas-node').count()).toBe(2);
	});
});

describe('the canvas', () => {
	for (const [colorScheme, file] of [
		['light', 'concurrentHttpRequest.svg'],
		['dark', 'concurrentHttpRequest.dark.svg'],
	] as const) {
		inEditor(`shows the icon for the ${colorScheme} theme`, async () => {
			await editor.page.emulateMedia({ colorScheme });
			await open(manual([httpNode({ url: server.origin })]));
			const icon = editor.node('HTTP').locator(`img[src$="/${file}"]`);
			await icon.waitFor();
			expect(await isDrawn(icon)).toBe(true);
		});
	}

	inEditor('says below the node what it requests', async () => {
		await open(manual([httpNode({ method: 'PUT', url: 'http://localhost/users' })]));
		await editor.node('HTTP').getByText('PUT: http://localhost/users').waitFor();
	});

	inEditor('says so also of a URL that is an expression', async () => {
		await open(
			manual([httpNode({ method: '={{ $json.verb }}', url: '=http://localhost/{{ $json.id }}' })]),
		);
		const subtitle = '{{ $json.verb }}: http://localhost/{{ $json.id }}';
		await editor.node('HTTP').getByText(subtitle).waitFor();
	});
});

describe('the panel of a new node', () => {
	inEditor('shows its parameters in order, with their defaults', async () => {
		await open(manual([httpNode({})]));
		const panel = await editor.openNode('HTTP');
		const parameters = [
			['method', 'Method'],
			['url', 'URL'],
			['authentication', 'Authentication'],
			['sendQuery', 'Send Query Parameters'],
			['sendHeaders', 'Send Headers'],
			['sendBody', 'Send Body'],
			['concurrencyMode', 'Concurrency Mode'],
			['maxConcurrency', 'Max Concurrency'],
			['rateLimits', 'Rate Limits'],
			['retry', 'Retry'],
			['output', 'Output'],
			['options', 'Options'],
		];
		await eventually(async () => expect(await panel.shownParameters()).toEqual(parameters));
		expect(await panel.field('url').inputValue()).toBe('');
		expect(await panel.field('maxConcurrency').inputValue()).toBe('10');
		expect(await panel.credentialFields.count()).toBe(0);
	});

	inEditor('takes a request over from a cURL command', async () => {
		await open(manual([httpNode({ maxConcurrency: 3 })]));
		const panel = await editor.openNode('HTTP');
		await panel.importCurl(
			`curl '${server.origin}/echo?a=1&b=x%20y' -X PUT -H 'X-Trace: 7' --json '{"name":"Ada","at":{"x":1}}' -k`,
		);
		await eventually(async () =>
			expect(await panel.field('url').inputValue()).toBe(`${server.origin}/echo`),
		);
		expect(await panel.field('maxConcurrency').inputValue()).toBe('3');
		await panel.execute();
		await eventually(async () => expect(server.requests).toHaveLength(1));
		const [request] = server.requests;
		expect(request).toMatchObject({
			...{ method: 'PUT', url: '/echo?a=1&b=x%20y' },
			headers: { 'x-trace': '7', 'content-type': 'application/json' },
		});
		expect(JSON.parse(request!.body.toString())).toEqual({ name: 'Ada', at: { x: 1 } });
	});

	inEditor('offers its options, and none that is not supported', async () => {
		await open(manual([httpNode({})]));
		await editor.openNode('HTTP');
		await editor.part('collection-parameter-add').last().click();
		const options = editor.page.locator('[data-test-id="collection-parameter-option"]:visible');
		const names = [
			...['Response', 'Pagination', 'Timeout', 'Stop After'],
			...['Limit to First Items', 'Preview Requests'],
			...['Max Concurrency per Host', 'Limits Hold For', 'Limits Shared Through'],
			...['Obey Server Limits', 'Circuit Breaker (Pause on Failures)', 'Batching'],
			...['Redirects', 'Send Credentials on Redirect', 'Lowercase Headers'],
			...['Proxy', 'Ignore SSL Issues (Insecure)', 'Max Response Size (MB)'],
			...['HTTP/2', 'Connection', 'Enable WebDAV Methods'],
		];
		await eventually(async () => {
			expect((await options.allInnerTexts()).map((text) => text.trim())).toEqual(names);
		});
	});

	inEditor('adds a rate limit and Retry that are filled in', async () => {
		await open(manual([httpNode({ url: `${server.origin}/echo` })]));
		const panel = await editor.openNode('HTTP');
		expect(await panel.parameters.getByText('Currently no items exist').count()).toBe(0);
		await panel.parameters.getByRole('button', { name: 'Add Rate Limit' }).click();
		await panel.parameters.getByRole('button', { name: 'Add Retry' }).click();
		await eventually(async () => {
			expect(await panel.field('amount').inputValue()).toBe('100');
			expect(await panel.field('intervalUnit').inputValue()).toBe('Minutes');
			expect(await panel.field('maxTries').inputValue()).toBe('5');
			expect(await panel.shownParameters()).toEqual(
				expect.arrayContaining([
					['spreadEvenly', 'Spread Evenly'],
					['retryOn', 'Retry On'],
					['settings', 'Settings'],
				]),
			);
		});
		await panel.execute();
		await panel.hint(/^1 request in /).waitFor();
	});

	// n8n keeps room beside a label for what appears when the mouse is over it.
	inEditor('cuts no label off', async () => {
		for (const parameters of withEverything()) {
			await open(manual([httpNode(parameters)]));
			const panel = await editor.openNode('HTTP');
			await eventually(async () =>
				expect(await panel.shownParameters()).toContainEqual(['options', 'Options']),
			);
			expect(await panel.cutOffLabels()).toEqual([]);
			await panel.close();

			const tool = { ...httpNode(parameters), type: `${OUR_TYPE}Tool` };
			await open({ name: 'Tool', nodes: [tool], connections: {} });
			const panelOfTool = await editor.openNode('HTTP');
			await eventually(async () =>
				expect(await panelOfTool.shownParameters()).toContainEqual(['options', 'Options']),
			);
			expect(await panelOfTool.cutOffLabels()).toEqual([]);
		}
	});

	inEditor('shows more parameters where they are switched on', async () => {
		await open(manual([httpNode({ sendQuery: true, sendHeaders: true, sendBody: true })]));
		const panel = await editor.openNode('HTTP');
		const pair = ['name', 'value'];
		const names = [
			...['method', 'url', 'authentication'],
			...['sendQuery', 'specifyQuery', 'queryParameters', ...pair],
			...['sendHeaders', 'specifyHeaders', 'headerParameters', ...pair],
			...['sendBody', 'contentType', 'specifyBody', 'bodyParameters', ...pair],
			...['concurrencyMode', 'maxConcurrency', 'rateLimits', 'retry', 'output', 'options'],
		];
		await eventually(async () => {
			expect((await panel.shownParameters()).map(([name]) => name)).toEqual(names);
		});
	});
});

describe('credentials', () => {
	inEditor('of a generic type have one field', async () => {
		await open(manual([httpNode({})]));
		const panel = await editor.openNode('HTTP');
		await panel.choose('authentication', 'Generic Credential Type');
		await panel.choose('genericAuthType', 'Bearer Auth');
		await eventually(async () => {
			expect(await panel.credentialFields.allInnerTexts()).toEqual([
				expect.stringMatching(/^Bearer Auth\n/),
			]);
		});
	});

	inEditor('of our own type are created, tested and used', async () => {
		server.route('/me', ({ headers }, response) => {
			response.statusCode = headers.authorization === 'Bearer right' ? 200 : 401;
			response.end('{}');
		});
		await open(manual([httpNode({ url: '/echo' })]));
		const panel = await editor.openNode('HTTP');
		await panel.choose('authentication', 'Concurrent HTTP API');
		await panel.credentialFields.first().waitFor();
		expect(await panel.credentialFields.count()).toBe(1);

		await panel.credentialFields.getByRole('button').first().click();
		await panel.field('baseUrl').fill(server.origin);
		await panel.field('token').fill('wrong');
		await panel.field('testPath').fill('/me');
		const dialog = editor.part('credential-edit-dialog');
		await dialog.getByRole('button', { name: 'Add Rate Limit' }).click();
		expect(await panel.cutOffLabels(dialog)).toEqual([]);
		const save = editor.part('credential-save-button');
		await save.click();
		await dialog.getByText('More details').click();
		await dialog.getByText('The API does not accept the secret (401 Unauthorized).').waitFor();

		await panel.field('token').fill('right');
		await save.click();
		// A credential that works closes its dialog; the result of the test is seen in the next.
		await dialog.waitFor({ state: 'hidden' });
		await editor.part('credential-edit-button').click();
		await dialog.getByText('Connection tested successfully').waitFor();
		await editor.page.getByRole('button', { name: 'Close this dialog' }).click();
		await dialog.waitFor({ state: 'hidden' });

		server.reset();
		await panel.execute();
		await panel.hint(/^1 request in /).waitFor();
		expect(server.requests.map(({ url, headers }) => [url, headers.authorization])).toEqual([
			['/echo', 'Bearer right'],
		]);
	});
});

describe('a run by hand', () => {
	inEditor('sends a request per item, and sums them up', async () => {
		// Each answer but the last ones waits for ten requests, so there are ten.
		let held: Array<() => void> = [];
		server.route('/numbers', ({ url }, response) => {
			held.push(() => response.end(JSON.stringify({ number: url.split('=')[1] })));
			if (held.length < 10) return;
			for (const answer of held) answer();
			held = [];
		});
		await open(twentyItems());
		const panel = await editor.openNode('HTTP');
		await panel.executePrevious('20 items');
		const url = `${server.origin}/numbers?id=`;
		await panel.enterExpression('url', `${url}{{ $json.id }}`, `${url}0`);
		await panel.close();
		await editor.execute();
		await editor.successOf('HTTP').waitFor();

		await editor.openNode('HTTP');
		await panel
			.hint(/^20 requests in [\d.]+ m?s, at most 10 at a time on 10 connections\.$/)
			.waitFor();
		await panel.output.getByText('20 items', { exact: true }).waitFor();
		expect(server.requests).toHaveLength(20);
		expect(server.mostInFlight).toBe(10);
		expect(server.requests.map(({ url }) => url)).toContain('/numbers?id=19');
	});

	inEditor('tells the browser’s console how far it is, and what a stop loses', async () => {
		server.route('/held', ({ url }, response) => {
			if (Number(url.split('=')[1]) < 5) response.end('{}');
		});
		const said: string[] = [];
		editor.page.on('console', (message) => said.push(message.text()));
		await open(twentyItems({ url: `=${server.origin}/held?id={{ $json.id }}` }));
		await editor.execute();
		const line = /^\[Node: "HTTP"\] 5 of 20 items done, 10 requests in flight, /;
		await eventually(async () =>
			expect(said.filter((text) => line.test(text)).length).toBeGreaterThanOrEqual(2),
		);
		await editor.part('stop-execution-button').click();
		await eventually(async () =>
			expect(said).toContainEqual(
				expect.stringContaining('The run was stopped: 5 of 20 items had succeeded.'),
			),
		);
		await editor.message('Execution stopped').waitFor();
		expect(await editor.successOf('HTTP').count()).toBe(0);
	});

	inEditor('stops at an item that fails, and says which and why', async () => {
		server.route('/some', ({ url }, response) => {
			const fails = url.includes('id=3');
			response.statusCode = fails ? 503 : 200;
			response.end(JSON.stringify(fails ? { message: 'Closed for lunch' } : {}));
		});
		const url = `=${server.origin}/some?id={{ $json.id }}`;
		await open(twentyItems({ url, maxConcurrency: 1 }));
		await editor.execute();
		await editor.message('Problem in node').waitFor();
		const panel = await editor.openNode('HTTP');
		await panel.error.waitFor();
		await eventually(async () => {
			expect(await panel.error.innerText()).toContain(
				`GET ${server.origin}/some?id=3 failed: 503 Service Unavailable [item 3, the 4th of 20]`,
			);
			const description = await panel.errorDescription.innerText();
			expect(description).toContain('Closed for lunch');
			expect(description).toContain('3 of 20 had succeeded. To keep them: Settings > On Error');
		});
		expect(server.requests).toHaveLength(4);
	});

	inEditor('says which Max Concurrency is possible', async () => {
		await open(twentyItems({ url: `${server.origin}/echo` }));
		const panel = await editor.openNode('HTTP');
		await panel.field('maxConcurrency').fill('0');
		await panel.field('url').click();
		await eventually(async () =>
			expect(await panel.field('maxConcurrency').inputValue()).toBe('1'),
		);

		await panel.enterExpression('maxConcurrency', '{{ 0 }}', '0');
		await panel.execute();
		await panel.error.waitFor();
		await eventually(async () =>
			expect(await panel.error.innerText()).toBe(
				'"Max Concurrency" must be a whole number from 1 to 1000, but it is 0',
			),
		);
		expect(server.requests).toHaveLength(0);
	});
});

describe('the example', () => {
	let api: SampleApi;

	beforeAll(async () => {
		api = await SampleApi.start(updatesImages ? Number(new URL(EXAMPLE_ORIGIN).port) : 0);
	});

	afterAll(async () => await api?.stop());

	inEditor('shows how many items took which way, and in the panel what came of it', async () => {
		const { id } = await n8n.createWorkflow(await readExample(FLAGSHIP, api.origin));
		await editor.open(id);
		await editor.execute();
		await editor.successOf('Customers by City').waitFor();
		for (const count of ['1 item', '1000 items', '997 items', '3 items']) {
			await editor.connectionLabel(count).waitFor();
		}
		if (updatesImages) {
			await editor.message('Workflow executed successfully').waitFor();
			await editor.part('zoom-to-fit').click();
		}
		await suite.picture(editor, 'workflow.png');

		const panel = await editor.openNode(FLAGSHIP_NODE);
		await panel
			.hint(/^1,000 requests in .*, at most 50 at a time on 50 connections\. 3 items failed/)
			.waitFor();
		await panel.output.getByText('997 items').waitFor();
		await suite.picture(editor, 'panel.png', 1330);
	});

	inEditor('shows a rate limit in the panel, and what the run waited for', async () => {
		const ids = numbersNode(20);
		const customers = httpNode({
			url: `=${api.origin}/customers?id={{ $json.id + 1 }}`,
			// A limit that 20 items meet within a second.
			rateLimits: { limits: [{ amount: 10, interval: 1, intervalUnit: 'seconds' }] },
		});
		await open(
			manual([
				{ ...ids, name: '20 Customer IDs' },
				{ ...customers, name: 'Fetch Customers' },
			]),
		);
		await editor.execute();
		await editor.successOf('Fetch Customers').waitFor();
		const panel = await editor.openNode('Fetch Customers');
		await panel.hint(/Waited [\d.]+ s for the limit of 10 requests a second/).waitFor();
		await suite.picture(editor, 'rate-limits.png', 1280);
	});
});
