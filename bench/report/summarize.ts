import { titleOf } from '../Case.ts';
import type { Case } from '../Case.ts';
import type { Figures, Run } from '../measure/Run.ts';
import type { Peer } from '../peers/Peer.ts';
import { expressionCount } from '../peers/requests.ts';
import { medianFigures } from './median.ts';
import type { CaseResult, PeerResult } from './Results.ts';

export interface PeerRuns {
	peer: Peer;
	runs: Run[];
}

/** Medians and ratios of a case. */
export function summarizeCase(case_: Case, items: number, peers: PeerRuns[]): CaseResult {
	const medianOf = ({ runs }: PeerRuns) =>
		runs.some(({ died }) => died !== undefined)
			? undefined
			: medianFigures(runs.map(({ figures }) => figures).filter((each) => each !== undefined));
	const ours = peers.find(({ peer }) => peer.name === 'ours');
	const oursPerItem = ours && timePerItem(medianOf(ours));
	return {
		name: case_.name,
		title: titleOf(case_, items),
		expressionsPerItem: expressionCount[case_.expressions],
		peers: peers.map((each): PeerResult => {
			const median = medianOf(each);
			const perItem = timePerItem(median);
			return {
				name: each.peer.name,
				title: each.peer.title(case_.concurrency),
				died: each.runs.find(({ died }) => died !== undefined)?.died,
				median,
				timesOurs: perItem && oursPerItem && perItem / oursPerItem,
				runs: each.runs,
			};
		}),
	};
}

function timePerItem(figures: Figures | undefined): number | undefined {
	return figures && figures.time / figures.items;
}
