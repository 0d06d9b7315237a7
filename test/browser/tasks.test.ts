/*
 * What people come for, each done in n8n's editor by what it shows, from the blank canvas and without
 * documentation: a trigger, some rows, the node behind them, and its panel does the rest.
 */
import { addSampleRoutes } from '../../scripts/sample/routes.ts';
import { answersTogether } from '../support/answersTogether.ts';
import { BrowserSuite } from './support/BrowserSuite.ts';
import type { Editor } from './support/Editor.ts';
import { eventually } from './support/eventually.ts';
import type { NodePanel } from './support/NodePanel.ts';

jest.setTimeout(300_000);

const NODE = 'Concurrent HTTP Request';
const suite = new BrowserSuite('test-tasks');

beforeEach(() => addSampleRoutes(suite.server));

/** Begins a workflow with rows that have a number from 1 and an address, and adds the node. */
async function addBehindRows(editor: Editor, count: number): Promise<NodePanel> {
	await editor.addFirstStep('Trigger manually');
	const rows = await editor.addNode('Code', 'Code in JavaScript');
	await rows.enterCode(
		`return Array.from({ length: ${count} }, (_, n) => ({ json: { id: n + 1, email: 'ada' + (n + 1) + '@example.com' } }));`,
	);
	await rows.close();
	return await editor.addNode(NODE);
}

/** The same, with a URL for each row. */
async function begin(editor: Editor, count: number, path: string): Promise<NodePanel> {
	const panel = await addBehindRows(editor, count);
	await panel.executePrevious(`${count} items`);
	const url = `${suite.server.origin}${path}`;
	await panel.enterExpression('url', url, url.replace('{{ $json.id }}', '1'));
	return panel;
}

/** What the output pane shows of the first item, and of its hint. */
async function shows(panel: NodePanel, ...texts: string[]): Promise<void> {
	await eventually(async () => {
		const shown = await panel.output.innerText();
		for (const text of texts) expect(shown).toContain(text);
	});
}

suite.inEditor('10 at a time', async (editor) => {
	suite.server.route('/together', answersTogether(10));
	const panel = await begin(editor, 30, '/together?id={{ $json.id }}');
	await panel.execute();
	await panel.hint(/^30 requests in .*, at most 10 at a time on 10 connections\.$/).waitFor();
	expect(suite.server.mostInFlight).toBe(10);
});

suite.inEditor('100 a minute', async (editor) => {
	const panel = await begin(editor, 15, '/echo?id={{ $json.id }}');
	await panel.addGroup('rateLimits');
	const limit = async () =>
		await Promise.all(
			['amount', 'interval', 'intervalUnit'].map((name) => panel.field(name).inputValue()),
		);
	expect(await limit()).toEqual(['100', '1', 'Minutes']);
	// Nobody wants to wait for a minute here.
	await panel.field('amount').fill('10');
	await panel.choose('intervalUnit', 'Seconds');
	await panel.execute();
	await panel.hint(/Waited .* for the limit of 10 requests a second/).waitFor();
});

suite.inEditor('retry on 503', async (editor) => {
	const panel = await begin(editor, 5, '/flaky?id={{ $json.id }}');
	await panel.addGroup('retry');
	await panel.execute();
	await panel.hint(/^15 requests in .* 10 retries \(10 x 503\)\.$/).waitFor();
});

suite.inEditor('follow pages', async (editor) => {
	const panel = await begin(editor, 2, '/orders/linked?shop={{ $json.id }}');
	await panel.addTo('options', 'Pagination');
	await panel.choose('paginationMode', 'Response Contains Next URL');
	await panel.field('nextURL').fill('{{ $response.body.next }}');
	await panel.execute();
	await shows(panel, '6 requests in ', '6 items');
});

