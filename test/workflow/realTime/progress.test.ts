import { Container } from '@n8n/di';
import { Logger } from '@n8n/backend-common';

import { TestServer } from '../../support/TestServer.ts';
import { numbered } from '../../support/workflow/runWorkflow.ts';
import { sendItems } from '../../support/workflow/sendItems.ts';

let server: TestServer;

beforeEach(async () => {
	server = await TestServer.start();
	server.route('/limited', ({ url }, response) => {
		if (url.endsWith('=3')) response.writeHead(429, { 'retry-after': '60' }).end();
		else response.setHeader('content-type', 'application/json').end('{}');
	});
	jest.spyOn(Container.get(Logger), 'info');
});

afterEach(async () => {
	jest.restoreAllMocks();
	await server.close();
});

/** Sends requests of which the fourth has to wait for a minute, until the run has said so much. */
async function linesOf(count: number): Promise<unknown[]> {
	const stop = new AbortController();
	const sent: unknown[] = [];
	await sendItems(
		{ url: `=${server.origin}/limited?id={{ $json.id }}`, maxConcurrency: 1 },
		{
			items: numbered(10),
			signal: stop.signal,
			sendDataToUI: (type, data) => {
				if (sent.push({ type, data }) === count) stop.abort();
			},
		},
	);
	return sent;
}

it('tells the browser how far a manual run is, and what a stop loses', async () => {
	const lines = await linesOf(2);
	const line =
		/^3 of 10 items done, 0 requests in flight, [\d.]+ requests a \w+, about [\w. ]+ left, waiting 5\d s more for the server \(Retry-After\) at http:\/\/127\.0\.0\.1:\d+$/;
	const message = (text: unknown) => ({
		type: 'sendConsoleMessage',
		data: { source: '[Node: "HTTP"]', messages: [text] },
	});
	expect(lines).toEqual([
		message(expect.stringMatching(line)),
		message(expect.stringMatching(line)),
		message(
			'The run was stopped: 3 of 10 items had succeeded. After a timeout they are in the execution; after the Stop button n8n discards them. Options > Stop After ends a run and hands them on.',
		),
	]);
	expect(jest.mocked(Container.get(Logger).info)).not.toHaveBeenCalled();
});

it('says nothing of a short run', async () => {
	const sent: string[] = [];
	const { items } = await sendItems(
		{ url: `${server.origin}/echo` },
		{ items: numbered(10), sendDataToUI: (type) => void sent.push(type) },
	);
	expect(items).toHaveLength(10);
	expect(sent).toEqual([]);
});
