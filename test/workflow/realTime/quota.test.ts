import {
	type QuotaServer,
	SlidingWindow,
	TokenBucket,
	WindowsFromFirstRequest,
} from '../../unit/limits/server/quotaServers.ts';
import { TestServer } from '../../support/TestServer.ts';
import { numbered } from '../../support/workflow/runWorkflow.ts';
import { jsonOf, sendItems } from '../../support/workflow/sendItems.ts';

let server: TestServer;

beforeEach(async () => {
	server = await TestServer.start();
});

afterEach(async () => {
	await server.close();
});

const ITEMS = 100;
const CONCURRENCY = 10;
const SECOND = 1000;

/** Answers as the quota allows, in real time. */
function keep(quota: QuotaServer) {
	const counts = { accepted: 0, refused: 0 };
	server.route('/limited', (_request, response) => {
		const { status, headers } = quota.answer(performance.now());
		if (status === 429) counts.refused++;
		else counts.accepted++;
		for (const [name, value] of Object.entries(headers)) {
			if (value !== undefined) response.setHeader(name, value);
		}
		response.writeHead(status, { 'content-type': 'application/json' }).end('{"ok":true}');
	});
	return counts;
}

const SERVERS: Array<[string, () => QuotaServer]> = [
	['in fixed periods', () => new WindowsFromFirstRequest(20, SECOND)],
	['in a sliding period', () => new SlidingWindow(20, SECOND)],
	['as tokens that refill', () => new TokenBucket(20, SECOND, 20)],
];

it.each(SERVERS)(
	'gets everything from a server that allows 20 requests a second %s',
	async (_how, start) => {
		const counts = keep(start());
		const { items, hints } = await sendItems(
			{ url: `${server.origin}/limited`, maxConcurrency: CONCURRENCY },
			{ items: numbered(ITEMS) },
		);
		expect(jsonOf(items)).toEqual(Array(ITEMS).fill({ ok: true }));
		expect(counts.accepted).toBe(ITEMS);
		// All that are in flight are refused once. Without learning they would be in each of five seconds;
		// how few of them are with it is for test/unit/limits/server, in virtual time.
		expect(counts.refused).toBeGreaterThan(0);
		expect(counts.refused).toBeLessThan(4 * CONCURRENCY);
		expect(hints[0]).toMatch(/\. \d+ retr(y|ies) \(\d+ x 429\)/);
		expect(hints[0]).toMatch(/\. Waited .* for the server \(Retry-After\)/);
	},
);
