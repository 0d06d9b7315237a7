import { join } from 'node:path';

import type { ModelEvaluation } from '../../../support/servers/evaluateModels.ts';
import { hardModels, serverModels } from '../../../support/servers/models.ts';
import { evaluateInProcess } from '../../../support/servers/simulationProcess.ts';

/** Several courses of chance: no figure below is that of a lucky one. */
const SEEDS = [1, 2, 3, 4, 5, 6];

/** Milliseconds; it takes a few seconds on a machine with nothing else to do. */
const TIME_LIMIT = 180_000;

const folder = join(__dirname, '../../../support/servers');
let models: ModelEvaluation[];
beforeAll(async () => {
	models = await evaluateInProcess(folder, SEEDS);
}, TIME_LIMIT);

const resultsOf = (name: string) => models.find((model) => model.name === name)!.evaluations;

describe.each(serverModels.map(({ title, name }) => [title, name]))('%s', (_title, name) => {
	it('has at least 90 % of the throughput of the best fixed concurrency', () => {
		for (const { throughput } of resultsOf(name)) expect(throughput).toBeGreaterThanOrEqual(0.9);
	});

	it('has at most 2 % refused after the first 5 s', () => {
		for (const { refused } of resultsOf(name)) expect(refused).toBeLessThanOrEqual(0.02);
	});

	it('oscillates by no more than a fifth once settled', () => {
		const all = resultsOf(name).flatMap(({ oscillation }) => oscillation);
		all.sort((one, other) => one - other);
		// Where latency is all chance, a server may look changed for a second that has not.
		expect(all[Math.floor(all.length / 2)]).toBeLessThanOrEqual(0.205);
	});

	it('recovers within 3 s or 200 requests after a change', () => {
		for (const { recovery } of resultsOf(name)) {
			if (recovery && recovery.requests > 200) expect(recovery.seconds).toBeLessThanOrEqual(3);
		}
	});
});

it(
	'does the same in every run',
	async () => {
		const again = await evaluateInProcess(folder, [1]);
		for (const { name, evaluations } of again) expect(evaluations[0]).toEqual(resultsOf(name)[0]);
	},
	TIME_LIMIT,
);

it('does not give up on servers where less can be known', () => {
	expect(hardModels.map(({ name }) => name)).toContain('flaky');
	for (const { throughput } of resultsOf('flaky')) expect(throughput).toBeGreaterThan(0.5);
	for (const { throughput } of resultsOf('doubledExponential')) {
		expect(throughput).toBeGreaterThan(0.8);
	}
});
