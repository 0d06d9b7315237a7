import type { Figures } from '../measure/Run.ts';
import type { PeerName } from '../peers/Peer.ts';
import { answerText } from '../server/answers.ts';
import type { AnswerSize } from '../server/answers.ts';
import type { CaseResult, TargetResult } from './Results.ts';

/** The medians of a client in a case; undefined where it did not run, or died. */
type Find = (caseName: string, peer: PeerName) => Figures | undefined;

interface Target {
	case: string;
	what: string;
	/** How far it may go. */
	limit: { atMost: number } | { atLeast: number };
	value: (find: Find) => number | undefined;
}

/** What the node promises, as ratios of medians of one benchmark. */
const targets: Target[] = [
	...['https', 'http'].flatMap((name) => [
		timeOfBareLoop(name, 1.05),
		fasterThanHttpRequest(name, name === 'https' ? 5 : 2.4),
		{
			case: name,
			what: 'connections',
			limit: { atMost: 50 },
			value: (find: Find) => find(name, 'ours')?.connections,
		},
	]),
	timeOfBareLoop('everyday', 1.15),
	fasterThanHttpRequest('everyday', 4.5),
	fasterThanHttpRequest('everyday-https', 7),
	{
		case: 'engine',
		what: 'engine calls for each item',
		// A few calls more in each run learn which expressions share the call, and check it.
		limit: { atMost: 1.01 },
		value: (find) => find('engine', 'ours')?.engineCallsPerItem,
	},
	fasterThanHttpRequest('engine', 1),
	shareOfBareLoop('instant-20k', 0.75),
	{
		case: 'instant-20k',
		what: "requests/s, of aiohttp's",
		limit: { atLeast: 2.5 },
		value: (find) =>
			ratio(find('instant-20k', 'ours'), find('instant-20k', 'aiohttp'), 'requestsPerSecond'),
	},
	shareOfBareLoop('instant-100k', 0.75),
	{
		case: 'instant-100k',
		what: 'time for each item, of that at 10,000',
		limit: { atMost: 1.2 },
		value: (find) =>
			ratio(find('instant-10k', 'ours'), find('instant-100k', 'ours'), 'requestsPerSecond'),
	},
	memoryOfOutput('instant-100k', '1k', 1.3),
	{
		case: 'tail',
		what: 'times as fast as gathered chunks of aiohttp',
		limit: { atLeast: 2 },
		value: (find) => ratio(find('tail', 'aiohttpChunks'), find('tail', 'ours'), 'time'),
	},
	{
		case: 'tail',
		what: 'times as fast as chunks of Promise.all',
		limit: { atLeast: 2 },
		value: (find) => ratio(find('tail', 'undiciChunks'), find('tail', 'ours'), 'time'),
	},
	shareOfBareLoop('first-run', 0.93),
	shareOfBareLoop('first-run-20k', 0.75),
	fasterThanHttpRequest('first-request', 1),
	fasterThanHttpRequest('one-request', 1),
	{
		case: 'loop',
		what: 'times as fast as HTTP Request',
		limit: { atLeast: 3 },
		value: (find) => ratio(find('loop', 'httpRequestLooped'), find('loop', 'oursLooped'), 'time'),
	},
	{
		case: 'loop',
		what: 'connections',
		limit: { atMost: 1 },
		value: (find) => find('loop', 'oursLooped')?.connections,
	},
	memoryOfOutput('large-50', '100k', 1.3),
	{
		case: 'large-200',
		what: 'peak memory, of that with 50 in flight',
		limit: { atMost: 1.1 },
		value: (find) => ratio(find('large-200', 'ours'), find('large-50', 'ours'), 'memoryPeak'),
	},
	// Not where a gigabyte is kept: there it is V8's collections of everything.
	...['https', 'everyday', 'engine', 'instant-20k', 'instant-100k'].map(longestStretch),
];

/** Compares what was measured with what is promised. */
export function checkTargets(cases: CaseResult[]): TargetResult[] {
	const find: Find = (caseName, peer) =>
		cases.find(({ name }) => name === caseName)?.peers.find(({ name }) => name === peer)?.median;
	return targets.map(({ case: name, what, limit, value }) => {
		const measured = value(find);
		return {
			case: name,
			what,
			limit: 'atMost' in limit ? `at most ${limit.atMost}` : `at least ${limit.atLeast}`,
			value: measured,
			reached: measured === undefined ? undefined : isWithin(measured, limit),
		};
	});
}

function isWithin(value: number, limit: Target['limit']): boolean {
	return 'atMost' in limit ? value <= limit.atMost : value >= limit.atLeast;
}

function timeOfBareLoop(name: string, atMost: number): Target {
	return {
		case: name,
		what: "time, of the bare loop's",
		limit: { atMost },
		value: (find) => ratio(find(name, 'ours'), find(name, 'undici'), 'time'),
	};
}

function shareOfBareLoop(name: string, atLeast: number): Target {
	return {
		case: name,
		what: "requests/s, of the bare loop's",
		limit: { atLeast },
		value: (find) => ratio(find(name, 'ours'), find(name, 'undici'), 'requestsPerSecond'),
	};
}

function fasterThanHttpRequest(name: string, atLeast: number): Target {
	return {
		case: name,
		what: 'times as fast as HTTP Request',
		limit: { atLeast },
		value: (find) => ratio(find(name, 'httpRequest'), find(name, 'ours'), 'time'),
	};
}

function longestStretch(name: string): Target {
	return {
		case: name,
		what: 'longest stretch that holds the event loop, ms',
		limit: { atMost: 50 },
		value: (find) => find(name, 'ours')?.loopDelayMax,
	};
}

/** Peak memory above the workflow that is given the same items, in sizes of those items. */
function memoryOfOutput(name: string, size: AnswerSize, atMost: number): Target {
	return {
		case: name,
		what: 'peak memory above that with the items given, in sizes of the output',
		limit: { atMost },
		value: (find) => {
			const ours = find(name, 'ours');
			const given = find(name, 'pinned')?.memoryPeak;
			if (!ours?.memoryPeak || !given) return undefined;
			return (ours.memoryPeak - given) / (ours.items * answerText(size, 0).length);
		},
	};
}

function ratio(
	one: Figures | undefined,
	other: Figures | undefined,
	figure: keyof Figures,
): number | undefined {
	const numerator = one?.[figure];
	const denominator = other?.[figure];
	return numerator === undefined || !denominator ? undefined : numerator / denominator;
}
