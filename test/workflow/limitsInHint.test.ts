import type { INodeParameters } from 'n8n-workflow';

import type { RouteHandler } from '../support/TestServer.ts';
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

interface Case {
	readonly name: string;
	/** What the hint says of it. */
	readonly says: RegExp;
	readonly options?: INodeParameters;
	readonly parameters?: INodeParameters;
	readonly items?: number;
	/** Answers the request of this number, from 1; `/delay` of so many milliseconds without it. */
	readonly answer?: (number: number) => RouteHandler;
	readonly delay?: number;
	/** Runs at the same time. */
	readonly runs?: number;
}

const ok: RouteHandler = (_request, response) => {
	response.setHeader('content-type', 'application/json').end('{}');
};
const status =
	(code: number, headers: Record<string, string> = {}): RouteHandler =>
	(_request, response) => {
		response.writeHead(code, headers).end();
	};

/** Allows so many in a second that begins with the first request after the last. */
function perSecond(count: number): () => RouteHandler {
	let end = -Infinity;
	let used = 0;
	return () => {
		const now = performance.now();
		if (now >= end) {
			end = now + 1000;
			used = 0;
		}
		return used++ < count ? ok : status(429, { 'retry-after': '1' });
	};
}

const WAITED = String.raw`\. Waited [\d.]+ (m?s|min)( \d+ s)? for `;
const rateLimit = (limit: INodeParameters) => ({ rateLimits: { limits: [limit] } });

it.each<Case>([
	{
		name: 'a rate limit',
		parameters: rateLimit({ amount: 2, interval: 700, intervalUnit: 'ms' }),
		says: new RegExp(`${WAITED}the limit of 2 requests every 700 ms`),
	},
	{
		name: 'a rate limit by cost',
		parameters: rateLimit({
			...{ amount: 2, interval: 700, intervalUnit: 'ms', counts: 'cost', cost: 1 },
		}),
		says: new RegExp(`${WAITED}the limit of 2 \\w+ every 700 ms`),
	},
	{
		name: 'Max Concurrency per Host',
		options: { maxConcurrencyPerHost: 1 },
		delay: 300,
		says: new RegExp(`${WAITED}Max Concurrency per Host`),
	},
	{
		name: 'a concurrency that is shared',
		options: { limitScope: 'name', limitName: 'a test of the hint: concurrency' },
		parameters: { maxConcurrency: 1 },
		delay: 300,
		runs: 2,
		items: 3,
		says: new RegExp(`${WAITED}other runs that share its concurrency`),
	},
	{
		name: 'a rate limit that is shared',
		parameters: rateLimit({ amount: 2, interval: 700, intervalUnit: 'ms' }),
		options: { limitScope: 'name', limitName: 'a test of the hint: rate' },
		says: new RegExp(`${WAITED}the limit of 2 requests every 700 ms`),
	},
	{
		name: 'the pauses between batches',
		options: { batching: { batch: { batchSize: 2, batchInterval: 600 } } },
		says: new RegExp(`${WAITED}the pauses of 600 ms between batches of 2`),
	},
	{
		name: 'a server that asks to wait, and the retries',
		answer: (number) => (number === 1 ? status(429, { 'retry-after': '1' }) : ok),
		says: new RegExp(`\\. 1 retry \\(1 x 429\\)${WAITED}the server \\(Retry-After\\)`),
	},
	{
		name: 'a server that says what is left',
		answer: (number) => (request, response) => {
			response.setHeader('x-ratelimit-limit', '2');
			response.setHeader('x-ratelimit-remaining', String(Math.max(0, 2 - number)));
			response.setHeader('x-ratelimit-reset', '1');
			ok(request, response);
		},
		parameters: { maxConcurrency: 1 },
		items: 4,
		says: new RegExp(`${WAITED}the server's rate limit, stated in its headers`),
	},
	{
		name: 'a quota that was learned',
		answer: perSecond(10),
		items: 40,
		says: new RegExp(`${WAITED}the server's rate limit, learned from its refusals`),
	},
	{
		name: 'the circuit breaker',
		parameters: { maxConcurrency: 1 },
		answer: (number) => (number <= 5 ? status(500) : ok),
		options: {
			circuitBreaker: {
				circuitBreaker: { failureShare: 50, minimumRequests: 5, openFor: 0.7, whenOpen: 'wait' },
			},
		},
		items: 8,
		says: new RegExp(
			`\\. The circuit breaker opened once${WAITED}the circuit breaker, after too many failures`,
		),
	},
	{
		name: 'the option Stop After',
		answer: () => status(500),
		parameters: { maxConcurrency: 1 },
		options: { stopAfter: { stopAfter: { after: 'failedItems', failedItems: 3 } } },
		says: /3 items failed \(3 x 500\)\. 3 items were not tried\. Stopped after 3 of 3 items had failed/,
	},
	{
		name: 'the retry budget',
		answer: () => status(500),
		parameters: {
			retry: { retry: { settings: { retriesPer100: 0, firstWait: 0.001, longestWait: 0.005 } } },
		},
		items: 60,
		says: /\. \d+ retries \(\d+ x 500\)\. \d+ more retries were not made, because/,
	},
	{
		name: 'the adaptive concurrency',
		parameters: { concurrencyMode: 'adaptive' },
		delay: 1,
		items: 30,
		says: /\. Adaptive concurrency (settled at|was at|went up to its Max Concurrency of) \d+/,
	},
])('the hint tells of $name', async (each) => {
	const { answer, delay, options = {}, parameters = {}, items = 6, runs = 1, says } = each;
	let number = 0;
	if (answer) server.route('/limited', (request, response) => answer(++number)(request, response));
	const url = answer ? '/limited' : `/delay?ms=${delay ?? 0}`;
	const ran = await Promise.all(
		Array.from({ length: runs }, () =>
			sendItems(
				{ url: server.origin + url, maxConcurrency: 5, ...parameters, options },
				{ items: numbered(items), onError: 'continueRegularOutput' },
			),
		),
	);
	expect(ran.map(({ hints }) => hints[0]).join('\n')).toMatch(says);
});
