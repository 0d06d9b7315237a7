import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { once } from 'node:events';
import { startChild } from '../lib/children.ts';
import { PlainError } from '../lib/PlainError.ts';
import { VERSION_VARIABLE } from '../n8n/runtime.ts';
import { localFolder, projectFolder } from '../paths.ts';
import { isRefused } from './versions.ts';

/** How one check ended. */
export interface Check {
	/** Such as `Credentials`. */
	group: string;
	name: string;
	/** `absent`: this n8n has not what it is about. */
	outcome: 'passed' | 'failed' | 'absent';
}

/** The part of jest's report (`--json`) that is used here. */
interface JestReport {
	testResults: Array<{
		/** Path of the file. */
		name: string;
		message: string;
		assertionResults: Array<{
			ancestorTitles: string[];
			title: string;
			status: string;
			failureMessages: string[];
		}>;
	}>;
}

/** How a check says that this n8n has not what it is about. */
const ABSENT = /^Error: This n8n has no /;

/**
 * Runs test/compat on a version of n8n, which is installed first unless it is there. Prints the
 * failures.
 *
 * @throws if the suite as a whole could not be run
 */
export async function runSuite(version: string): Promise<Check[]> {
	const reportFile = join(localFolder, `compat-${version}.json`);
	await rm(reportFile, { force: true });
	const child = startChild(
		process.execPath,
		[
			join(projectFolder, 'node_modules', 'jest', 'bin', 'jest.js'),
			...['--selectProjects', 'compat', '--json', '--outputFile', reportFile],
			// The checks of a version in which the node refuses to run are others.
			...[isRefused(version) ? '--testPathPatterns' : '--testPathIgnorePatterns', '/refusal\\.'],
		],
		{
			cwd: projectFolder,
			env: { ...process.env, [VERSION_VARIABLE]: version },
			// The report is in the file.
			stdio: ['ignore', 'ignore', 'inherit'],
		},
	);
	await once(child, 'exit');
	return await readChecks(reportFile).catch((error: unknown) => {
		throw new PlainError(`The checks did not run on n8n ${version}.`, { cause: error });
	});
}

/** @throws if a file of checks could not be run */
async function readChecks(reportFile: string): Promise<Check[]> {
	const { testResults } = JSON.parse(await readFile(reportFile, 'utf8')) as JestReport;
	for (const { message, assertionResults } of testResults) {
		if (assertionResults.length === 0) throw new PlainError(message);
	}
	return testResults
		.toSorted((one, other) => (one.name < other.name ? -1 : 1))
		.flatMap(({ assertionResults }) => assertionResults)
		.map(({ ancestorTitles, title, status, failureMessages }) => ({
			group: ancestorTitles.join(' '),
			name: title,
			outcome:
				status === 'passed'
					? 'passed'
					: failureMessages.some((message) => ABSENT.test(message))
						? 'absent'
						: 'failed',
		}));
}
