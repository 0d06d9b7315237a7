/** A million requests in one real n8n, one in a hundred with a fault: nothing grows. */
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../scripts/lib/ports.ts';
import { createInstance } from '../../scripts/n8n/instance.ts';
import type { RunningN8n } from '../../scripts/n8n/RunningN8n.ts';
import { chain, node, OUR_TYPE } from '../n8n/support/workflows.ts';
import { faultOf, FaultyServers } from './support/FaultyServers.ts';

const HOURS = 3_600_000;
/** Items of one run; with redirects and retries there are some more requests. */
const ITEMS = Number(process.env.SOAK_ITEMS ?? 20_000);
const RUNS = Math.ceil(Number(process.env.SOAK_REQUESTS ?? 1_000_000) / ITEMS);
/** What is counted after this share of the runs must not grow any more. */
const WARM = Math.max(1, Math.ceil(RUNS / 10));
const ALLOWED_GROWTH = 1.1;
/** By how much a count may be higher by chance: n8n's own files and timers come and go. */
const COME_AND_GO = 5;
/** Milliseconds for which connections are kept after a run, and some more for what n8n ends later. */
const KEPT = 8000;

interface Counted {
	/** Bytes. */
	readonly heapUsed: number;
	readonly external: number;
	readonly rss: number;
	/** What keeps the event loop alive, by kind. */
	readonly resources: Readonly<Record<string, number>>;
	readonly listeners: number;
	/** Where they were asked for. */
	readonly objects?: Readonly<Record<string, number>>;
	readonly descriptors: number;
}

let servers: FaultyServers;
let n8n: RunningN8n;
let pid: number;
let webhook: string;
let probe: string;

beforeAll(async () => {
	servers = await FaultyServers.start();
	const name = 'soak';
	probe = join(import.meta.dirname, '../../.n8n/soak.json');
	const port = await freePort();
	const instance = await createInstance({
		name,
		fresh: true,
		env: {
			NODE_OPTIONS: `--require ${JSON.stringify(join(import.meta.dirname, 'support/probe.cjs'))}`,
			SOAK_PROBE: probe,
			EXECUTIONS_DATA_SAVE_ON_SUCCESS: 'none',
			EXECUTIONS_DATA_SAVE_ON_ERROR: 'none',
			N8N_PAYLOAD_SIZE_MAX: '64',
			WEBHOOK_URL: `http://127.0.0.1:${port}/`,
		},
	});
	n8n = await instance.start({ port });
	const running = JSON.parse(await readFile(join(instance.folder, 'running.json'), 'utf8')) as {
		pid: number;
	};
	pid = running.pid;
	const workflow = chain(
		[
			node(
				'Webhook',
				'n8n-nodes-base.webhook',
				{ httpMethod: 'POST', path: 'soak', responseMode: 'lastNode' },
				{ typeVersion: 2, webhookId: 'soak' },
			),
			node(
				'Requests',
				'n8n-nodes-base.splitOut',
				{ fieldToSplitOut: 'body.requests', options: {} },
				{ typeVersion: 1 },
			),
			node(
				'HTTP',
				OUR_TYPE,
				{
					url: '={{ $json.url }}',
					maxConcurrency: 100,
					retry: { retry: { settings: { firstWait: 0.1 } } },
					options: {
						timeout: '={{ $json.timeout }}',
						allowUnauthorizedCerts: true,
					},
					output: { summary: true },
				},
				{ typeVersion: 4.5, onError: 'continueRegularOutput' },
			),
			node('Summary', 'n8n-nodes-base.noOp'),
		],
		{ name: 'Soak' },
	);
	// The summary is the second output.
	const [toSummary = []] = workflow.connections.HTTP?.main ?? [];
	workflow.connections.HTTP = { main: [[], toSummary] };
	await n8n.activate(workflow);
	webhook = `${n8n.baseUrl}/webhook/soak`;
}, HOURS);

afterAll(async () => {
	await n8n?.stop();
	await servers?.close();
	for (const file of [probe, `${probe}.objects`]) await rm(file, { force: true });
});

