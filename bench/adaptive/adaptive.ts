import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '../../scripts/lib/main.ts';
import { markdownTable } from '../../scripts/lib/table.ts';
import { PlainError } from '../../scripts/lib/PlainError.ts';
import { projectFolder } from '../../scripts/paths.ts';
import type { ModelEvaluation, ModelSet } from '../../test/support/servers/evaluateModels.ts';
import { evaluateInProcess } from '../../test/support/servers/simulationProcess.ts';
import { drawPlots } from './plot.ts';

/** Courses of chance; the tables say the median and the worst of them. */
const SEEDS = Array.from({ length: 40 }, (_, index) => index + 1);

/** Others, that no constant was tuned on. */
const HELD_OUT_SEEDS = SEEDS.map((seed) => 2000 + seed);

const page = join(projectFolder, 'docs', 'adaptive.md');
const images = join(projectFolder, 'docs', 'images');

/** Where the table of one set of models belongs. */
const placeOf = (set: ModelSet) =>
	new RegExp(`(<!-- table: npm run bench:adaptive, ${set} -->\\n)[^]*?(<!-- end of table -->)`);

/** Models whose refusals depend on what they get. */
const refusing = [
	'bucket',
	'bucketRetryAfter',
	'fastBucket',
	'capped',
	'capChanges',
	'flaky',
	'unavailable',
	'outage',
	'slowBucket',
	'queueFull',
	'capHalved',
];

/**
 * Simulates the adaptive concurrency on all server models in virtual time, and writes the tables
 * and the pictures of docs/adaptive.md. It takes about a minute.
 */
async function adaptive(): Promise<void> {
	const folder = join(projectFolder, 'test', 'support', 'servers');
	const models = await evaluateInProcess(folder, 'tuned', SEEDS);
	const heldOut = await evaluateInProcess(folder, 'heldOut', HELD_OUT_SEEDS);
	let text = await readFile(page, 'utf8');
	for (const [set, evaluated] of [
		['tuned', models],
		['heldOut', heldOut],
	] as const) {
		const table = makeTable(evaluated);
		console.log(table);
		const place = placeOf(set);
		if (!place.test(text)) throw new PlainError(`No place for the table ${set} in ${page}`);
		text = text.replace(place, `$1\n${table}\n\n$2`);
	}
	await writeFile(page, text);
	await mkdir(images, { recursive: true });
	const isRefusing = ({ name }: ModelEvaluation) => refusing.includes(name);
	await writeFile(
		join(images, 'adaptive-capacity.svg'),
		drawPlots(
			'Servers that just get slower',
			models.filter((model) => !isRefusing(model)),
		),
	);
	await writeFile(
		join(images, 'adaptive-refusals.svg'),
		drawPlots('Servers that refuse', models.filter(isRefusing)),
	);
}

function makeTable(models: readonly ModelEvaluation[]): string {
	const heading = [
		'Server',
		'best fixed',
		'settled at',
		'throughput of the best',
		'refused after 5 s',
		'latency',
		'recovery',
	];
	const rows = models.map(({ title, best, evaluations, changesAt }) => {
		const recoveries = evaluations.flatMap(({ recovery }) => recovery ?? []);
		const settled = evaluations.map(({ settledAt }) => settledAt);
		const first = middle(settled.map(([before]) => before ?? 0));
		const last = middle(settled.map((each) => each.at(-1) ?? 0));
		return [
			title,
			String(best.concurrency),
			changesAt === undefined ? String(last) : `${first}, ${last}`,
			shares(evaluations.map(({ throughput }) => throughput)),
			shares(
				evaluations.map(({ refused }) => refused),
				'most',
			),
			times(
				'x',
				evaluations.map(({ latency }) => latency),
			),
			recoveryTimes(recoveries),
		];
	});
	return markdownTable([heading, ...rows]);
}

/** The median, and the worst in brackets. */
function shares(values: readonly number[], worst: 'least' | 'most' = 'least'): string {
	const last = worst === 'least' ? Math.min(...values) : Math.max(...values);
	if (worst === 'most' && last === 0) return '0';
	const digits = Math.max(...values) < 0.1 ? 1 : 0;
	const percent = (share: number) => `${(100 * share).toFixed(digits)} %`;
	return `${percent(middle(values))} (${percent(last)})`;
}

function times(unit: string, values: readonly number[]): string {
	return `${middle(values).toFixed(1)} ${unit} (${Math.max(...values).toFixed(1)} ${unit})`;
}

/** Seconds; none where it took no more than 200 requests. */
function recoveryTimes(
	recoveries: ReadonlyArray<{ readonly seconds: number; readonly requests: number }>,
): string {
	if (recoveries.length === 0) return '';
	return times(
		's',
		recoveries.map(({ seconds, requests }) => (requests <= 200 ? 0 : seconds)),
	);
}

function middle(values: readonly number[]): number {
	return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}

await runProgram(adaptive);
