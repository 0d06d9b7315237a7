/**
 * The interval between two pages. Where it is being waited for, n8n sleeps; here its sleep ends
 * when the test says so, or never.
 */
import type { INodeParameters } from 'n8n-workflow';
import { TestServer } from '../support/TestServer.ts';
import { numbered } from '../support/workflow/runWorkflow.ts';
import { jsonOf, sendItems } from '../support/workflow/sendItems.ts';
import type { SendOptions } from '../support/workflow/sendItems.ts';

interface Sleep {
	ms: number;
	end: () => void;
}
const mockSleeps: Sleep[] = [];

jest.mock('@n8n/utils/sleep', () => ({
	sleep: async (ms: number) =>
		await new Promise<void>((end) => {
			mockSleeps.push({ ms, end });
		}),
}));

let server: TestServer;

beforeAll(async () => {
	server = await TestServer.start();
});

beforeEach(() => {
	server.reset();
	mockSleeps.length = 0;
});

afterAll(() => server.close());

const pagination = (requestInterval: number | string): INodeParameters => ({
	parameters: { parameters: [{ type: 'qs', name: 'page', value: '={{ $pageCount + 1 }}' }] },
	...{ requestInterval, limitPagesFetched: true, maxRequests: 3 },
});

async function fetchAll(parameters: INodeParameters, options?: SendOptions) {
	return await sendItems(
		{
			url: `${server.origin}/items?count=2`,
			options: { pagination: { pagination: pagination(60_000) } },
			...parameters,
		},
		options,
	);
}

/** Resolves when so many items wait for their next page. */
async function untilAsleep(count: number): Promise<void> {
	while (mockSleeps.length < count) await new Promise(setImmediate);
}

it('comes before each page except the first', async () => {
	const running = fetchAll({ options: { pagination: { pagination: pagination(250) } } });
	await untilAsleep(1);
	expect(server.requests).toHaveLength(1);
	mockSleeps[0]!.end();
	await untilAsleep(2);
	expect(server.requests).toHaveLength(2);
	mockSleeps[1]!.end();
	const { items } = await running;
	expect(items).toHaveLength(6);
	expect(mockSleeps.map(({ ms }) => ms)).toEqual([250, 250]);
});

it('may be an expression that reads the last page', async () => {
	const interval = '={{ $response.statusCode + $pageCount }}';
	const running = fetchAll({ options: { pagination: { pagination: pagination(interval) } } });
	await untilAsleep(1);
	mockSleeps[0]!.end();
	await untilAsleep(2);
	mockSleeps[1]!.end();
	await running;
	expect(mockSleeps.map(({ ms }) => ms)).toEqual([201, 202]);
});

it('ends at once when the run is stopped, and nothing is sent after it', async () => {
	const stop = new AbortController();
	const running = fetchAll({}, { signal: stop.signal });
	await untilAsleep(1);
	stop.abort();
	// 100 ms are allowed. Counted in turns of the event loop it cannot depend on the machine.
	let ended = false;
	void running.then(() => (ended = true));
	for (let turn = 0; turn < 50 && !ended; turn++) await new Promise(setImmediate);
	expect(ended).toBe(true);
	expect((await running).error?.message).toContain('stopped');
	mockSleeps[0]!.end();
	for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
	expect(server.requests).toHaveLength(1);
});

it('ends when another item has failed the run', async () => {
	server.route('/fails', (_request, response) => {
		void untilAsleep(1).then(() => response.writeHead(404).end('gone'));
	});
	const running = fetchAll(
		{ url: `=${server.origin}/{{ $json.id ? 'fails' : 'items' }}` },
		{ items: numbered(2) },
	);
	// That item, too, waits before n8n looks at the status of its page.
	await untilAsleep(2);
	mockSleeps[1]!.end();
	expect((await running).error).toMatchObject({ httpCode: '404', context: { itemIndex: 1 } });
	expect(server.requests).toHaveLength(2);
});

it('does not begin while the last page is in flight: Stop After lets that come to its end', async () => {
	server.route('/slow', (_request, response) => {
		setTimeout(() => response.setHeader('content-type', 'application/json').end('[1]'), 200);
	});
	server.route('/fails', (_request, response) => response.writeHead(500).end('broken'));
	const { items } = await fetchAll(
		{
			url: `=${server.origin}/{{ $json.id ? 'fails' : 'slow' }}`,
			options: {
				pagination: { pagination: { ...pagination(60_000), maxRequests: 1 } },
				stopAfter: { stopAfter: { after: 'failedItems', failedItems: 1 } },
			},
		},
		{ items: numbered(2), onError: 'continueRegularOutput' },
	);
	const failed = { message: expect.stringContaining('500') as string };
	expect(jsonOf(items)).toMatchObject([{ data: 1 }, { error: failed }]);
});

it('lets the pages of other items go ahead', async () => {
	const stop = new AbortController();
	const running = fetchAll({ maxConcurrency: 2 }, { items: numbered(20), signal: stop.signal });
	await untilAsleep(20);
	expect(server.requests.map(({ url }) => url)).toEqual(
		Array.from({ length: 20 }, () => '/items?count=2&page=1'),
	);
	stop.abort();
	await running;
});

it('keeps items in order with a concurrency of 1', async () => {
	const running = fetchAll({ maxConcurrency: 1 }, { items: numbered(2) });
	for (let count = 1; count <= 4; count++) {
		await untilAsleep(count);
		expect(server.requests).toHaveLength(count + (count > 2 ? 1 : 0));
		mockSleeps[count - 1]!.end();
	}
	expect(jsonOf((await running).items)).toHaveLength(12);
});
