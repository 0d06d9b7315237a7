import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Workflow } from '../n8n/Workflow.ts';
import { examplesFolder } from '../paths.ts';
import { EXAMPLE_ORIGIN } from './SampleApi.ts';

/** The one to begin with, which the README shows. */
export const FLAGSHIP = '1000-requests.json';

/** Stands in the examples that need https, for a server of the user's own. */
const SECURE_ORIGIN = 'https://intranet.example.com';

/**
 * One of the workflows in examples/.
 * @param origin where the sample API is to be called, or a server with https in its place
 */
export async function readExample(file: string, origin = EXAMPLE_ORIGIN): Promise<Workflow> {
	const text = (await readFile(join(examplesFolder, file), 'utf8')).replaceAll(
		EXAMPLE_ORIGIN,
		origin,
	);
	const isSecure = origin.startsWith('https:');
	return JSON.parse(isSecure ? text.replaceAll(SECURE_ORIGIN, origin) : text) as Workflow;
}

/** Names of the files in examples/. */
export async function listExamples(): Promise<string[]> {
	return (await readdir(examplesFolder)).filter((name) => name.endsWith('.json')).sort();
}
