import type { AdaptiveLimit } from '../../../nodes/ConcurrentHttpRequest/limits/adaptive/AdaptiveLimit.ts';
import type {
	AdmissionRequest,
	Limit,
	Outcome,
} from '../../../nodes/ConcurrentHttpRequest/limits/Limit.ts';
import { seededRandom } from './random.ts';
import type { ServerModel } from './ServerModel.ts';
import { SimulationClock } from './SimulationClock.ts';

const ask: AdmissionRequest = { origin: 'https://api.example.com' };

/** What happened in one stretch of a simulation. */
export interface Slice {
	/** Requests of each kind that ended in it. */
	accepted: number;
	refused: number;
	/** Milliseconds that the accepted ones took, together. */
	latency: number;
	/** Where the limit stands at its end, if it is an adaptive one. */
	limit: number;
}

export interface Simulation {
	readonly slices: Slice[];
	/** Milliseconds. */
	readonly sliceLength: number;
}

export interface SimulationOptions {
	/** Milliseconds. */
	readonly duration: number;
	readonly seed: number;
}

/** Milliseconds. */
const SLICE = 100;

/**
 * Sends requests to a simulated server for a while, as fast as a limit admits them. There is always
 * work left, and what was refused is sent again at once, unless the server said when to come back:
 * then everything waits, as it does in the node.
 */
export function simulate(
	model: ServerModel,
	limit: Limit<void> & Partial<Pick<AdaptiveLimit, 'settledAt'>>,
	{ duration, seed }: SimulationOptions,
): Simulation {
	const clock = new SimulationClock();
	const server = model.start({ clock, random: seededRandom(seed) });
	const slices: Slice[] = [];
	const sliceNow = (): Slice => {
		const index = Math.floor(clock.now() / SLICE);
		return (slices[index] ??= { accepted: 0, refused: 0, latency: 0, limit: 0 });
	};
	let pausedUntil = 0;
	let wakeUpAt = Infinity;
	let endWaiting = () => {};

	const send = (): void => {
		const startedAt = clock.now();
		limit.take(ask, startedAt);
		server.request(({ kind, retryAfter }) => {
			const now = clock.now();
			const outcome: Outcome = { kind, latency: now - startedAt };
			const slice = sliceNow();
			if (kind === 'overloaded') {
				slice.refused++;
			} else {
				slice.accepted++;
				slice.latency += outcome.latency;
			}
			if (retryAfter !== undefined) pausedUntil = Math.max(pausedUntil, now + retryAfter);
			limit.release?.(ask, outcome, now, undefined);
			sendAll();
		});
	};
	const sendAll = (): void => {
		for (;;) {
			const now = clock.now();
			const at = Math.max(limit.availableAt(ask, now), pausedUntil);
			if (at <= now) {
				send();
				continue;
			}
			if (at !== wakeUpAt) {
				endWaiting();
				wakeUpAt = at;
				if (at < Infinity) {
					endWaiting = clock.at(at, () => {
						wakeUpAt = Infinity;
						sendAll();
					});
				}
			}
			return;
		}
	};
	limit.onChange?.(sendAll);
	clock.at(0, sendAll);
	for (let time = SLICE; time <= duration; time += SLICE) {
		// The last slice ends before the next one begins.
		clock.runUntil(time - 1e-6);
		sliceNow().limit = limit.settledAt?.(ask.origin) ?? 0;
	}
	return { slices, sliceLength: SLICE };
}
