import { runProgram } from '../scripts/lib/main.ts';
import { markdownTable } from '../scripts/lib/table.ts';
import type { PeerName } from './peers/Peer.ts';
import { readResults, repositoryFiles } from './report/files.ts';
import type { CaseResult, Results } from './report/Results.ts';
import { seconds } from './report/tables.ts';

/** The columns of the table, and who stands in it. */
const columns: Array<{ case: string; heading: string }> = [
	{ case: 'http', heading: '5,000 over HTTP' },
	{ case: 'https', heading: '5,000 over HTTPS' },
	{ case: 'everyday', heading: '5,000, everyday expressions' },
	{ case: 'everyday-https', heading: 'the same over HTTPS' },
	{ case: 'slow', heading: '1,000, responses after 200 ms' },
	{ case: 'tail', heading: '300, heavy-tailed' },
	{ case: 'instant-20k', heading: '20,000, responses at once' },
];
const rows: PeerName[] = [
	'ours',
	'httpRequest',
	'httpRequestBatched',
	'loopOverItems',
	'aiohttp',
	'aiohttpChunks',
	'undici',
];

/** Prints the table of docs/performance.md, from bench/results.json. */
async function readmeTable(): Promise<void> {
	const results = await readResults(repositoryFiles);
	const lines = rows.map((peer) => [titleOf(results, peer), ...columns.map(cellOf(results, peer))]);
	console.log(markdownTable([['', ...columns.map(({ heading }) => heading)], ...lines]));
}

function titleOf({ cases }: Results, name: PeerName): string {
	const found = cases.flatMap(({ peers }) => peers).find((peer) => peer.name === name);
	return found?.title ?? name;
}

function cellOf({ cases }: Results, name: PeerName): (column: { case: string }) => string {
	return (column) => {
		const found: CaseResult | undefined = cases.find((each) => each.name === column.case);
		const peer = found?.peers.find((each) => each.name === name);
		if (!peer) return '';
		return peer.median ? seconds(peer.median.time) : 'dies';
	};
}

await runProgram(readmeTable);
