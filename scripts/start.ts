import { join } from 'node:path';
import { hashOf, readIfThere, writeWhole } from './lib/files.ts';
import { runProgram } from './lib/main.ts';
import { PlainError } from './lib/PlainError.ts';
import { firstFreePort, isFree } from './lib/ports.ts';
import { showProgress } from './lib/progress.ts';
import { createInstance } from './n8n/instance.ts';
import { owner } from './n8n/RestApi.ts';
import type { RunningN8n } from './n8n/RunningN8n.ts';
import { FLAGSHIP, listExamples, readExample } from './sample/examples.ts';
import { EXAMPLE_ORIGIN, SampleApi } from './sample/SampleApi.ts';

const N8N_PORT = 5678;

/** n8n with its editor, this package, the example workflows and the API they call, until Ctrl-C. */
async function start(): Promise<void> {
	const instance = await createInstance({ name: 'start' });
	const port = await firstFreePort(N8N_PORT);
	const starting = showProgress('Starting n8n', () => Promise.resolve('10 to 20 s'));
	const n8n = await instance.start({ port }).finally(starting.stop);
	starting.done(`n8n ${instance.runtime.version} is up`);
	const api = await startSampleApi();
	const flagship = await importExamples(n8n, join(instance.folder, 'imported-examples.json'));

	console.log(
		[
			'',
			`  Open         http://localhost:${port}/workflow/${flagship}`,
			`  and press    Execute workflow`,
			'',
			`  Login:       ${owner.email}`,
			`  Password:    ${owner.password}`,
			`  Examples:    http://localhost:${port}/home/workflows`,
			`  Sample API:  ${api ? `${EXAMPLE_ORIGIN}/customers?id=7` : 'not running'}`,
			`  Log of n8n:  ${join(instance.folder, 'n8n.log')}`,
			'',
			'Press Ctrl-C to stop.',
		].join('\n'),
	);
	const code = await n8n.ended;
	throw new PlainError(
		`n8n ended by itself (exit code ${code ?? 'none'}):\n${n8n.log.slice(-2000)}`,
	);
}

/** On the port that the examples are written for, or not at all. */
async function startSampleApi(): Promise<SampleApi | undefined> {
	const port = Number(new URL(EXAMPLE_ORIGIN).port);
	if (await isFree(port)) return await SampleApi.start(port);
	console.error(
		`Port ${port} is taken, so the sample API is not running: the example workflows call whatever is there.`,
	);
	return undefined;
}

/**
 * Imports each example once. One that is changed or deleted in n8n stays so, until its file in
 * examples/ changes.
 * @param record file that remembers which version of each was imported
 * @returns the id of the one to begin with, which is the first in the editor's list
 */
async function importExamples(n8n: RunningN8n, record: string): Promise<string> {
	const imported = JSON.parse((await readIfThere(record)) ?? '{}') as Record<string, string>;
	for (const file of await listExamples()) {
		const workflow = await readExample(file);
		const hash = hashOf(JSON.stringify(workflow));
		if (imported[file] === hash) continue;
		if (workflow.id && (await n8n.hasWorkflow(workflow.id))) await n8n.deleteWorkflow(workflow.id);
		await n8n.createWorkflow(workflow);
		imported[file] = hash;
		console.log(`Imported workflow "${workflow.name}"`);
	}
	await writeWhole(record, JSON.stringify(imported));
	const { id = '' } = await readExample(FLAGSHIP);
	if (await n8n.hasWorkflow(id)) await n8n.touchWorkflow(id);
	return id;
}

await runProgram(start, { runsUntilInterrupted: true });
