import { CountingApi } from '../../test/support/CountingApi.ts';
import { runProgram } from '../lib/main.ts';
import { PlainError } from '../lib/PlainError.ts';
import { showProgress } from '../lib/progress.ts';
import { formatTable } from '../lib/table.ts';
import { outputItems } from '../n8n/ExecutionResult.ts';
import type { ExecutionResult } from '../n8n/ExecutionResult.ts';
import { saveFanOut } from './fanOut.ts';
import { QueueCluster } from './QueueCluster.ts';
import { executionsIn } from './workerLog.ts';

const WORKERS = ['a', 'b'];
/** What the example sends. */
const ITEMS = 2000;
const PART = 50;
/** The limits that the example states for all workers together. */
const LIMIT = { concurrency: 20, amount: 100, interval: 1_000 };
/** Milliseconds until the API responds. */
const LATENCY = 100;
/** One worker is killed after so many requests. */
const KILL_AFTER = ITEMS / 2;
/** Milliseconds for the whole run, on a machine that is slow. */
const PATIENCE = 600_000;

/**
 * n8n notices that a worker is gone when the lock of its job has ended, and it looks once an interval.
 * Its defaults are 60 s, renewed every 10 s, and 30 s.
 */
const QUICK_NOTICE = {
	QUEUE_WORKER_LOCK_DURATION: '10000',
	QUEUE_WORKER_LOCK_RENEW_TIME: '2000',
	QUEUE_WORKER_STALLED_INTERVAL: '5000',
};

/**
 * Shows a run that spreads over two workers of n8n's queue mode, which keep one limit together, and
 * what happens when one of them dies. Fails if a limit is exceeded or an item is lost.
 */
async function demo(): Promise<void> {
	const starting = showProgress(
		'Starting PostgreSQL, two Redis, a main and two workers of n8n',
		() => Promise.resolve('about a minute'),
	);
	const cluster = await QueueCluster.start({
		name: 'queue-demo',
		workers: WORKERS,
		env: QUICK_NOTICE,
	}).finally(starting.stop);
	starting.done('PostgreSQL, two Redis, a main and two workers of n8n are up');
	const api = await CountingApi.start(LATENCY);
	const { run, calls } = await saveFanOut(
		cluster.main,
		new URL(api.url).origin,
		cluster.limitsRedis.port,
	);
	console.log(
		`\n${count(ITEMS)} items in ${ITEMS / PART} parts of ${PART}. The API responds after ${LATENCY} ms. ` +
			`The workers together may send ${LIMIT.amount} requests a second, and have ${LIMIT.concurrency} in flight.`,
	);

	const { executionId } = await cluster.main.startWorkflow(run);
	const running = cluster.main.waitForExecution(executionId, PATIENCE);
	const sending = showProgress('Sending', () =>
		Promise.resolve(`${count(api.arrivals.length)} requests`),
	);
	const logs = new Map(cluster.workers);
	const victim = await Promise.race([
		api.until(() => api.arrivals.length >= KILL_AFTER).then(() => killOne(cluster, executionId)),
		running.then(({ status }) => {
			throw new PlainError(`The run ended as "${status}" before a worker was killed.`);
		}),
	]).finally(sending.stop);
	const before = api.arrivals.length;
	sending.done(`${count(before)} requests sent; killed worker ${victim} (kill -9)`);
	const going = showProgress('Going on with one worker', () =>
		Promise.resolve(`${count(api.arrivals.length)} requests`),
	);
	const result = await running.finally(going.stop);
	going.done('The run has ended');

	const work = [...logs].map(([worker, { log }]) => workOf(worker, log, api));
	console.log(`\n${formatTable([HEADING, ...work.map(({ row }) => row)])}\n`);
	const lost = work.find(({ worker }) => worker === victim)?.unfinished ?? [];
	const faults = [...findFaults(result, calls, api), ...findStrayRepeats(api, lost)];
	report(api, before, victim, lost.length);
	await api.close();
	await cluster.close();
	if (faults.length > 0) throw new PlainError(`The demo failed:\n${faults.join('\n')}`);
	console.log(
		`Nothing was lost: ${count(ITEMS)} of ${count(ITEMS)} items came out, once each, in order. ` +
			'All services are stopped, and their data is deleted.',
	);
}

/** Kills a worker that does not run the workflow that calls the parts: that run would be over. */
async function killOne(cluster: QueueCluster, executionId: string): Promise<string> {
	const [victim] =
		[...cluster.workers].find(([, { log }]) => !executionsIn(log).started.includes(executionId)) ??
		[];
	if (victim === undefined) throw new Error('Every worker runs the workflow');
	await cluster.killWorker(victim);
	return victim;
}

const HEADING = ['worker', 'executions', 'finished', 'requests'];

interface Work {
	worker: string;
	row: string[];
	/** Executions that it was killed with. */
	unfinished: string[];
}

function workOf(worker: string, log: string, api: CountingApi): Work {
	const { started, finished } = executionsIn(log);
	const requests = started.reduce((sum, id) => sum + api.arrivalsOf(id), 0);
	return {
		worker,
		row: [`worker ${worker}`, ...[started.length, finished.length, requests].map(count)],
		unfinished: started.filter((id) => !finished.includes(id)),
	};
}

/** @returns what is wrong, in sentences; nothing if all is well */
function findFaults(result: ExecutionResult, calls: string, api: CountingApi): string[] {
	if (result.status !== 'success') {
		return [`The run ended as "${result.status}": ${result.error?.message ?? 'no reason given'}`];
	}
	const ids = outputItems(result, calls).map(({ json }) =>
		Number(/\d+$/.exec(String(json.answer))),
	);
	const most = api.mostInAnyWindow(LIMIT.interval);
	const faults = [
		!(ids.length === ITEMS && ids.every((id, index) => id === index + 1)) &&
			`${ids.length} items came out, not the ${ITEMS} in the order of the input.`,
		api.mostInFlight > LIMIT.concurrency &&
			`${api.mostInFlight} requests were in flight at once, ${LIMIT.concurrency} allowed.`,
		most > LIMIT.amount && `${most} requests came within a second, ${LIMIT.amount} allowed.`,
	];
	return faults.filter((fault) => fault !== false);
}

/** @param lost executions that a dead worker left: only their items may be sent again */
function findStrayRepeats(api: CountingApi, lost: readonly string[]): string[] {
	const finished = api.arrivals.filter(({ who }) => !lost.includes(who)).map(({ id }) => id);
	const repeats = finished.length - new Set(finished).size;
	return repeats === 0
		? []
		: [`${repeats} items were sent again although nothing had happened to them.`];
}

function report(api: CountingApi, before: number, victim: string, lost: number): void {
	const share = api.shareUsed(LIMIT.amount, LIMIT.interval, before);
	const repeated = api.arrivals.length - ITEMS;
	console.log(
		[
			`The API saw ${count(api.arrivals.length)} requests, at most ${api.mostInFlight} in flight ` +
				`(${LIMIT.concurrency} allowed).`,
			`The workers used ${Math.round(share * 100)} % of ${LIMIT.amount} requests a second, until one was killed.`,
			`Worker ${victim} left ${lost} parts half done. n8n failed their calls, the node repeated them, ` +
				`and ${count(repeated)} of their requests were sent a second time.`,
		].join('\n'),
	);
}

function count(value: number): string {
	return value.toLocaleString('en');
}

await runProgram(demo);
