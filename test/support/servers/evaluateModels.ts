import { evaluate, findBestFixed } from './evaluate.ts';
import type { BestFixed, Evaluation } from './evaluate.ts';
import { heldOutModels } from './heldOutModels.ts';
import { hardModels, serverModels } from './models.ts';

/** What the entry point prints: each model with what was found for each seed. */
export interface ModelEvaluation {
	readonly name: string;
	readonly title: string;
	/** Milliseconds. */
	readonly changesAt: number | undefined;
	readonly best: BestFixed;
	readonly evaluations: Evaluation[];
}

/** Those that the algorithm may be tuned on, or those that judge it. */
export type ModelSet = 'tuned' | 'heldOut';

export function evaluateModels(
	set: ModelSet,
	seeds: readonly number[],
	fixedSeeds?: readonly number[],
): ModelEvaluation[] {
	const models = set === 'tuned' ? [...serverModels, ...hardModels] : heldOutModels;
	return models.map((model) => {
		const best = findBestFixed(model, fixedSeeds);
		return {
			name: model.name,
			title: model.title,
			changesAt: model.changesAt,
			best,
			evaluations: seeds.map((seed) => evaluate(model, best, seed)),
		};
	});
}
