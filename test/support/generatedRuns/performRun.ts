import { VirtualNetwork } from '../virtual/VirtualNetwork.ts';
import { passTimeUntil, settle } from '../virtual/virtualTime.ts';
import { seededRandom } from '../servers/random.ts';
import { sendItems, type SendResult } from '../workflow/sendItems.ts';
import { parametersOf, type RunSpec, urlOf } from './RunSpec.ts';
import { ScriptedServers, type SeenRequest } from './ScriptedServers.ts';

/** What came of a run, and what the servers saw of it. */
export interface PerformedRun {
	readonly result: SendResult;
	readonly seen: readonly SeenRequest[];
	readonly servers: ScriptedServers;
	/** Milliseconds of the virtual clock. */
	readonly endedAt: number;
	/** When the Stop button was pressed, and how many requests had been seen by then. */
	readonly stopped: { readonly at: number; readonly seen: number } | undefined;
	/** What was left ten seconds after the run. */
	readonly left: { readonly sockets: number; readonly timers: number; readonly inFlight: number };
}

/** Milliseconds after which undici's own timers have stopped ticking. */
const TICKING = 10_000;

/** The network of the run that goes on: `jest.mock` reaches nothing else. */
export const current: { network: VirtualNetwork } = { network: new VirtualNetwork() };

/** To be called before time is virtual: n8n sets a timer of its own in its first run. */
export async function beginRuns(): Promise<void> {
	await sendItems({ url: 'no URL' });
}

/**
 * Performs a run in virtual time, on a network in memory. n8n's engine, the node and its HTTP client
 * are the real ones.
 */
export async function performRun(spec: RunSpec): Promise<PerformedRun> {
	const network = (current.network = new VirtualNetwork());
	const servers = new ScriptedServers(spec, network);
	const random = jest.spyOn(Math, 'random').mockImplementation(seededRandom(spec.seed));
	const stop = new AbortController();
	let stopped: PerformedRun['stopped'];
	const stopping =
		spec.stopAt === undefined
			? undefined
			: setTimeout(() => {
					stopped = { at: performance.now(), seen: servers.seen.length };
					stop.abort();
				}, spec.stopAt);
	try {
		const result = await passTimeUntil(
			sendItems(parametersOf(spec), {
				items: spec.items.map(({ host }, item) => ({
					json: { url: urlOf(host, `/item/${item}`) },
				})),
				onError: spec.onError,
				signal: stop.signal,
			}),
		);
		const endedAt = performance.now();
		clearTimeout(stopping);
		await settle();
		for (let passed = 0; passed < TICKING; passed += 500) {
			jest.advanceTimersByTime(500);
			await settle();
		}
		const left = {
			sockets: network.sockets.size,
			timers: jest.getTimerCount(),
			inFlight: servers.inFlight,
		};
		return { result, seen: servers.seen, servers, endedAt, stopped, left };
	} finally {
		clearTimeout(stopping);
		random.mockRestore();
	}
}
