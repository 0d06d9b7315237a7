import { evaluate, findBestFixed } from './evaluate.ts';
import type { BestFixed, Evaluation } from './evaluate.ts';
import { hardModels, serverModels } from './models.ts';

/** What the entry point prints: each model with what was found for each seed. */
export interface ModelEvaluation {
	readonly name: string;
	readonly title: string;
	/** Less is asked of the algorithm there. */
	readonly isHard: boolean;
	/** Milliseconds. */
	readonly changesAt: number | undefined;
	readonly best: BestFixed;
	readonly evaluations: Evaluation[];
}

export function evaluateModels(seeds: readonly number[]): ModelEvaluation[] {
	const all = [
		...serverModels.map((model) => ({ model, isHard: false })),
		...hardModels.map((model) => ({ model, isHard: true })),
	];
	return all.map(({ model, isHard }) => {
		const best = findBestFixed(model);
		return {
			name: model.name,
			title: model.title,
			isHard,
			changesAt: model.changesAt,
			best,
			evaluations: seeds.map((seed) => evaluate(model, best, seed)),
		};
	});
}
