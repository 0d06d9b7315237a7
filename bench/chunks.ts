/**
 * How the time for an item develops in one long execution: 1,000,000 items through one node in Loop Over Items,
 * 10,000 at a time, against a server that responds at once. `node bench/chunks.ts [chunks]`
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { formatTable } from '../scripts/lib/table.ts';
import { runProgram } from '../scripts/lib/main.ts';
import type { Case } from './Case.ts';
import { N8nUnderTest } from './n8n/N8nUnderTest.ts';
import { looped, ourNode, type Setting } from './n8n/workflows.ts';
import { BenchServer } from './server/BenchServer.ts';

const CHUNK = 10_000;
const POLL_MS = 50;

/** Chunks in a row of the table. */
const ROW = 10;

const case_: Case = {
	name: 'chunks',
	protocol: 'http',
	latency: '0',
	size: '1k',
	expressions: 'simple',
	items: CHUNK,
	quickItems: CHUNK,
	concurrency: 50,
	peers: [],
};

async function chunks(): Promise<void> {
	const count = Number(process.argv[2] ?? 100);
	const n8n = await N8nUnderTest.create({ profile: false });
	const server = await BenchServer.start();
	const setting: Setting = { case: case_, origin: server.origins.http, items: count * CHUNK };
	const { parameters, ...node } = ourNode(setting);
	// n8n keeps what each iteration returned: small items, so that it is not n8n's memory that is measured.
	const output = { onlyFields: 'id' };
	const workflow = looped(setting, { ...node, parameters: { ...parameters, output } }, CHUNK);
	const ends: number[] = [];
	let isOver = false;
	const execution = n8n.execute(workflow).finally(() => (isOver = true));
	while (!isOver) {
		const { requests } = await server.counts();
		while (requests >= (ends.length + 1) * CHUNK) ends.push(performance.now());
		await sleep(POLL_MS);
	}
	const report = await execution;
	await n8n.stop();
	await server.stop();
	const rows = [];
	for (let first = 1; first + ROW <= ends.length; first += ROW) {
		const duration = (ends[first + ROW - 1] ?? 0) - (ends[first - 1] ?? 0);
		const microseconds = (duration * 1000) / (ROW * CHUNK);
		rows.push([`${first + 1} to ${first + ROW}`, microseconds.toFixed(1)]);
	}
	console.log(formatTable([['chunks', 'µs an item, the loop included'], ...rows]));
	console.log(`${report?.error ?? 'ended well'}; ${JSON.stringify(report?.reading)}`);
}

await runProgram(chunks);