interface Summary {
	readonly items: {
		readonly total: number;
		readonly succeeded: number;
		readonly failed: number;
		readonly notTried: number;
	};
	readonly requests: { readonly total: number; readonly mostInFlight: number };
}

async function performRun(first: number): Promise<Summary> {
	const requests = numbersFrom(first).map((number) => {
		const fault = faultOf(number);
		const isRude = fault && 'isRude' in fault;
		const origin = isRude ? servers.rudeOrigin : servers.origins[number % 3];
		const isSilent = fault?.name.startsWith('silent');
		// Long for those that are answered, because a busy machine must make none of them fail.
		return { url: `${origin}/${number}`, timeout: isSilent ? 2000 : 120_000 };
	});
	servers.reset();
	const headers = { 'content-type': 'application/json' };
	const body = JSON.stringify({ requests });
	const response = await fetch(webhook, { method: 'POST', headers, body });
	const text = await response.text();
	if (!response.ok) throw new Error(text);
	return JSON.parse(text) as Summary;
}

async function count(withObjects: boolean): Promise<Counted> {
	await rm(probe, { force: true });
	if (withObjects) await writeFile(`${probe}.objects`, '');
	else await rm(`${probe}.objects`, { force: true });
	await sleep(KEPT);
	process.kill(pid, 'SIGUSR2');
	for (let waited = 0; waited < 3000; waited++) {
		await sleep(100);
		const text = await readFile(probe, 'utf8').catch(() => undefined);
		if (text === undefined) continue;
		const descriptors = (await readdir(`/proc/${pid}/fd`)).length;
		return { ...(JSON.parse(text) as Omit<Counted, 'descriptors'>), descriptors };
	}
	throw new Error('n8n has not counted');
}

/** Megabytes, and counts. */
function lineOf({ heapUsed, external, rss, resources, listeners, objects, descriptors }: Counted) {
	const mega = (bytes: number) => Math.round(bytes / 1e5) / 10;
	const megabytes = { heap: mega(heapUsed), external: mega(external), rss: mega(rss) };
	return JSON.stringify({ ...megabytes, descriptors, listeners, ...objects, ...resources });
}

it(
	`sends ${RUNS} x ${ITEMS} requests and leaves nothing behind`,
	async () => {
		const counts: Counted[] = [];
		let requests = 0;
		for (let run = 1; run <= RUNS; run++) {
			const first = (run - 1) * ITEMS;
			const summary = await performRun(first);
			const failed = numbersFrom(first).filter((number) => faultOf(number)?.recovers === false);
			expect(summary.items).toEqual({
				total: ITEMS,
				succeeded: ITEMS - failed.length,
				failed: failed.length,
				notTried: 0,
			});
			expect(summary.requests.mostInFlight).toBeLessThanOrEqual(100);
			requests += servers.requests;
			const counted = await count(run === WARM || run === RUNS);
			counts.push(counted);
			process.stderr.write(`run ${run}, ${requests} requests: ${lineOf(counted)}\n`);
			expect(servers.openSockets).toBe(0);
		}
		const warm = counts.slice(0, WARM);
		const last = counts.slice(-Math.ceil(RUNS / 10));
		expect(mean(last.map(memoryOf))).toBeLessThanOrEqual(mean(warm.map(memoryOf)) * ALLOWED_GROWTH);
		const grown = [...new Set([...warm, ...last].flatMap((each) => Object.keys(figuresOf(each))))]
			.map((name) => ({ name, from: most(name, warm), to: most(name, last) }))
			.filter(({ from, to }) => to > from + COME_AND_GO);
		expect(grown).toEqual([]);
	},
	4 * HOURS,
);

function numbersFrom(first: number): number[] {
	return Array.from({ length: ITEMS }, (_, index) => first + index);
}

function memoryOf({ heapUsed, external }: Counted): number {
	return heapUsed + external;
}

/** What must not grow at all. */
function figuresOf({ descriptors, listeners, objects, resources }: Counted) {
	return { descriptors, listeners, timers: resources.Timeout ?? 0, ...objects };
}

function most(name: string, list: readonly Counted[]): number {
	return Math.max(...list.map((each) => (figuresOf(each) as Record<string, number>)[name] ?? 0));
}

function mean(numbers: readonly number[]): number {
	return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}
