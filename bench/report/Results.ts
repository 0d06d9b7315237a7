import type { Figures, Run } from '../measure/Run.ts';
import type { PeerName } from '../peers/Peer.ts';
import type { Machine } from './machine.ts';

/** What bench/results.json holds. */
export interface Results {
	/** ISO 8601, of the end. */
	date: string;
	/** With fewer items: the figures mean little. */
	quick: boolean;
	/** Of each client in each case. */
	runs: number;
	machine: Machine;
	versions: Record<string, string>;
	targets: TargetResult[];
	resolver: ResolverFigures;
	cases: CaseResult[];
}

/** The node's own evaluation of expressions. What a case needed of the engine stands in its figures. */
export interface ResolverFigures {
	/** For one item, by what is evaluated. */
	microseconds: Record<string, number>;
	/** Of expressions of the kinds that people write, 0 to 1, those that need no engine. */
	resolvedShare: number;
}

export interface CaseResult {
	name: string;
	title: string;
	/** How many n8n has to evaluate, in whatever way. */
	expressionsPerItem: number;
	peers: PeerResult[];
}

export interface PeerResult {
	name: PeerName;
	title: string;
	/** Why it has no figures: it died in one of its runs. */
	died: string | undefined;
	/** Of each figure by itself. */
	median: Figures | undefined;
	/** Its time for each item, divided by that of our node. */
	timesOurs: number | undefined;
	runs: Run[];
}

export interface TargetResult {
	case: string;
	/** What is compared. */
	what: string;
	/** `at most 1.05`. */
	limit: string;
	/** Undefined where one of the clients did not run. */
	value: number | string | undefined;
	reached: boolean | undefined;
}
