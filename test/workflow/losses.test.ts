import { TestServer } from '../support/TestServer.ts';
import { numbered } from '../support/workflow/runWorkflow.ts';
import { sendItems } from '../support/workflow/sendItems.ts';

const KEEP = 'To keep them: Settings > On Error > Continue (using error output).';
const REPEATS = 'Settings > Retry On Fail sends all 20 items again when one fails';

let server: TestServer;

beforeEach(async () => {
	server = await TestServer.start();
	server.route('/some', ({ url }, response) => {
		const fails = url.endsWith('=10');
		response.statusCode = fails ? 404 : 200;
		response.setHeader('content-type', 'application/json').end('{}');
	});
});

afterEach(async () => {
	await server.close();
});

const parameters = () => ({ url: `=${server.origin}/some?id={{ $json.id }}`, maxConcurrency: 1 });

it('says after the first failure how many had succeeded, and how to keep them', async () => {
	const { error } = await sendItems(parameters(), { items: numbered(20) });
	expect(error?.message).toContain('404');
	expect(error?.description).toMatch(/^Check the URL of this item\. 10 of 20 had succeeded\. To/);
	expect(error?.description).toContain(KEEP);
	expect(error?.description).not.toContain('Retry On Fail');
});

it('says nothing of it where nothing had succeeded', async () => {
	const { error } = await sendItems(
		{ ...parameters(), url: `${server.origin}/some?id=10` },
		{ items: numbered(20) },
	);
	expect(error?.description).toBe('Check the URL of this item.');
});

describe('Settings > Retry On Fail', () => {
	const retryOnFail = { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 };

	it('is said to repeat what had succeeded, in the error', async () => {
		const { error } = await sendItems(parameters(), { items: numbered(20), ...retryOnFail });
		expect(server.requests).toHaveLength(22);
		expect(error?.description).toContain(KEEP);
		expect(error?.description).toContain(REPEATS);
	});

	it('is said to repeat what had succeeded, in a hint', async () => {
		const { hints, result } = await sendItems(parameters(), {
			items: numbered(20),
			onError: 'continueErrorOutput',
			...retryOnFail,
		});
		expect(hints).toHaveLength(2);
		expect(hints[1]).toContain(REPEATS);
		expect(result.hints('HTTP')[1]?.type).toBe('warning');
	});

	it('repeats nothing in vain where there is one item', async () => {
		const { hints } = await sendItems(parameters(), { items: numbered(1), ...retryOnFail });
		expect(hints).toHaveLength(1);
	});
});
