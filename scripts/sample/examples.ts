import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Workflow } from '../n8n/Workflow.ts';
import { examplesFolder } from '../paths.ts';
import { EXAMPLE_ORIGIN } from './SampleApi.ts';

/**
 * One of the workflows in examples/.
 * @param origin where the sample API is to be called
 */
export async function readExample(file: string, origin = EXAMPLE_ORIGIN): Promise<Workflow> {
	const text = await readFile(join(examplesFolder, file), 'utf8');
	return JSON.parse(text.replaceAll(EXAMPLE_ORIGIN, origin)) as Workflow;
}

/** Names of the files in examples/. */
export async function listExamples(): Promise<string[]> {
	return (await readdir(examplesFolder)).filter((name) => name.endsWith('.json')).sort();
}
