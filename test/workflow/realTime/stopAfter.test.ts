import { TestServer } from '../../support/TestServer.ts';
import { numbered } from '../../support/workflow/runWorkflow.ts';
import { jsonOf, pairsOf, sendItems } from '../../support/workflow/sendItems.ts';

let server: TestServer;

beforeEach(async () => {
	server = await TestServer.start();
});

afterEach(async () => {
	await server.close();
});

it('stops after a time, keeps what is in flight, and gives the rest as not tried', async () => {
	const { items, hints } = await sendItems(
		{
			url: `=${server.origin}/delay?ms=300&id={{ $json.id }}`,
			maxConcurrency: 2,
			options: { stopAfter: { stopAfter: { after: 'time', time: 1 } } },
		},
		{ items: numbered(100), onError: 'continueRegularOutput' },
	);
	expect(pairsOf(items)).toEqual([...Array(100).keys()]);
	const errors = jsonOf(items).filter((json) => (json as { error?: unknown }).error !== undefined);
	const others = errors.filter(
		(json) => !JSON.stringify(json).includes('"Not tried: the run stopped after 1 s [item '),
	);
	expect(others).toEqual([]);
	// What was sent has its response.
	expect(items.length - errors.length).toBe(server.requests.length);
	expect(server.aborted).toBe(0);
	expect(hints[0]).toContain('. Stopped after 1 s.');
});
