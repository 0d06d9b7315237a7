import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '../../scripts/lib/main.ts';
import { markdownTable } from '../../scripts/lib/table.ts';
import { PlainError } from '../../scripts/lib/PlainError.ts';
import { projectFolder } from '../../scripts/paths.ts';
import type { ModelEvaluation } from '../../test/support/servers/evaluateModels.ts';
import { evaluateInProcess } from '../../test/support/servers/simulationProcess.ts';
import { drawPlots } from './plot.ts';

/** Courses of chance; the table says the median and the worst of them. */
const SEEDS = Array.from({ length: 40 }, (_, index) => index + 1);

const page = join(projectFolder, 'docs', 'adaptive.md');
const images = join(projectFolder, 'docs', 'images');

const TABLE = /(<!-- table: npm run bench:adaptive -->\n)[^]*?(<!-- end of table -->)/;

/** Models whose refusals depend on what they get. */
const refusing = [
	'bucket',
	'bucketRetryAfter',
	'fastBucket',
	'capped',
	'capChanges',
	'flaky',
	'unavailable',
];

/**
 * Simulates the adaptive concurrency on all server models in virtual time, and writes the table and
 * the pictures of docs/adaptive.md. It takes about half a minute.
 */
async function adaptive(): Promise<void> {
	const models = await evaluateInProcess(join(projectFolder, 'test', 'support', 'servers'), SEEDS);
	const table = makeTable(models);
	console.log(table);
	const text = await readFile(page, 'utf8');
	if (!TABLE.test(text)) throw new PlainError(`No place for the table in ${page}`);
	await writeFile(page, text.replace(TABLE, `$1\n${table}\n\n$2`));
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
		'oscillation',
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
			atLeast(
				0.9,
				evaluations.map(({ throughput }) => throughput),
			),
			atMost(
				0.02,
				evaluations.map(({ refused }) => refused),
			),
			atMost(
				// One part in five, but for rounding.
				0.205,
				evaluations.map(({ oscillation }) => Math.max(...oscillation)),
			),
			recoveryTimes(recoveries),
		];
	});
	return markdownTable([heading, ...rows]);
}

function atLeast(bound: number, shares: readonly number[]): string {
	return describe(percentOf(shares), shares, Math.min(...shares), (share) => share >= bound);
}

function atMost(bound: number, shares: readonly number[]): string {
	const worst = Math.max(...shares);
	if (worst === 0) return '0';
	return describe(percentOf(shares), shares, worst, (share) => share <= bound);
}

/** Three seconds or 200 requests, whichever is later. */
function recoveryTimes(
	recoveries: ReadonlyArray<{ readonly seconds: number; readonly requests: number }>,
): string {
	if (recoveries.length === 0) return '';
	const times = recoveries.map(({ seconds, requests }) => (requests <= 200 ? 0 : seconds));
	return describe(
		(time) => `${time.toFixed(1)} s`,
		times,
		Math.max(...times),
		(time) => time <= 3,
	);
}

/** The median, and the worst in brackets; then how many keep the bound, if not all do. */
function describe(
	format: (value: number) => string,
	values: readonly number[],
	worst: number,
	isKept: (value: number) => boolean,
): string {
	const kept = Math.floor((100 * values.filter(isKept).length) / values.length);
	const share = kept === 100 ? '' : `; ${kept} % keep it`;
	return `${format(middle(values))} (${format(worst)}${share})`;
}

function percentOf(shares: readonly number[]): (share: number) => string {
	const digits = Math.max(...shares) < 0.1 ? 1 : 0;
	return (share) => (share === 0 ? '0' : `${(100 * share).toFixed(digits)} %`);
}

function middle(values: readonly number[]): number {
	return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}

await runProgram(adaptive);
