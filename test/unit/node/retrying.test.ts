import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { attempt } from '../../../nodes/ConcurrentHttpRequest/attempt.ts';
import { systemClock } from '../../../nodes/ConcurrentHttpRequest/engine/Clock.ts';
import { HostPause } from '../../../nodes/ConcurrentHttpRequest/engine/retry/HostPause.ts';
import { LearnedQuota } from '../../../nodes/ConcurrentHttpRequest/engine/retry/LearnedQuota.ts';
import { Retrier } from '../../../nodes/ConcurrentHttpRequest/engine/retry/Retrier.ts';
import { ONLY_WHEN_ASKED } from '../../../nodes/ConcurrentHttpRequest/engine/retry/RetryPolicy.ts';
import { expectAtLeast, inThreeTries } from '../../support/inThreeTries.ts';
import { TestAdmission } from '../engine/retry/TestAdmission.ts';
import { requestTo } from '../transport/requestTo.ts';
import { closeTransports, newTransport } from '../transport/transports.ts';

const CONCURRENCY = 4;
const ITEMS = 40;
const LIMIT = 15;
let server: Server | undefined;

async function end(): Promise<void> {
	await closeTransports();
	if (server) await new Promise((resolve) => server?.close(resolve));
}

afterEach(end);

async function getEverything(): Promise<void> {
	let end = -Infinity;
	let used = 0;
	let refused = 0;
	server = createServer((_request, response) => {
		const now = performance.now();
		if (now >= end) {
			end = now + 1000;
			used = 0;
		}
		if (used++ < LIMIT) return void response.end('{}');
		refused++;
		response.writeHead(429, { 'Retry-After': '1' }).end();
	});
	await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
	const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

	const transport = newTransport({ connectionsPerOrigin: CONCURRENCY });
	const pause = new HostPause();
	const learned = new LearnedQuota(pause);
	const retrier = new Retrier({
		admission: new TestAdmission(systemClock, CONCURRENCY, [pause, learned]),
		clock: systemClock,
		random: Math.random,
		observers: [pause.observe, learned.observe],
		pause,
	});
	const send = async (item: number) =>
		await retrier.run({
			ask: { origin },
			method: 'POST',
			hasIdempotencyKey: false,
			rules: ONLY_WHEN_ASKED,
			attempt: () =>
				attempt(transport.send(requestTo(`${origin}/${item}`, { method: 'POST' })), () => ({
					now: systemClock.now(),
					wallClock: Date.now(),
				})),
		});
	const settled = await Promise.all(Array.from({ length: ITEMS }, (_, item) => send(item)));
	const succeeded = settled.filter(({ value }) => value.response?.statusCode === 200);
	expect(succeeded).toHaveLength(ITEMS);
	// The first wall is met by all that are under way; after it the quota is known.
	expect(refused).toBeGreaterThan(0);
	expectAtLeast(CONCURRENCY + 2, refused);
}

it(
	'gets everything from a real server that allows 15 requests a second',
	inThreeTries(getEverything, end),
);
