import { n8nEgressPolicy } from '../../nodes/ConcurrentHttpRequest/egress/n8nEgressPolicy.ts';
import { DEFAULT_RETRY_BUDGET } from '../../nodes/ConcurrentHttpRequest/client/retry/RetryBudget.ts';
import { RETRY_WHEN_ASKED } from '../../nodes/ConcurrentHttpRequest/client/retry/RetryPolicy.ts';
import { runConcurrently } from '../../nodes/ConcurrentHttpRequest/runConcurrently.ts';
import type { RunSettings } from '../../nodes/ConcurrentHttpRequest/client/Client.ts';
import { Client } from '../../nodes/ConcurrentHttpRequest/client/Client.ts';
import { slowRealModels } from '../../test/support/servers/models.ts';
import type { ServerModel } from '../../test/support/servers/ServerModel.ts';
import { serveModel } from '../../test/support/servers/serveModel.ts';
import { requestTo } from '../../test/unit/transport/requestTo.ts';

/** Milliseconds at the start whose refusals are the price of finding out. */
const FIRST_SECONDS = 5000;

/** What the user would allow. */
const MAX_CONCURRENCY = 100;

/** The best concurrency is searched among these. */
const CANDIDATES = [8, 12, 16, 20, 24];

export interface RealRun {
	/** Requests accepted in the whole time. */
	readonly accepted: number;
	/** Share of the requests after the first 5 s that were refused. */
	readonly refused: number;
	/** The node's own words at the end of the run. */
	readonly summary: string;
}

export interface RealEvaluation {
	readonly title: string;
	readonly adaptive: RealRun;
	readonly fixed: ReadonlyArray<RealRun & { readonly concurrency: number }>;
}

/** Seconds of real time for each model. */
const SECONDS = 30;

/**
 * Sends requests with the node's own `Client` to a real HTTP server, for each model: adaptive, and
 * with each fixed concurrency. All runs of a model take place at the same time, each with a server of
 * its own, so that a busy machine is as busy for one as for the other.
 */
export async function evaluateReal(): Promise<RealEvaluation[]> {
	const evaluations: RealEvaluation[] = [];
	for (const model of slowRealModels) {
		const [adaptive, ...fixed] = await Promise.all([
			run(model, { mode: 'adaptive', max: MAX_CONCURRENCY }),
			...CANDIDATES.map((max) => run(model, { mode: 'fixed', max })),
		]);
		evaluations.push({
			title: model.title,
			adaptive,
			fixed: fixed.map((found, index) => ({ concurrency: CANDIDATES[index] ?? 0, ...found })),
		});
	}
	return evaluations;
}

async function run(model: ServerModel, concurrency: RunSettings['concurrency']): Promise<RealRun> {
	const server = await serveModel(model);
	const sender = new Client({
		settings: {
			concurrency,
			obeyServerLimits: true,
			retry: {
				rules: RETRY_WHEN_ASKED,
				budget: DEFAULT_RETRY_BUDGET,
				idempotencyHeader: undefined,
			},
			circuitBreaker: undefined,
			stopAfter: undefined,
		},
		limits: { rateLimits: [], shared: [] },
		egress: n8nEgressPolicy(undefined),
		redis: undefined,
	});
	const endsAt = performance.now() + 1000 * SECONDS;
	await runConcurrently({
		inputs: numbersUntil(endsAt),
		concurrency: concurrency.max,
		task: async (_, slot) => {
			await sender.send(requestTo(server.origin), { costs: [], slot });
		},
		// Those who wait for their turn when the time is over would be counted, too.
		isCancelled: () => performance.now() >= endsAt,
	});
	const summary = sender.summary();
	await sender.close();
	await server.close();
	const served = server.served.filter(({ time }) => time <= 1000 * SECONDS);
	const late = served.filter(({ time }) => time > FIRST_SECONDS);
	return {
		accepted: served.filter(({ isRefused }) => !isRefused).length,
		refused: late.filter(({ isRefused }) => isRefused).length / Math.max(1, late.length),
		summary,
	};
}

function* numbersUntil(time: number): Generator<number> {
	for (let number = 0; performance.now() < time; number++) yield number;
}
