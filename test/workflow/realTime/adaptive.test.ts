/**
 * Adaptive concurrency on real sockets, by real clocks. How well it does is for the simulations of
 * test/unit/limits/adaptive.
 */
import { realModels } from '../../support/servers/models.ts';
import { serveModel } from '../../support/servers/serveModel.ts';
import { numbered } from '../../support/workflow/runWorkflow.ts';
import { sendItems } from '../../support/workflow/sendItems.ts';

const ITEMS = 400;

/** As many retries as requests: on a busy machine the algorithm learns late. */
const settings = { firstWait: 0.01, longestWait: 0.2, retriesPer100: 100 };

it.each(realModels.map((model) => [model.title, model] as const))(
	'gets every item from a server with adaptive concurrency: %s',
	async (_title, model) => {
		const server = await serveModel(model);
		const { items, error, hints } = await sendItems(
			{
				url: `=${server.origin}/?id={{ $json.id }}`,
				concurrencyMode: 'adaptive',
				adaptiveMaxConcurrency: 50,
				retry: { retry: { maxTries: 20, settings } },
			},
			{ items: numbered(ITEMS) },
		);
		await server.close();
		expect(error).toBeUndefined();
		expect(items).toHaveLength(ITEMS);
		const refused = server.served.filter(({ isRefused }) => isRefused).length;
		expect(server.served).toHaveLength(ITEMS + refused);
		// With 50 in flight all the time, either kind of limit would refuse several times as many.
		expect(refused).toBeLessThan(ITEMS);
		// Where it ends depends on how busy the machine is.
		expect(hints[0]).toMatch(/\. Adaptive concurrency (settled at|was at|went up to its Max) /);
	},
);
