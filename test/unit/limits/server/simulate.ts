import { TransportFailure } from '../../../../nodes/ConcurrentHttpRequest/transport/TransportFailure.ts';
import { heavyTailed, TIMEOUT } from '../../../support/heavyTail.ts';
import { seededRandom } from '../../../support/servers/random.ts';
import { VirtualClock } from '../../../support/VirtualClock.ts';
import type { Limit } from '../../../../nodes/ConcurrentHttpRequest/limits/Limit.ts';
import { RetryAfterGate } from '../../../../nodes/ConcurrentHttpRequest/limits/server/RetryAfterGate.ts';
import { ServerLimits } from '../../../../nodes/ConcurrentHttpRequest/limits/server/ServerLimits.ts';
import {
	type StartedRequest,
	StartedRequests,
} from '../../../../nodes/ConcurrentHttpRequest/limits/server/StartedRequests.ts';
import { DEFAULT_RETRY_BUDGET } from '../../../../nodes/ConcurrentHttpRequest/client/retry/RetryBudget.ts';
import type { Send } from '../../../../nodes/ConcurrentHttpRequest/client/Send.ts';
import { chainOf, responseTo } from '../../client/chain.ts';
import { requestTo } from '../../transport/requestTo.ts';
import type { QuotaServer } from './quotaServers.ts';
import { TestAdmission } from './TestAdmission.ts';

const EPOCH = Date.UTC(2026, 0, 31);

export interface Simulation {
	readonly items: number;
	readonly concurrency: number;
	readonly server: QuotaServer;
	/** Limits beside those that learn from the server. */
	readonly limits?: readonly Limit[];
	/** Obeys Retry-After and nothing else. */
	readonly withoutEstimate?: boolean;
	readonly seed?: number;
	/** How long a refusal takes on the server, as a share of what a real answer takes. */
	readonly refusalTime?: number;
	/**
	 * How long accepted requests take: `even` is 60 to 140 ms; `heavy-tailed` has p50 60 ms and p99 10 s,
	 * and some never end until their time-out.
	 */
	readonly latency?: 'even' | 'heavy-tailed';
}

export interface Simulated {
	readonly succeeded: number;
	/** Items that ran into their time-out. */
	readonly timedOut: number;
	readonly refusals: number;
	/** Those more than a second after the first. */
	readonly laterRefusals: number;
	/** When the last item ended; milliseconds. */
	readonly duration: number;
	/** When each request was accepted. */
	readonly accepted: readonly number[];
}

/** A limit that obeys Retry-After and nothing else. */
function gateAlone(): Limit<StartedRequest> {
	const requests = new StartedRequests(() => {});
	const gate = new RetryAfterGate(requests);
	return {
		perOrigin: true,
		availableAt: (_request, now) => gate.availableAt(now),
		take: (_request, now) => requests.start(now, 0),
		release: (_request, outcome, now, request) => {
			requests.end(request, now);
			gate.end(request, outcome);
		},
	};
}

/** A run against a server with a quota: 60 to 140 ms there and back, refusals in 20 to 60 ms. */
export async function simulate(simulation: Simulation): Promise<Simulated> {
	const { items, server } = simulation;
	const clock = new VirtualClock();
	const random = seededRandom(simulation.seed ?? 4);
	// Retries and new items wait side by side, as many as in a run of the node.
	const waiting = 1000;
	const ofServer = simulation.withoutEstimate ? gateAlone() : new ServerLimits();
	const limits = [ofServer, ...(simulation.limits ?? [])];
	const refused: number[] = [];
	const accepted: number[] = [];
	const exchange: Send<unknown> = async (request, call) => {
		call.onSent?.();
		await clock.sleep(10 + 20 * random());
		const { status, headers } = server.answer(clock.now());
		if (status === 429) refused.push(clock.now());
		else accepted.push(clock.now());
		const date = new Date(EPOCH + clock.now()).toUTCString();
		const working = 40 * (status === 429 ? (simulation.refusalTime ?? 0) : 1);
		if (status !== 429 && simulation.latency === 'heavy-tailed') {
			const latency = heavyTailed(random());
			await clock.sleep(Math.min(latency, TIMEOUT));
			if (latency > TIMEOUT) throw new TransportFailure('timeout', 'No complete response in time');
		} else {
			await clock.sleep(10 + working + (status === 429 ? 20 : 60) * random());
		}
		return responseTo(request, status, { date, ...headers });
	};
	const send = chainOf(exchange, {
		admission: new TestAdmission(clock, simulation.concurrency, limits),
		clock,
		random,
		budget: DEFAULT_RETRY_BUDGET,
		wallClock: () => EPOCH + clock.now(),
	});
	let next = 0;
	let succeeded = 0;
	let timedOut = 0;
	const worker = async () => {
		while (next < items) {
			next++;
			const request = requestTo('https://api.example.com/', { method: 'POST' });
			try {
				if ((await send(request)).statusCode === 200) succeeded++;
			} catch {
				timedOut++;
			}
		}
	};
	const workers = Array.from({ length: simulation.concurrency + waiting }, worker);
	await clock.run(Promise.all(workers));
	const later = refused.filter((time) => time > refused[0]! + 1000);
	return {
		succeeded,
		timedOut,
		accepted,
		duration: clock.now(),
		refusals: refused.length,
		laterRefusals: later.length,
	};
}
