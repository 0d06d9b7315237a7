import {
	type QuotaServer,
	SlidingWindow,
	TokenBucket,
	WindowsFromFirstRequest,
} from '../unit/limits/server/quotaServers.ts';
import { expectAtLeast, inThreeTries } from '../support/inThreeTries.ts';
import { TestServer } from '../support/TestServer.ts';
import { numbered } from '../support/workflow/runWorkflow.ts';
import { jsonOf, sendItems } from '../support/workflow/sendItems.ts';

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

// The first wall is met by all that are in flight, and a few requests measure the quota after it.
const SERVERS: Array<[string, () => QuotaServer]> = [
	['in fixed periods', () => new WindowsFromFirstRequest(20, SECOND)],
	['in a sliding period', () => new SlidingWindow(20, SECOND)],
	['as tokens that refill', () => new TokenBucket(20, SECOND, 20)],
];
for (const [how, start] of SERVERS) {
	it(
		`gets everything from a server that allows 20 requests a second ${how}`,
		inThreeTries(async () => {
			const counts = keep(start());
			const { items, hints } = await sendItems(
				{ url: `${server.origin}/limited`, maxConcurrency: CONCURRENCY },
				{ items: numbered(ITEMS) },
			);
			expect(jsonOf(items)).toEqual(Array(ITEMS).fill({ ok: true }));
			expect(counts.accepted).toBe(ITEMS);
			expect(counts.refused).toBeGreaterThan(0);
			expect(hints[0]).toMatch(/; \d+ retr(y|ies) \(\d+ x 429\)/);
			expect(hints[0]).toMatch(/; waited .* for the server \(Retry-After\)/);
			expectAtLeast(2 * CONCURRENCY, counts.refused);
		}),
	);
}
