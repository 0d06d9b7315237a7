import type { INodeExecutionData } from 'n8n-workflow';
import { jsonOf, pairsOf } from '../workflow/sendItems.ts';
import { explainRequests, isComplete, wantsMore } from './explainRequests.ts';
import { type PerformedRun, performRun } from './performRun.ts';
import type { RunSpec } from './RunSpec.ts';
import type { SeenRequest } from './ScriptedServers.ts';

/** What an error says of an item that could have gone on. */
const REASONS =
	/too many requests (to this server have failed|fail at the moment)|exceed Retry|not again|longer than an item may take|[Nn]ot (tried|finished)|within \d+ m?s|run was stopped/;

/** Milliseconds for which requests that must not be repeated watch a server's connections first. */
const OBSERVATION = 10;

/**
 * Performs a run and checks it.
 *
 * @returns which promises it broke, in a sentence each
 */
export async function checkRun(spec: RunSpec): Promise<string[]> {
	const run = await performRun(spec);
	return [
		...explainRequests(spec, run.seen),
		...checkLimits(spec, run),
		...checkStop(spec, run),
		...checkWhatIsLeft(run),
		...checkOutput(spec, run),
	];
}

function checkLimits(spec: RunSpec, { servers, seen }: PerformedRun): string[] {
	const problems: string[] = [];
	const most = (what: string, is: number, allowed = Infinity) => {
		if (is > allowed) problems.push(`${is} ${what}, more than ${allowed}`);
	};
	most('requests in flight', servers.mostInFlight, spec.maxConcurrency);
	for (const ofHost of servers.mostInFlightOfHost) {
		most('requests in flight to a host', ofHost, spec.maxConcurrencyPerHost);
	}
	if (spec.rateLimit) {
		const { amount, interval } = spec.rateLimit;
		const times = seen.map(({ at }) => at).sort((a, b) => a - b);
		times.forEach((from, first) => {
			const inWindow = times.slice(first).filter((at) => at < from + interval).length;
			most(`requests within ${interval} ms from ${from} ms`, inWindow, amount);
		});
	}
	if (spec.obeyServerLimits) problems.push(...seen.flatMap((each) => checkPause(spec, each, seen)));
	return problems;
}

/** After Retry-After nothing is sent to the server until its time, but for what was on its way. */
function checkPause(spec: RunSpec, asking: SeenRequest, seen: readonly SeenRequest[]): string[] {
	const { step, ended, endedAt = 0, host } = asking;
	if (step.does !== 'refuse' || ended !== 'responded') return [];
	if (step.retryAfter === undefined || ![403, 429, 503].includes(step.status)) return [];
	const until = endedAt + step.retryAfter;
	const onItsWay = spec.connectLatency + (spec.method === 'POST' ? OBSERVATION : 0);
	return seen
		.filter(({ host: to, at }) => to === host && at > endedAt + onItsWay && at < until)
		.map(({ item, at }) => `item ${item} was sent at ${at} ms, in the pause until ${until} ms`);
}

function checkStop({ stopAt }: RunSpec, { stopped, seen, endedAt }: PerformedRun): string[] {
	if (stopAt === undefined || !stopped) return [];
	return [
		...(seen.length > stopped.seen ? ['something was sent after the run was stopped'] : []),
		...(endedAt > stopped.at ? [`the run went on until ${endedAt} ms after it was stopped`] : []),
	];
}

function checkWhatIsLeft({ left }: PerformedRun): string[] {
	return Object.entries(left)
		.filter(([, count]) => count > 0)
		.map(([what, count]) => `${count} ${what} were left`);
}

function checkOutput(spec: RunSpec, { result, seen, stopped }: PerformedRun): string[] {
	const { errors, error } = result;
	// n8n hands the input on where the node throws and On Error continues, as for a run that is stopped early.
	const items = result.items.filter(({ json }) => !stopped || !('url' in json));
	const requestsOf = (item: number) => seen.filter((each) => each.item === item);
	const good = items.filter((each) => !isErrorItem(each));
	const failed = [...items.filter(isErrorItem), ...errors];
	const problems: string[] = [];
	for (const list of [items, errors]) {
		const pairs = pairsOf(list) as number[];
		const inOrder = pairs.toSorted((a, b) => a - b);
		if (pairs.some((pair, index) => pair !== inOrder[index])) {
			problems.push(`the output is not in order: ${pairs.join(' ')}`);
		}
	}
	for (const each of good) {
		const { item } = each.json;
		if (item !== pairOf(each))
			problems.push(`item ${pairOf(each)} got the response of ${String(item)}`);
	}
	if (error && !stopped) {
		if (spec.onError !== 'stopWorkflow') problems.push(`the run failed: ${error.message}`);
		if (spec.items.every((_, item) => isComplete(spec, requestsOf(item)))) {
			problems.push(`the run failed though all had succeeded: ${error.message}`);
		}
		return problems;
	}
	spec.items.forEach(({ pages }, item) => {
		const wanted = spec.pagination ? pages : 1;
		const responses = good.filter((each) => pairOf(each) === item).length;
		const failures = failed.filter((each) => pairOf(each) === item);
		if (stopped && responses + failures.length === 0 && (error || spec.onError === 'stopWorkflow'))
			return;
		const text = JSON.stringify(failures[0]?.json);
		if (isComplete(spec, requestsOf(item)) && !stopped) {
			if (responses !== wanted || failures.length > 0) {
				problems.push(
					`item ${item} succeeded, but came out as ${responses} responses and ${failures.length} errors: ${JSON.stringify(jsonOf(failures))}`,
				);
			}
			return;
		}
		if (stopped && responses === wanted && failures.length === 0) return;
		if (responses > 0 || failures.length !== 1) {
			problems.push(
				`item ${item} failed, but came out as ${responses} responses and ${failures.length} errors`,
			);
			return;
		}
		if (wantsMore(spec, requestsOf(item)) && !REASONS.test(text ?? '')) {
			problems.push(`item ${item} was given up without a reason: ${String(text)}`);
		}
	});
	return problems;
}

function isErrorItem({ json }: INodeExecutionData): boolean {
	return 'error' in json;
}

function pairOf(item: INodeExecutionData): number {
	return pairsOf([item])[0] as number;
}
