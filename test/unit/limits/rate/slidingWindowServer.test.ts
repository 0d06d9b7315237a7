import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import Pool from 'undici/lib/dispatcher/pool.js';

import { Admission } from '../../../../nodes/ConcurrentHttpRequest/limits/admission/Admission';
import { ConcurrencyLimit } from '../../../../nodes/ConcurrentHttpRequest/limits/concurrency/ConcurrencyLimit';
import { systemClock } from '../../../../nodes/ConcurrentHttpRequest/common/Clock';
import { RateBudget } from '../../../../nodes/ConcurrentHttpRequest/limits/rate/RateBudget';
import { expectAtLeast, inThreeTries } from '../../../support/inThreeTries';

const AMOUNT = 150;
/** Milliseconds: 1 % of it is more than a machine usually stalls. */
const INTERVAL = 6000;
const REQUESTS = 3 * AMOUNT;

/** Milliseconds that a turn of the event loop takes at most on a machine that is not overloaded. */
const TURN = 20;

/** A server that admits so many requests in any window, by its own clock, and refuses the rest. */
async function startServer() {
	const admitted: number[] = [];
	/** When each request came, by its path. */
	const arrivedAt = new Map<string, number>();
	let refused = 0;
	const server = createServer((request, response) => {
		if (request.url === '/uncounted') return void response.end();
		const now = performance.now();
		arrivedAt.set(request.url ?? '', now);
		const isFull = admitted.length >= AMOUNT && admitted.at(-AMOUNT)! > now - INTERVAL;
		if (isFull) refused++;
		else admitted.push(now);
		const answer = () => response.writeHead(isFull ? 429 : 200).end();
		setTimeout(answer, admitted.length % 5);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	return {
		origin: `http://127.0.0.1:${port}`,
		admitted,
		arrivedAt,
		refused: () => refused,
		close: () => new Promise((resolve) => server.close(resolve)),
	};
}

async function fillTheWindows(): Promise<void> {
	const server = await startServer();
	const pool = new Pool(server.origin, { connections: 50 });
	const admission = new Admission({
		limits: [new ConcurrencyLimit(50), new RateBudget({ amount: AMOUNT, interval: INTERVAL })],
		clock: systemClock,
	});

	const request = async (path: string, onSent: () => void): Promise<void> => {
		await new Promise<void>((resolve, reject) =>
			pool.dispatch(
				{ path, method: 'GET' },
				{
					onRequestStart: onSent,
					onResponseStart() {},
					onResponseData() {},
					onResponseEnd: () => resolve(),
					onResponseError: (_controller, error) => reject(error),
				},
			),
		);
	};
	const sentAt = new Map<string, number>();
	const send = async (id: number): Promise<void> => {
		const permit = await admission.acquire({ origin: server.origin });
		const path = `/${id}`;
		await request(path, () => {
			sentAt.set(path, performance.now());
			permit.sent?.();
		});
		permit.release({ kind: 'ok', latency: systemClock.now() - permit.admittedAt });
	};
	const stalls = monitorEventLoopDelay({ resolution: 5 });
	stalls.enable();
	try {
		// What is slow at first, in this process and in this server, is not what is tested.
		await Promise.all(Array.from({ length: 500 }, () => request('/uncounted', () => {})));
		await Promise.all(Array.from({ length: REQUESTS }, (_, id) => send(id)));
	} finally {
		stalls.disable();
		admission.abort(new Error('over'));
		await pool.close();
		await server.close();
	}

	if (server.refused() > 0) {
		// It holds for a way to the server of 1 % of an interval at most. A machine that stalls while a
		// request is on its way has made it longer.
		const ways = [...sentAt].map(([path, time]) => server.arrivedAt.get(path)! - time);
		expectAtLeast(INTERVAL / 100, Math.max(...ways));
	}
	expect(server.refused()).toBe(0);
	expect(server.admitted).toHaveLength(REQUESTS);
	// How long it took, by the server's clock, until each place was taken again: an interval at best.
	const { admitted } = server;
	const until = admitted.slice(AMOUNT).map((time, index) => time - admitted[index]!);
	const average = until.reduce((sum, time) => sum + time, 0) / until.length;
	// Where it makes every tenth turn of the event loop late, the machine takes more than the rest.
	const isStalled = stalls.percentile(90) / 1e6 > TURN;
	expectAtLeast(INTERVAL / average, isStalled ? 0.9 : 0.97);
}

it(
	'a real server that counts sliding windows refuses nothing, and 97 % of each is used',
	inThreeTries(fillTheWindows),
);
