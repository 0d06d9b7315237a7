import { basename } from 'node:path';
import { runProgram } from './lib/main.ts';
import { PlainError } from './lib/PlainError.ts';
import { showProgress } from './lib/progress.ts';
import { formatTable } from './lib/table.ts';
import { outputItems, taskOf } from './n8n/ExecutionResult.ts';
import type { ExecutionResult } from './n8n/ExecutionResult.ts';
import { createInstance } from './n8n/instance.ts';
import type { RunningN8n } from './n8n/RunningN8n.ts';
import type { Workflow } from './n8n/Workflow.ts';
import { FLAGSHIP, readExample } from './sample/examples.ts';
import { findFaults, measure } from './sample/measure.ts';
import type { Measurement } from './sample/measure.ts';
import { SampleApi } from './sample/SampleApi.ts';
import { oneAtATime, requestNodeOf, withBuiltInNode } from './sample/variants.ts';

const ITEMS = 1000;
/** One at a time takes most of a minute; a slow machine gets more. */
const PATIENCE_MS = 600_000;

/**
 * Shows the node at work in a real n8n: the sample workflow, and beside it the same requests by
 * the built-in node, all at once and one at a time. Fails if our node breaks its promises.
 */
async function demo(): Promise<void> {
	const instance = await createInstance({ name: 'demo' });
	const { packed, runtime } = instance;
	console.log(
		`Packed ${basename(packed.path)} (${packed.files.length} files), installed in n8n ${runtime.version}.`,
	);

	const api = await SampleApi.start();
	console.log(
		`The sample API is on ${api.origin}. It responds after 20 to 60 ms, to one request in 97 after ` +
			'300 ms, and fails 3 of 1,000.',
	);
	const starting = showProgress('Starting n8n', () => Promise.resolve('10 to 20 s'));
	const n8n = await instance.start().finally(starting.stop);
	starting.done('n8n is up');

	const workflow = await readExample(FLAGSHIP, api.origin);
	const node = requestNodeOf(workflow);
	const limit = Number(node.parameters.maxConcurrency);
	const run = (title: string, variant: Workflow) => runVariant(n8n, api, title, variant, node.name);

	console.log(`\nWorkflow "${workflow.name}": ${count(ITEMS)} items in.`);
	const ours = await run(`Concurrent HTTP Request, ${limit} at a time`, workflow);
	const builtIn = await run('HTTP Request', withBuiltInNode(workflow));
	const loop = await run('HTTP Request in a loop, one at a time', oneAtATime(workflow));

	console.log(`\n${formatTable([heading, row(ours), row(builtIn), row(loop)])}\n`);
	const faults = findFaults(ours, limit);
	if (faults.length > 0) throw new PlainError(`The demo failed:\n${faults.join('\n')}`);
	reportNextNode(ours.result);
	const [hint] = taskOf(ours.result, node.name).hints ?? [];
	if (hint) console.log(`The node's summary: ${hint.message}`);
	console.log(conclusion(ours, builtIn, loop, limit));
	await n8n.stop();
}

interface Variant extends Measurement {
	title: string;
	result: ExecutionResult;
}

async function runVariant(
	n8n: RunningN8n,
	api: SampleApi,
	title: string,
	workflow: Workflow,
	node: string,
): Promise<Variant> {
	await api.resetStats();
	const sending = showProgress(title, async () => {
		const { requests } = await api.stats();
		return `${count(requests)} of ${count(ITEMS)} requests`;
	});
	const result = await n8n.runWorkflow(workflow, PATIENCE_MS).finally(sending.stop);
	return { title, result, ...measure(result, node, ITEMS, await api.stats()) };
}

const heading = ['', 'items in', 'responses', 'errors', 'time', 'most in flight', 'connections'];

function row(variant: Variant): string[] {
	const { title, itemsIn, answered, failed, mostInFlight, connections } = variant;
	const items = [itemsIn, answered.length, failed.length].map(count);
	return [title, ...items, seconds(variant), count(mostInFlight), count(connections)];
}

/** The responses went on to a node that adds them up. */
function reportNextNode(result: ExecutionResult): void {
	const cities = outputItems(result, 'Customers by City').map(
		({ json }) => `${String(json.city)} ${String(json.count_id)}`,
	);
	console.log(`The next node counted customers by city: ${cities.join(', ')}.`);
}

function conclusion(ours: Variant, builtIn: Variant, loop: Variant, limit: number): string {
	const times = (other: Variant) => `${(other.time / ours.time).toFixed(1)} times as long`;
	return (
		`The node kept its limit of ${limit} in flight, on ${count(ours.connections)} connections. ` +
		`HTTP Request had up to ${count(builtIn.mostInFlight)} in flight on ${count(builtIn.connections)} ` +
		`connections and took ${times(builtIn)}; one at a time took ${times(loop)}.`
	);
}

function count(value: number): string {
	return value.toLocaleString('en');
}

function seconds({ time }: Measurement): string {
	return `${(time / 1000).toFixed(1)} s`;
}

await runProgram(demo);
