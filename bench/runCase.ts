import { showProgress } from '../scripts/lib/progress.ts';
import type { Case } from './Case.ts';
import type { N8nUnderTest } from './n8n/N8nUnderTest.ts';
import type { Options } from './Options.ts';
import type { Load, Peer } from './peers/Peer.ts';
import type { CaseResult } from './report/Results.ts';
import { summarizeCase } from './report/summarize.ts';
import type { PeerRuns } from './report/summarize.ts';
import type { BenchServer } from './server/BenchServer.ts';

/** Requests. Until all of a program's busy parts are compiled to machine code takes thousands. */
const WARM_UP = 3000;
const QUICK_WARM_UP = 50;

export interface Bench {
	server: BenchServer;
	n8n: N8nUnderTest;
	peers: Peer[];
	options: Options;
}

/**
 * Lets the clients take turns: A B C, A B C, so that what changes on the machine in the meantime
 * changes for all. A client that has died does not get another turn.
 */
export async function runCase(case_: Case, bench: Bench): Promise<CaseResult> {
	const { server, n8n, peers, options } = bench;
	const items = options.quick ? case_.quickItems : case_.items;
	const entrants = peers
		.filter(({ name }) => case_.peers.includes(name))
		.filter(({ name }) => options.clients?.includes(name) ?? true)
		.map((peer): PeerRuns => ({ peer, runs: [] }));
	for (let round = 1; round <= options.runs; round++) {
		for (const { peer, runs } of entrants) {
			if (runs.some(({ died }) => died !== undefined)) continue;
			if (case_.warmUp === 0 || (case_.freshN8n && !options.quick)) await n8n.stop();
			const load: Load = {
				case: case_,
				items: Math.ceil(items * peer.share),
				warmUp: case_.warmUp ?? (options.quick ? QUICK_WARM_UP : WARM_UP),
				server,
			};
			const progress = showProgress(
				`${case_.name}, run ${round} of ${options.runs}: ${peer.title(case_.concurrency)}`,
				async () => `${(await server.counts()).requests} requests`,
			);
			runs.push(await peer.run(load).finally(progress.stop));
		}
	}
	return summarizeCase(case_, items, entrants);
}