suite.inEditor('fetch and send files', async (editor) => {
	const { server } = suite;
	const fetching = await begin(editor, 3, '/invoices?id={{ $json.id }}');
	await fetching.execute();
	await shows(fetching, 'invoice-1.pdf', 'application/pdf');
	await fetching.close();

	const sending = await editor.addNode(NODE);
	await sending.choose('method', 'POST');
	await sending.field('url').fill(`${server.origin}/echo`);
	await sending.switchOn('sendBody');
	await sending.choose('contentType', 'n8n Binary File');
	await sending.field('inputDataFieldName').fill('data');
	await sending.execute();
	await shows(sending, '3 requests in ', '3 items');
	const sent = server.requests.filter(({ method }) => method === 'POST');
	expect(sent.map(({ body }) => body.toString().split('\n')[1]).sort()).toEqual([
		'% Invoice 1',
		'% Invoice 2',
		'% Invoice 3',
	]);
});

suite.inEditor('handle errors in a branch', async (editor) => {
	suite.server.route('/some', ({ url }, response) => {
		response.statusCode = url.endsWith('=7') ? 404 : 200;
		response.end('{}');
	});
	const panel = await begin(editor, 20, '/some?id={{ $json.id }}');
	await panel.onError('Continue (using error output)');
	await panel.execute();
	await panel.hint(/ 1 item failed \(1 x 404\)\.$/).waitFor();
	await panel.outputTab('Success Branch (19 items)').waitFor();
	await panel.outputTab('Error Branch (1 item)').click();
	await shows(panel, '/some?id=7 failed: 404');
});

suite.inEditor('which requests were slow', async (editor) => {
	const panel = await begin(editor, 3, '/customers?id={{ $json.id }}');
	await panel.addTo('output', 'Request Details');
	await panel.execute();
	await shows(panel, 'request', 'waitingMs', 'firstByteMs', 'totalMs');
	await panel.showAs('schema');
	await suite.picture(editor, 'request-details.png', 1000);
});

suite.inEditor('enrich rows and keep their fields', async (editor) => {
	const panel = await begin(editor, 3, '/customers?id={{ $json.id }}');
	await panel.addTo('output', 'Put Response In');
	await panel.execute();
	await shows(panel, 'ada1@example.com', 'response', 'Customer 1');
});

suite.inEditor('split a list out of the response', async (editor) => {
	const panel = await begin(editor, 2, '/orders/linked?shop={{ $json.id }}');
	await panel.addTo('output', 'Items From');
	await panel.field('path').fill('orders');
	await panel.execute();
	await shows(panel, '2 requests in ', '4 items');
});

suite.inEditor('preview before 50,000 POSTs', async (editor) => {
	const panel = await addBehindRows(editor, 50_000);
	await panel.field('url').fill(`${suite.server.origin}/echo`);
	await panel.choose('method', 'POST');
	await panel.addGroup('rateLimits');
	await panel.addTo('options', 'Preview Requests');
	await panel.execute();
	await panel.hint(/nothing was sent\. 50,000 requests to .* This takes at least 8 h/).waitFor();
	await shows(panel, '50000 items', 'curl');
	await panel.showAs('schema');
	await suite.picture(editor, 'preview.png', 1000);
	expect(suite.server.requests).toHaveLength(0);
});

suite.inEditor('a summary into a message', async (editor) => {
	const panel = await begin(editor, 240, '/customers?id={{ $json.id }}');
	await panel.addTo('output', 'Summary');
	await panel.execute();
	await panel.outputTab('Items Branch (240 items)').waitFor();
	await panel.outputTab('Summary Branch (1 item)').click();
	await panel.output.getByRole('button', { name: 'View' }).click();
	await suite.picture(editor, 'summary.png', 1000);
	await panel.close();

	const message = await editor.addNode('Edit Fields (Set)');
	await message.choose('mode', 'JSON');
	const text = '{ "text": "{{ $json.items.total }} items" }';
	await message.enterExpression('jsonOutput', text, '{ "text": "240 items" }');
	await message.execute();
	await shows(message, '1 item', '240 items');
});
