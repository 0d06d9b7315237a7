/** Every workflow in examples/, and what the docs promise of it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectFolder } from '../../scripts/paths.ts';
import { listExamples, readExample } from '../../scripts/sample/examples.ts';
import { checkedElsewhere, exampleChecks } from '../support/examples/checks/index.ts';
import { runExample } from '../support/examples/runExample.ts';

it.each(Object.entries(exampleChecks))('%s', async (file, check) => {
	await runExample(file, check);
});

it('leaves no example out', async () => {
	const checked = [...Object.keys(exampleChecks), ...Object.keys(checkedElsewhere)];
	expect(checked.sort()).toEqual(await listExamples());
});

it.each(Object.entries(checkedElsewhere))('%s is run by %s', async (file, test) => {
	expect(await readFile(join(projectFolder, test), 'utf8')).toContain(`'${file}'`);
});

it('has an id and a name of its own for each example', async () => {
	const examples = await Promise.all((await listExamples()).map((file) => readExample(file)));
	for (const key of ['id', 'name'] as const) {
		const values = examples.map((example) => example[key]);
		expect(values).toEqual([...new Set(values)]);
		expect(values).not.toContain(undefined);
	}
});
