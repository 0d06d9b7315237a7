import { relative } from 'node:path';
import { PlainError } from '../scripts/lib/PlainError.ts';
import { runProgram } from '../scripts/lib/main.ts';
import { projectFolder } from '../scripts/paths.ts';
import { cases as allCases } from './cases.ts';
import { N8nUnderTest, profileFolder } from './n8n/N8nUnderTest.ts';
import { readOptions } from './Options.ts';
import { makePeers } from './peers/index.ts';
import { findAiohttp, undiciVersion } from './peers/versions.ts';
import { drawCharts } from './report/chart.ts';
import { profileTables } from './report/profile.ts';
import { describeMachine } from './report/machine.ts';
import type { CaseResult, Results } from './report/Results.ts';
import { caseTable, deaths, targetTable } from './report/tables.ts';
import { checkTargets } from './report/targets.ts';
import { localFiles, repositoryFiles, writeResults } from './report/files.ts';
import { measureResolver, resolverTable } from './resolver.ts';
import { runCase } from './runCase.ts';
import { BenchServer } from './server/BenchServer.ts';

/**
 * Compares the node with other ways to send the same requests: in one go, on one machine,
 * against one server.
 */
async function bench(): Promise<void> {
	const options = readOptions(process.argv.slice(2), allCases);
	const machine = describeMachine();
	const aiohttp = await findAiohttp();
	if (!aiohttp) {
		console.log('aiohttp is left out: there is none (Debian: apt-get install python3-aiohttp).');
	}
	const resolver = await measureResolver();
	const n8n = await N8nUnderTest.create(options);
	const server = await BenchServer.start();
	const peers = makePeers(n8n, aiohttp?.python).filter(
		({ name }) => aiohttp !== undefined || !name.startsWith('aiohttp'),
	);
	const versions = {
		node: process.versions.node,
		n8n: n8n.instance.runtime.version,
		package: n8n.instance.packed.hash.slice(0, 12),
		undici: undiciVersion(),
		aiohttp: aiohttp?.version ?? 'missing',
	};
	const { cpu, cores, memory } = machine;
	const summary = `${cpu}, ${cores} cores, ${memory} GiB, n8n ${versions.n8n}, Node ${versions.node}`;
	console.log(`${summary}; load before: ${machine.loadBefore}`);

	console.log(`\n${resolverTable(resolver)}`);

	const { quick, runs, isWhole } = options;
	const cases: CaseResult[] = [];
	const results = (): Results => ({
		date: new Date().toISOString(),
		quick,
		runs,
		machine,
		versions,
		targets: checkTargets(cases),
		resolver,
		cases,
	});
	for (const case_ of options.cases) {
		const result = await runCase(case_, { server, n8n, peers, options });
		console.log(`\n${caseTable(result)}`);
		for (const death of deaths(result)) console.log(death);
		cases.push(result);
		// Nothing of an hour's work is lost, whatever happens to the next case.
		await writeResults(results(), drawCharts(cases, 'Not finished.'), localFiles);
	}
	await n8n.stop();
	await server.stop();

	if (options.profile) console.log(await profileTables(profileFolder));
	console.log(`\n${targetTable(results().targets)}`);
	if (quick) console.log('\nA quick run has too few items for its figures to mean much.');
	const counted = `${quick ? 'A quick run' : `Medians of ${runs} runs`}. ${summary}.`;
	// Only the whole benchmark replaces what the repository shows.
	const files = isWhole ? repositoryFiles : localFiles;
	await writeResults(results(), drawCharts(cases, counted), files);
	const paths = [files.results, files.charts].map((path) => relative(projectFolder, path));
	console.log(`\nWritten: ${paths.join(', and charts in ')}`);
	assertOursWorked(cases);
}

/** However fast: what does not do its work is not measured. */
function assertOursWorked(results: CaseResult[]): void {
	const faults = results.flatMap(({ name, peers }) =>
		peers
			.filter((peer) => peer.name === 'ours')
			.filter(({ runs }) => runs.some(({ figures }) => figures?.failures !== 0))
			.map(({ died }) => `${name}: our node ${died ? `died: ${died}` : 'lost answers'}`),
	);
	if (faults.length > 0) throw new PlainError(faults.join('\n'));
}

await runProgram(bench);
