import { Agent, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type {
	AdmissionRequest,
	Limit,
	Outcome,
} from '../../../nodes/ConcurrentHttpRequest/limits/Limit.ts';
import { systemClock } from '../../../nodes/ConcurrentHttpRequest/common/Clock.ts';
import { serveModel } from './serveModel.ts';
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
	const server = await serveModel(model);
	const agent = new Agent({ keepAlive: true });
	const ask: AdmissionRequest = { origin: server.origin };
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
			response.resume().once('end', () => land(response.statusCode === 429 ? 'overloaded' : 'ok'));
		}).once('error', () => land('overloaded'));
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
	await server.close();
	const count = (isRefused: boolean, from: number) =>
		server.served.filter((each) => each.isRefused === isRefused && each.time >= from).length;
	return {
		accepted: count(false, 0),
		refused: count(true, 0),
		acceptedLate: count(false, duration / 2),
		refusedLate: count(true, duration / 2),
	};
}
