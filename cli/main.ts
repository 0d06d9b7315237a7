#!/usr/bin/env node
import { readFile, writeFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';

import { convertWorkflows, NotAWorkflow } from './convert/convertWorkflows';
import { describeConversion } from './convert/describeConversion';

const USAGE = `Moves the nodes of a workflow from HTTP Request to Concurrent HTTP Request.

  npx n8n-nodes-concurrent-http convert workflow.json > converted.json

  workflow.json         a workflow, or a list of workflows, as n8n exports them; - for standard input
  --output FILE         writes there, and not to standard output
  --back                moves from Concurrent HTTP Request to HTTP Request

What was converted, and what could not be, is said on standard error.
Exit code: 0 if all was converted, 2 if some nodes were left as they were, 1 if nothing was written.`;

/** Exit codes. */
const DONE = 0;
const FAILED = 1;
const SOME_LEFT = 2;

async function run(args: string[]): Promise<number> {
	const { values, positionals } = parseArgs({
		args,
		allowPositionals: true,
		options: {
			back: { type: 'boolean', default: false },
			output: { type: 'string' },
			help: { type: 'boolean', default: false },
		},
	});
	if (values.help) {
		console.log(USAGE);
		return DONE;
	}
	const [command, file, ...more] = positionals;
	if (command !== 'convert' || file === undefined || more.length > 0) {
		console.error(USAGE);
		return FAILED;
	}
	const json = file === '-' ? await text(process.stdin) : await readFile(file, 'utf8');
	const conversion = convertWorkflows(json, values.back ? 'back' : 'here');
	if (values.output === undefined) process.stdout.write(conversion.text);
	else await writeFile(values.output, conversion.text);
	for (const line of describeConversion(conversion)) console.error(line);
	return conversion.left.length > 0 ? SOME_LEFT : DONE;
}

void run(process.argv.slice(2)).then(
	(code) => (process.exitCode = code),
	(error: unknown) => {
		const message = error instanceof Error ? error.message : String(error);
		console.error(error instanceof NotAWorkflow ? `This is no workflow: ${message}.` : message);
		process.exitCode = FAILED;
	},
);
