import { Agent, createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type {
	Ask,
	Limit,
	Outcome,
} from '../../../nodes/ConcurrentHttpRequest/engine/admission/Limit.ts';
import { systemClock } from '../../../nodes/ConcurrentHttpRequest/engine/Clock.ts';
import type { ServerModel } from './ServerModel.ts';

export interface RealRun {
	/** Counted by the server. */
	readonly accepted: number;
	readonly refused: number;
	/** Of those, what was refused in the second half of the time. */
	readonly refusedLate: number;
	readonly acceptedLate: number;
}

/**
 * Serves a model in real time on a real HTTP server, and sends it requests on real sockets for a
 * while, as fast as a limit admits them.
 *
 * @param duration milliseconds
 */
export async function runReal(
	model: ServerModel,
	limit: Limit<void>,
	duration: number,
): Promise<RealRun> {
	const simulated = model.start({ clock: systemClock, random: Math.random });
	const counts = { accepted: 0, refused: 0, refusedLate: 0, acceptedLate: 0 };
	const startedAt = performance.now();
	const server = createServer((_request, response) => {
		simulated.request(({ kind }) => {
			const isLate = performance.now() - startedAt > duration / 2;
			if (kind === 'refused') counts.refused++;
			else counts.accepted++;
			if (isLate) counts[kind === 'refused' ? 'refusedLate' : 'acceptedLate']++;
			response.writeHead(kind === 'refused' ? 429 : 200).end('{}');
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	const agent = new Agent({ keepAlive: true });
	const ask: Ask = { origin: `http://127.0.0.1:${port}` };
	let isOver = false;
	let inFlight = 0;
	let endWaiting = () => {};

	const send = (): void => {
		const sentAt = performance.now();
		inFlight++;
		limit.take(ask, sentAt);
		const land = (kind: Outcome['kind']): void => {
			const now = performance.now();
			inFlight--;
			limit.release?.(ask, { kind, latency: now - sentAt }, now, undefined);
			sendAll();
		};
		get(ask.origin, { agent }, (response) => {
			response
				.resume()
				.once('end', () => land(response.statusCode === 429 ? 'refused' : 'success'));
		}).once('error', () => land('refused'));
	};
	const sendAll = (): void => {
		endWaiting();
		while (!isOver) {
			const now = performance.now();
			const at = limit.availableAt(ask, now);
			if (at > now) {
				if (at < Infinity) endWaiting = systemClock.at(at, sendAll);
				return;
			}
			send();
		}
	};
	sendAll();
	await sleep(duration);
	isOver = true;
	endWaiting();
	while (inFlight > 0) await sleep(5);
	agent.destroy();
	await new Promise<void>((resolve) => server.close(() => resolve()));
	return counts;
}
