import { join } from 'node:path';

import type { ModelEvaluation } from '../../../support/servers/evaluateModels.ts';
import { hardModels, serverModels } from '../../../support/servers/models.ts';
import { evaluateInProcess } from '../../../support/servers/simulationProcess.ts';

/** Several courses of chance: no figure below is that of a lucky one. */
const SEEDS = Array.from({ length: 20 }, (_, index) => index + 1);

/** Courses of chance in which a figure may be missed, where chance rules. */
const EXCEPTIONS = 1;

/** Milliseconds; it takes a few seconds on a machine with nothing else to do. */
const TIME_LIMIT = 600_000;

const folder = join(__dirname, '../../../support/servers');
let models: ModelEvaluation[];
beforeAll(async () => {
	models = await evaluateInProcess(folder, SEEDS);
}, TIME_LIMIT);

const resultsOf = (name: string) => models.find((model) => model.name === name)!.evaluations;

/** The figures of all seeds but the worst ones. */
function allBut(exceptions: number, figures: readonly number[], worst: 'least' | 'most'): number[] {
	const sorted = figures.toSorted((one, other) => (worst === 'least' ? one - other : other - one));
	return sorted.slice(exceptions);
}

describe.each(serverModels.map(({ title, name }) => [title, name]))('%s', (_title, name) => {
	it('has at least 90 % of the throughput of the best fixed concurrency', () => {
		const all = resultsOf(name).map(({ throughput }) => throughput);
		expect(Math.min(...allBut(EXCEPTIONS, all, 'least'))).toBeGreaterThanOrEqual(0.9);
		expect(Math.min(...all)).toBeGreaterThan(0.85);
	});

	it('has at most 2 % refused after the first 5 s', () => {
		for (const { refused } of resultsOf(name)) expect(refused).toBeLessThanOrEqual(0.02);
	});

	it('oscillates by no more than a fifth once settled', () => {
		const all = resultsOf(name).map(({ oscillation }) => Math.max(...oscillation));
		expect(Math.max(...allBut(EXCEPTIONS, all, 'most'))).toBeLessThanOrEqual(0.205);
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

it('tells random refusals from those that depend on what it sends', () => {
	expect(hardModels.map(({ name }) => name)).toEqual(
		expect.arrayContaining(['flaky', 'unavailable']),
	);
	const flaky = resultsOf('flaky').map(({ throughput }) => throughput);
	expect(Math.min(...allBut(EXCEPTIONS, flaky, 'least'))).toBeGreaterThanOrEqual(0.9);
	const unavailable = resultsOf('unavailable').map(({ throughput }) => throughput);
	expect(Math.min(...allBut(EXCEPTIONS, unavailable, 'least'))).toBeGreaterThan(0.6);
});

it('sees more capacity also where latencies are all chance', () => {
	const all = resultsOf('doubledExponential').map(({ throughput }) => throughput);
	expect(Math.min(...allBut(EXCEPTIONS, all, 'least'))).toBeGreaterThanOrEqual(0.9);
});
