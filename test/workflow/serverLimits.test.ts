import { setTimeout } from 'node:timers/promises';

import { type RouteHandler, TestServer } from '../support/TestServer.ts';
import { numbered } from '../support/workflow/runWorkflow.ts';
import { sendItems, type SendOptions } from '../support/workflow/sendItems.ts';

const ITEMS = 4;
const HOUR = 3600;

let server: TestServer;

beforeEach(async () => {
	server = await TestServer.start();
});

afterEach(async () => {
	await server.close();
});

const ok: RouteHandler = (_request, response) => {
	response.setHeader('content-type', 'application/json').end('{}');
};
const refused =
	(seconds: number): RouteHandler =>
	(_request, response) => {
		response.writeHead(429, { 'retry-after': String(seconds) }).end();
	};

interface Sending extends SendOptions {
	readonly concurrency: number;
	/** How the first request of the first item is answered; all others are accepted. */
	readonly first: RouteHandler;
	readonly obeys: boolean;
}

async function send({ concurrency, first, obeys, ...options }: Sending) {
	const times: number[] = [];
	let isFirst = true;
	server.route('/limited', (request, response) => {
		times.push(performance.now());
		if (request.url.endsWith('=0') && isFirst) {
			isFirst = false;
			first(request, response);
		} else {
			// The first response comes before these, whatever the order of the requests.
			void setTimeout(50).then(() => ok(request, response));
		}
	});
	const result = await sendItems(
		{
			url: `=${server.origin}/limited?id={{ $json.id }}`,
			maxConcurrency: concurrency,
			options: obeys ? {} : { obeyServerLimits: false },
		},
		{ items: numbered(ITEMS), onError: 'continueErrorOutput', ...options },
	);
	return { ...result, sent: times.length, after: times.map((time) => time - times[0]!) };
}

describe('Obey Server Limits', () => {
	/** Longer than an item may wait, so that a run that obeys it ends at once. */
	const usedUp: RouteHandler = (request, response) => {
		response.setHeader('x-ratelimit-remaining', '0').setHeader('x-ratelimit-reset', String(HOUR));
		ok(request, response);
	};

	it.each([
		['Retry-After', refused(HOUR), { sent: 1, failed: 4 }, { sent: 4, failed: 1 }],
		['headers that say what is left', usedUp, { sent: 1, failed: 3 }, { sent: 4, failed: 0 }],
	])('on, obeys %s; off, it sends everything', async (_what, first, on, off) => {
		const obeying = await send({ concurrency: 1, first, obeys: true });
		expect({ sent: obeying.sent, failed: obeying.errors.length }).toEqual(on);
		expect(JSON.stringify(obeying.errors.at(-1)?.json)).toContain('the server asks to wait');
		await server.close();
		server = await TestServer.start();
		const sending = await send({ concurrency: 1, first, obeys: false });
		expect({ sent: sending.sent, failed: sending.errors.length }).toEqual(off);
	});

	it.each([
		['on, holds all other requests back for the Retry-After of one', true, { sent: 2, failed: 3 }],
		['off, holds no other request back', false, { sent: ITEMS, failed: 1 }],
	])('%s', async (_name, obeys, expected) => {
		/** Refuses once the second request is in flight. */
		const first: RouteHandler = (request, response) => {
			void server
				.waitFor(({ requests }) => requests.length === 2)
				.then(() => refused(HOUR)(request, response));
		};
		const { sent, errors } = await send({ concurrency: 2, first, obeys });
		expect({ sent, failed: errors.length }).toEqual(expected);
	});

	it('off, lets the request that is tried again wait for its own Retry-After', async () => {
		const run = await send({ concurrency: 2, first: refused(1), obeys: false });
		expect(run.sent).toBe(ITEMS + 1);
		expect(run.errors).toEqual([]);
		expect(run.after.at(-1)).toBeGreaterThan(900);
		expect(run.hints.join()).not.toContain('for the server (Retry-After)');
	});
});
