import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { projectFolder } from '../../../scripts/paths.ts';

interface Workflow {
	jobs: Record<string, { 'timeout-minutes': number; steps: Array<{ run?: string }> }>;
}

const read = async (file: string) => await readFile(join(projectFolder, file), 'utf8');

it.each(['ci', 'publish'])('gives .ci/run the time of all its sections (%s)', async (name) => {
	const sections = [...(await read('.ci/run')).matchAll(/^section (\d+) '/gm)];
	const minutes = sections.reduce((sum, [, limit]) => sum + Number(limit), 0);
	expect(sections.length).toBeGreaterThan(5);

	const { jobs } = parse(await read(`.github/workflows/${name}.yml`)) as Workflow;
	const [job] = Object.values(jobs);
	expect(job?.steps).toContainEqual({ run: '.ci/run' });
	expect(job?.['timeout-minutes']).toBeGreaterThanOrEqual(minutes);
});
