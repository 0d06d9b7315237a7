import { monitorEventLoopDelay } from 'node:perf_hooks';
import { AdaptiveLimit } from '../../../../nodes/ConcurrentHttpRequest/limits/adaptive/AdaptiveLimit.ts';
import { expectAtLeast, inThreeTries } from '../../../support/inThreeTries.ts';
import { FixedLimit } from '../../../support/servers/FixedLimit.ts';
import { realModels } from '../../../support/servers/models.ts';
import { runReal } from '../../../support/servers/realServer.ts';

/** Milliseconds of real time for each run. */
const DURATION = 8000;

/** Milliseconds until each of the models answers. */
const LATENCY = 20;

/** Few, of which one is best for each of the models. */
const CANDIDATES = [3, 8];

for (const model of realModels) {
	it(
		`a real server: ${model.title}`,
		inThreeTries(async () => {
			const adaptive = new AdaptiveLimit(50);
			const stalls = monitorEventLoopDelay({ resolution: 5 });
			stalls.enable();
			// All at the same time, so that a busy machine is as busy for one as for the other.
			const [found, ...fixed] = await Promise.all([
				runReal(model, adaptive, DURATION),
				...CANDIDATES.map((count) => runReal(model, new FixedLimit(count), DURATION)),
			]);
			stalls.disable();
			const best = Math.max(...fixed.map(({ accepted }) => accepted));
			const late = found.refusedLate + found.acceptedLate;
			// The simulations ask for 90 %; here three runs share the machine. Where it makes every tenth turn
			// of the event loop take longer than an answer, latencies tell of it and not of the server.
			const isStalled = stalls.percentile(90) / 1e6 > LATENCY;
			expectAtLeast(found.accepted, (isStalled ? 0.3 : 0.8) * best);
			expectAtLeast(Math.max(3, 0.03 * late), found.refusedLate);
		}),
	);
}
