/** What becomes of items that fail, and of runs that are ended from outside. */
import { sharedN8n } from '../n8n/support/sharedN8n.ts';
import { hangingWorkflow, jsonOf, pairsOf } from '../n8n/support/workflows.ts';
import { TestServer } from '../support/TestServer.ts';
import { send } from './support/send.ts';

jest.setTimeout(120_000);

const n8n = sharedN8n();
let server: TestServer;

beforeEach(async () => {
	server = await TestServer.start();
});

afterEach(() => server.close());

/** Succeed, fail by a status, fail by the connection, fail before anything is sent. */
const URLS = ['/echo', '/status?code=404&body=gone', '/reset', undefined];

const sendUrls = (onError?: 'continueRegularOutput' | 'continueErrorOutput', typeVersion = 4.5) =>
	send(
		n8n,
		{
			url: '={{ $json.url }}',
			maxConcurrency: 1,
		},
		{
			items: URLS.map((path) => ({ url: path === undefined ? 'nonsense' : server.origin + path })),
			typeVersion,
			...(onError && { onError }),
		},
	);

describe('On Error', () => {
	it.each([4, 4.1, 4.2, 4.3, 4.4, 4.5])(
		'Continue (using error output), node version %s',
		async (typeVersion) => {
			const { status, items, errors } = await sendUrls('continueErrorOutput', typeVersion);
			expect(status).toBe('success');
			expect([pairsOf(items), pairsOf(errors)]).toEqual([[0], [1, 2, 3]]);
			expect(JSON.stringify(errors[0]?.json)).toContain('404');
		},
	);

	it('Continue', async () => {
		const { status, items, errors } = await sendUrls('continueRegularOutput');
		expect([status, pairsOf(items), errors]).toEqual(['success', [0, 1, 2, 3], []]);
		expect(jsonOf(items).map((json) => 'error' in json)).toEqual([false, true, true, true]);
	});

	it('Stop Workflow', async () => {
		const { status, said } = await sendUrls();
		expect([status, said]).toEqual(['error', expect.stringContaining('404')]);
		expect(server.requests).toHaveLength(2);
	});

	it('error output beside a summary', async () => {
		const url = `=${server.origin}/status?code={{ $json.code }}`;
		const { status, items, errors } = await send(
			n8n,
			{ url, output: { summary: true } },
			{ items: [{ code: 200 }, { code: 404 }], onError: 'continueErrorOutput' },
		);
		expect([status, pairsOf(items)]).toEqual(['success', [0]]);
		// The second output is the summary, the error output is the last.
		expect(errors.map(({ json }) => json.items)).toEqual([
			expect.objectContaining({ total: 2, succeeded: 1, failed: 1 }),
		]);
	});
});

describe('A run that is ended', () => {
	const expectAborted = async (executionId: string) => {
		await server.waitFor(({ inFlight, openSockets }) => inFlight === 0 && openSockets === 0);
		const { status } = await n8n.waitForExecution(executionId);
		expect(status).toBe('canceled');
		expect([server.aborted, server.requests.length]).toEqual([5, 5]);
	};

	it('by Stop', async () => {
		const { executionId } = await n8n.startWorkflow(hangingWorkflow(server.origin));
		await server.waitFor(({ requests, inFlight }) => requests.length === 5 && inFlight === 5);
		await n8n.stopExecution(executionId);
		await expectAborted(executionId);
	});

	it('by the workflow’s time limit', async () => {
		const { executionId } = await n8n.startWorkflow(
			hangingWorkflow(server.origin, { executionTimeout: 10 }),
		);
		await server.waitFor(({ requests, inFlight }) => requests.length === 5 && inFlight === 5);
		await expectAborted(executionId);
	});
});
