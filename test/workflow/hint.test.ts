import type { INodeParameters } from 'n8n-workflow';
import { answersTogether } from '../support/answersTogether.ts';
import { TestServer } from '../support/TestServer.ts';
import { numbered } from '../support/workflow/runWorkflow.ts';
import { sendItems } from '../support/workflow/sendItems.ts';

let server: TestServer;

beforeEach(async () => {
	server = await TestServer.start();
});

afterEach(async () => {
	await server.close();
});

const to = (path: string, more: INodeParameters = {}): INodeParameters => ({
	url: `=${server.origin}${path}`,
	...more,
});

const TIME = String.raw`[\d.]+ m?s`;

it('says how many requests took how long, on how many connections', async () => {
	const parameters = to('/delay', { maxConcurrency: 4 });
	const { hints, result } = await sendItems(parameters, { items: numbered(1_200) });
	expect(hints).toEqual([
		expect.stringMatching(
			new RegExp(`^1,200 requests in ${TIME}, at most 4 at a time on 4 connections\\.$`),
		),
	]);
	expect(result.hints('HTTP')[0]?.location).toBe('outputPane');
});

it('knows one from many', async () => {
	const { hints } = await sendItems(to('/text'));
	expect(hints[0]).toMatch(new RegExp(`^1 request in ${TIME}\\.$`));
});

it('counts failures by kind, the most frequent first', async () => {
	const paths = ['/text', '/status?code=503', '/status?code=503', '/hang', '/text'];
	const path = `{{ ${JSON.stringify(paths)}[$json.id] ?? "/reset" }}`;
	const { hints } = await sendItems(
		to(path, { options: { timeout: '={{ $json.id === 3 ? 50 : 60000 }}' } }),
		{
			items: numbered(6),
			onError: 'continueRegularOutput',
		},
	);
	expect(hints[0]).toMatch(
		new RegExp(
			`^6 requests in ${TIME}, at most \\d at a time on \\d connections\\. 4 items failed \\(2 x 503, 1 x connection reset, 1 x timeout\\)\\.$`,
		),
	);
});

it('does not count as sent what was not', async () => {
	const { hints } = await sendItems(
		{ url: `={{ $json.id ? "nonsense" : "${server.origin}/text" }}` },
		{ items: numbered(3), onError: 'continueErrorOutput' },
	);
	expect(hints[0]).toMatch(/^1 request in [^.]*\. 2 items failed \(2 x invalid input\)\.$/);
});

it('is what the server saw', async () => {
	server.route('/together', answersTogether(7));
	const { hints } = await sendItems(to('/together', { maxConcurrency: 7 }), {
		items: numbered(49),
	});
	const { mostInFlight, connections } = server;
	expect(hints[0]).toContain(`, at most ${mostInFlight} at a time on ${connections} connections.`);
});
