import { AdaptiveConcurrency } from '../../../../nodes/ConcurrentHttpRequest/engine/adaptive/AdaptiveConcurrency.ts';
import { AdaptiveLimit } from '../../../../nodes/ConcurrentHttpRequest/engine/adaptive/AdaptiveLimit.ts';
import { FixedLimit } from '../../../support/servers/FixedLimit.ts';
import { realModels } from '../../../support/servers/models.ts';
import { runReal } from '../../../support/servers/realServer.ts';

/** Milliseconds of real time for each run. */
const DURATION = 8000;

/** Few, of which one is best for each of the models. */
const CANDIDATES = [3, 8];

// All at the same time, so that a busy machine is as busy for one as for the other.
it.each(realModels.map((model) => [model.title, model] as const))(
	'a real server: %s',
	async (_title, model) => {
		const adaptive = new AdaptiveLimit({ algorithm: () => new AdaptiveConcurrency(50) });
		const [found, ...fixed] = await Promise.all([
			runReal(model, adaptive, DURATION),
			...CANDIDATES.map((count) => runReal(model, new FixedLimit(count), DURATION)),
		]);
		const best = Math.max(...fixed.map(({ accepted }) => accepted));
		// The simulations ask for 90 %; a machine that does other work besides is allowed some of it.
		expect(found.accepted).toBeGreaterThan(0.8 * best);
		const late = found.refusedLate + found.acceptedLate;
		expect(found.refusedLate).toBeLessThanOrEqual(Math.max(3, 0.03 * late));
	},
	60_000,
);
