import type { IExecuteFunctions } from 'n8n-workflow';
import type { ExpressionScope } from '../../../../nodes/ConcurrentHttpRequest/expressions/index.ts';
import {
	compileExpression,
	RunConstants,
	LEFT_TO_ENGINE,
} from '../../../../nodes/ConcurrentHttpRequest/expressions/index.ts';
import { difference } from './difference.ts';

/** How one expression fared for one item. */
export type Outcome = 'equal' | 'left to the engine' | { mismatch: string };

/** Compares the resolver with the engine that runs the node. */
export class Differential {
	private readonly context: IExecuteFunctions;
	private readonly constants: RunConstants;
	readonly items: ReturnType<IExecuteFunctions['getInputData']>;
	/** Cases, by how they went. */
	readonly counts = { equal: 0, leftToEngine: 0, notCompiled: 0 };

	constructor(context: IExecuteFunctions) {
		this.context = context;
		this.items = context.getInputData();
		this.constants = new RunConstants((expression) => context.evaluateExpression(expression, 0));
	}

	/** Every mismatch for these items, as text. The engine is called only if the node knows a value. */
	mismatches(raw: string, itemIndexes: readonly number[]): string[] {
		const compiled = compileExpression(raw);
		if (!compiled) {
			this.counts.notCompiled += itemIndexes.length;
			return [];
		}
		const mismatches: string[] = [];
		const values: unknown[] = [];
		for (const itemIndex of itemIndexes) {
			const resolved = compiled.evaluate(this.scopeOf(itemIndex));
			if (resolved === LEFT_TO_ENGINE) {
				this.counts.leftToEngine += 1;
				continue;
			}
			values.push(resolved);
			const found = this.mismatch(raw, itemIndex, resolved);
			if (found === undefined) this.counts.equal += 1;
			else mismatches.push(`${raw} for item ${itemIndex}: ${found}`);
		}
		if (!compiled.dependsOnItem && values.some((value) => difference(values[0], value))) {
			mismatches.push(`${raw} is said to be the same for every item, and is not`);
		}
		return mismatches;
	}

	scopeOf(itemIndex: number): ExpressionScope {
		const item = this.items[itemIndex];
		return { json: item?.json, itemIndex, inputItem: item, constants: this.constants };
	}

	private mismatch(raw: string, itemIndex: number, resolved: unknown): string | undefined {
		let expected: unknown;
		try {
			expected = this.context.evaluateExpression(raw.slice(1), itemIndex);
		} catch (error) {
			return `resolved ${describe(resolved)}, the engine throws ${String(error)}`;
		}
		const where = difference(resolved, expected);
		return where && `${where}: resolved ${describe(resolved)}, the engine ${describe(expected)}`;
	}
}

function describe(value: unknown): string {
	return typeof value === 'object' ? JSON.stringify(value) : `${typeof value} ${String(value)}`;
}
