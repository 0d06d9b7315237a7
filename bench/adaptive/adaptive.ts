import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '../../scripts/lib/main.ts';
import { PlainError } from '../../scripts/lib/PlainError.ts';
import { projectFolder } from '../../scripts/paths.ts';
import type { ModelEvaluation } from '../../test/support/servers/evaluateModels.ts';
import { evaluateInProcess } from '../../test/support/servers/simulationProcess.ts';
import { drawPlots } from './plot.ts';

/** Courses of chance; the table says the median and the worst of them. */
const SEEDS = Array.from({ length: 12 }, (_, index) => index + 1);

const page = join(projectFolder, 'docs', 'adaptive.md');
const images = join(projectFolder, 'docs', 'images');

const TABLE = /(<!-- table: npm run bench:adaptive -->\n)[^]*(<!-- end of table -->)/;

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
			range(
				evaluations.map(({ throughput }) => throughput),
				'least',
			),
			range(
				evaluations.map(({ refused }) => refused),
				'most',
			),
			range(
				evaluations.flatMap(({ oscillation }) => oscillation),
				'most',
			),
			recoveries.length === 0
				? ''
				: `${middle(recoveries.map(({ seconds }) => seconds)).toFixed(1)} s (${Math.max(...recoveries.map(({ seconds }) => seconds)).toFixed(1)} s)`,
		];
	});
	return [heading, heading.map((_, index) => (index === 0 ? '---' : '--:')), ...rows]
		.map((cells) => `| ${cells.join(' | ')} |`)
		.join('\n');
}

/** The median, and the worst in brackets, in percent. */
function range(shares: readonly number[], worst: 'least' | 'most'): string {
	const digits = Math.max(...shares) < 0.1 ? 1 : 0;
	const percent = (share: number) => `${(100 * share).toFixed(digits)} %`;
	const extreme = worst === 'least' ? Math.min(...shares) : Math.max(...shares);
	return extreme === 0 ? '0' : `${percent(middle(shares))} (${percent(extreme)})`;
}

function middle(values: readonly number[]): number {
	return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}

await runProgram(adaptive);
