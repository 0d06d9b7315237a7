import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runProgram } from '../../scripts/lib/main.ts';
import { markdownTable } from '../../scripts/lib/table.ts';
import { PlainError } from '../../scripts/lib/PlainError.ts';
import { localFolder, projectFolder } from '../../scripts/paths.ts';
import { bundle } from '../bundle.ts';
import type { evaluateReal, RealEvaluation } from './realRuns.ts';

const page = join(projectFolder, 'docs', 'adaptive.md');

const TABLE = /(<!-- table: npm run bench:adaptive:real -->\n)[^]*?(<!-- end of table -->)/;

/**
 * Measures the adaptive concurrency on a real server, in real time, and writes the second table of
 * docs/adaptive.md. It takes about two minutes. The servers are slow, and have a few hundred requests a
 * second, so that a machine that does other work besides matters little.
 */
async function real(): Promise<void> {
	const outfile = await bundle(
		join(import.meta.dirname, 'realRuns.ts'),
		join(localFolder, 'bench', 'adaptive', 'realRuns.cjs'),
	);
	const runs = (await import(pathToFileURL(outfile).href)) as {
		evaluateReal: typeof evaluateReal;
	};
	const evaluations = await runs.evaluateReal();
	for (const { adaptive } of evaluations) console.log(adaptive.summary);
	const table = makeTable(evaluations);
	console.log(table);
	const text = await readFile(page, 'utf8');
	if (!TABLE.test(text)) throw new PlainError(`No place for the table in ${page}`);
	await writeFile(page, text.replace(TABLE, `$1\n${table}\n\n$2`));
}

function makeTable(evaluations: readonly RealEvaluation[]): string {
	const heading = [
		'Server',
		'best fixed',
		'settled at',
		'throughput of the best',
		'refused after 5 s',
	];
	const rows = evaluations.map(({ title, adaptive, fixed }) => {
		const most = Math.max(...fixed.map(({ accepted }) => accepted));
		// Of those that are as good but for chance, the least.
		const best = fixed.find(({ accepted }) => accepted >= 0.99 * most);
		const settled =
			/(?:settled at|was at|went up to its Max Concurrency of) ([\d.]+)/.exec(
				adaptive.summary,
			)?.[1] ?? '';
		return [
			title,
			String(best?.concurrency),
			settled,
			`${Math.round((100 * adaptive.accepted) / most)} %`,
			adaptive.refused === 0 ? '0' : `${(100 * adaptive.refused).toFixed(1)} %`,
		];
	});
	return markdownTable([heading, ...rows]);
}

await runProgram(real);
