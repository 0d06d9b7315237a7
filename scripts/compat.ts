import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runSuite } from './compat/runSuite.ts';
import type { Check } from './compat/runSuite.ts';
import { markdownTables, plainTable } from './compat/tables.ts';
import { VERSIONS } from './compat/versions.ts';
import { readIfThere, writeWhole } from './lib/files.ts';
import { runProgram } from './lib/main.ts';
import { npm } from './lib/npm.ts';
import { PlainError } from './lib/PlainError.ts';
import { logFolder, projectFolder } from './paths.ts';

/** Where a page of the documentation has the tables. */
const PLACE = /<!-- checks -->\n[^]*?<!-- end of checks -->/;

/**
 * Runs the checks of test/compat on versions of n8n, which stay installed in .n8n/versions, and
 * prints a row for each check and a column for each version.
 *
 *     npm run compat -- [VERSION | latest ...] [--output FILE] [--list]
 *
 * Without a version, on all that docs/versions.md has. `--output` writes the tables into the page,
 * or adds them to a file without a place for them. `--list` prints the versions as JSON, and `latest`.
 */
async function compat(): Promise<void> {
	const { values, positionals } = parseArgs({
		allowPositionals: true,
		options: { output: { type: 'string' }, list: { type: 'boolean', default: false } },
	});
	if (values.list) {
		console.log(JSON.stringify([...VERSIONS, 'latest']));
		return;
	}
	const results = new Map<string, Check[]>();
	for (const wanted of positionals.length > 0 ? positionals : VERSIONS) {
		const version = wanted === 'latest' ? await latestVersion() : wanted;
		if (!/^\d+\.\d+\.\d+$/.test(version))
			throw new PlainError(`"${version}" is no version of n8n.`);
		console.error(`\nn8n ${version}`);
		results.set(version, await runSuite(version));
	}
	console.log(`\n${plainTable(results)}`);
	if (values.output !== undefined) await write(values.output, markdownTables(results));
	const failed = [...results.values()].flat().filter(({ outcome }) => outcome === 'failed');
	if (failed.length > 0) throw new PlainError(`${failed.length} checks failed.`);
}

async function latestVersion(): Promise<string> {
	const log = join(logFolder, 'npm-view.log');
	return (await npm(['view', 'n8n', 'version'], { folder: projectFolder, log })).trim();
}

async function write(file: string, tables: string): Promise<void> {
	const text = (await readIfThere(file)) ?? '';
	if (!PLACE.test(text)) return await appendFile(file, `${tables}\n`);
	const place = `<!-- checks -->\n\n${tables}\n\n<!-- end of checks -->`;
	const page = text.replace(PLACE, () => place);
	// Not needed for --list, which works before the dependencies are installed.
	const { format, resolveConfig } = await import('prettier');
	await writeWhole(file, await format(page, { ...(await resolveConfig(file)), filepath: file }));
}

await runProgram(compat);
