import { isDeepStrictEqual } from 'node:util';
import type { INode } from 'n8n-workflow';
import {
	type CombinedExpression,
	type CompiledParameter,
	compileParameter,
} from '../../expressions';

/** Nodes of which something is kept; those that ran least recently are forgotten. */
const MOST_NODES = 100;

/** Characters of a node's parameters; of longer ones nothing is kept. */
const LONGEST = 100_000;

const known = new Map<string, LearnedExpressions>();

/**
 * What runs have found out about the expressions of a node: which of them the engine has to
 * evaluate, and that one call for these gives what single calls give. It holds for the code, not for
 * data, so the node's next runs in this process need not find it out again, and make one call an
 * item from the first item on. It is forgotten when n8n starts anew, as after an update.
 */
export class LearnedExpressions {
	private readonly parameters = new Map<
		string,
		{ readonly raw: unknown; readonly compiled: CompiledParameter | undefined }
	>();
	private combined: CombinedExpression | undefined;
	private readonly proven = new Set<CompiledParameter>();

	/** What is known of a node with these very parameters; nothing yet where `node` is left out. */
	static of(node: Pick<INode, 'parameters' | 'typeVersion'> | undefined): LearnedExpressions {
		const key = node && JSON.stringify([node.typeVersion, node.parameters]);
		if (key === undefined || key.length > LONGEST) return new LearnedExpressions();
		const learned = known.get(key) ?? new LearnedExpressions();
		known.delete(key);
		known.set(key, learned);
		const [oldest] = known.keys();
		if (known.size > MOST_NODES && oldest !== undefined) known.delete(oldest);
		return learned;
	}

	/** A parameter, compiled once; `undefined` where only n8n can evaluate it. */
	compile(name: string, raw: unknown): CompiledParameter | undefined {
		const earlier = this.parameters.get(name);
		if (earlier && isDeepStrictEqual(earlier.raw, raw)) return earlier.compiled;
		const compiled = compileParameter(raw);
		this.parameters.set(name, { raw, compiled });
		return compiled;
	}

	/** The common call that was proven last, if any. */
	get call(): CombinedExpression | undefined {
		return this.combined;
	}

	/** The parameters that the last common call is known to give as n8n gives them. */
	isProven(parameter: CompiledParameter | undefined): boolean {
		return parameter !== undefined && this.proven.has(parameter);
	}

	/** Every parameter that was compiled. */
	*compiled(): Generator<CompiledParameter> {
		for (const { compiled } of this.parameters.values()) if (compiled) yield compiled;
	}

	/** A common call has given for a parameter what n8n gives. */
	prove(call: CombinedExpression, parameter: CompiledParameter): void {
		if (call !== this.combined) this.proven.clear();
		this.combined = call;
		this.proven.add(parameter);
	}

	/** It has given something else: the next run has to find out everything anew. */
	disprove(): void {
		this.combined = undefined;
		this.proven.clear();
	}
}
