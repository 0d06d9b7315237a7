import get from 'lodash/get';
import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import {
	agrees,
	type CombinedExpression,
	CombinedCalls,
	CompiledParameters,
	type ExpressionScope,
	type ItemCall,
	type KnownParameter,
	ownValues,
	RunConstants,
	LEFT_TO_ENGINE,
} from '../expressions';
import { expressionFailure } from './ExpressionFailure';

/** Reads the node's parameters for one item. */
export interface ItemParameters {
	/**
	 * @param name a parameter's name, with dots for what is nested: `options.timeout`
	 * @returns the value as it is for this item, `undefined` where the parameter is not set
	 */
	get(name: string): unknown;

	/**
	 * Computes something from parameters. Where all that `compute` reads is constant, it runs once for
	 * all items, so that an item costs no more than what differs for it.
	 *
	 * @param compute reads these parameters and nothing else that could change within a run; not
	 * asynchronous; the same function for every item, because the run keeps its result by it
	 * @returns what `compute` returned, for this or another item: not to be changed
	 * @throws what `compute` throws, for every item
	 */
	derive<T>(compute: (parameters: ItemParameters) => T): T;
}

/** A top-level parameter of the node, for the length of a run. */
interface RunParameter {
	readonly name: string;
	/** Whether one value holds for every item, and is known. */
	isConstant: boolean;
	value?: unknown;
	/** How to evaluate it other than n8n does; `undefined` where n8n has to. */
	known?: KnownParameter | undefined;
	/** Combined calls that have been found to return what n8n returns. */
	readonly provenCalls: CombinedExpression[];
	/** What evaluated it last. */
	evaluator?: EvaluatedBy;
}

/** What evaluates a parameter: the node, the item's combined call of n8n's engine, or calls of its own. */
type EvaluatedBy = 'node' | 'combined call' | 'own call';

/** A name with dots, resolved for the length of a run. */
interface Reading {
	readonly parameter: RunParameter;
	/** From the parameter's value to the nested one. */
	readonly path: readonly string[];
	/** Whether `value` holds for every item. */
	isKnown: boolean;
	value: unknown;
}

/** For all runs in this process. */
const compiledInProcess = new CompiledParameters();

/**
 * The parameters of one run. Constants are read once. Expressions are evaluated for each item when
 * it is due: by the node itself where possible, because a call of n8n's engine takes as long as a
 * request on the network; the others by the engine, in one call an item.
 */
export class RunParameters {
	private readonly context: IExecuteFunctions;
	private readonly items: INodeExecutionData[];
	private readonly constants: RunConstants;
	private readonly calls: CombinedCalls;
	private readonly compiled: CompiledParameters;
	private readonly knowsInputItem: boolean;
	/** The engine `quickjs` copies some data in another way, so it evaluates everything itself. */
	private readonly isKnownEngine: boolean;
	private readonly parameters = new Map<string, RunParameter>();
	private readonly readings = new Map<string, Reading>();
	/** What was derived from constants alone, by the function that did it. */
	readonly derived = new Map<unknown, unknown>();
	/** How often something was read that may differ between items. */
	varyingReads = 0;

	/**
	 * @param compiled what earlier runs have compiled
	 * @param engine n8n's expression engine, `undefined` for n8n's default
	 */
	constructor(
		context: IExecuteFunctions,
		compiled = compiledInProcess,
		engine = process.env.N8N_EXPRESSION_ENGINE,
	) {
		this.isKnownEngine = engine !== 'quickjs';
		this.context = context;
		this.compiled = compiled;
		// The input of a tool that n8n calls itself is what the model says, not the item of `$json`.
		this.items = context.isToolExecution() ? [] : context.getInputData();
		this.constants = new RunConstants((expression) => context.evaluateExpression(expression, 0));
		this.calls = new CombinedCalls((expression, itemIndex) =>
			context.evaluateExpression(expression, itemIndex),
		);
		// With combined binaries n8n hides a part of `$input.item`.
		this.knowsInputItem = context.getWorkflowSettings().binaryMode !== 'combined';
	}

	/** A parameter with its expressions as they are written: the same for every item. */
	raw(name: string): unknown {
		return this.context.getNodeParameter(name, 0, null, { rawExpressions: true }) ?? undefined;
	}

	/** The parameters of one item. Each is evaluated once, at its first use. */
	forItem(itemIndex: number): ItemParameters {
		return new ParametersOfItem(this, itemIndex);
	}

	/** What last evaluated each parameter with expressions, by the parameters' names. */
	evaluators(): Record<string, string> {
		return Object.fromEntries(
			[...this.parameters.values()].flatMap(({ name, evaluator }) =>
				evaluator ? [[name, evaluator]] : [],
			),
		);
	}

	/** Resolves a name with dots, once a run. */
	reading(name: string): Reading {
		let reading = this.readings.get(name);
		if (!reading) {
			const [first = name, ...path] = name.split('.');
			reading = { parameter: this.parameter(first), path, value: undefined, isKnown: false };
			this.readings.set(name, reading);
		}
		if (!reading.isKnown && reading.parameter.isConstant) {
			reading.value = valueAt(reading.parameter.value, reading.path);
			reading.isKnown = true;
		}
		return reading;
	}

	/** @throws n8n's error where an expression in it is wrong for this item */
	evaluate(parameter: RunParameter, item: ItemCall): unknown {
		if (parameter.isConstant) return parameter.value;
		const { known, name } = parameter;
		const compiled = known?.compiled;
		const own = compiled && ownValues(compiled, this.scope(item.itemIndex));
		const isOwn = own?.includes(LEFT_TO_ENGINE) === false;
		const values = isOwn ? own : own && this.calls.complete(compiled, own, item);
		parameter.evaluator = isOwn ? 'node' : values ? 'combined call' : 'own call';
		if (!compiled || !own || !values) return this.byEngine(name, item.itemIndex);

		const { combined } = item;
		const isProven = isOwn ? known.isProven : combined && parameter.provenCalls.includes(combined);
		if (isProven) return this.hold(parameter, isOwn, compiled.assemble(values));
		const value = this.byEngine(name, item.itemIndex);
		// Another version of n8n may understand an expression in another way.
		if (!agrees(compiled, values, own, value)) {
			parameter.known = undefined;
			this.calls.leaveOut(compiled);
			return value;
		}
		if (isOwn) known.isProven = true;
		else if (combined) parameter.provenCalls.push(combined);
		return this.hold(parameter, isOwn, value);
	}

	/** Keeps a value that the node itself can compute where it is the same for every item. */
	private hold(parameter: RunParameter, isOwn: boolean, value: unknown): unknown {
		if (isOwn && parameter.known?.compiled?.dependsOnItem === false) {
			Object.assign(parameter, { isConstant: true, value });
		}
		return value;
	}

	private parameter(name: string): RunParameter {
		let parameter = this.parameters.get(name);
		if (!parameter) {
			const raw: unknown = this.context.getNodeParameter(name, 0, null, { rawExpressions: true });
			parameter = holdsExpression(raw)
				? { name, isConstant: false, known: this.knownOf(name, raw), provenCalls: [] }
				: { name, isConstant: true, value: this.byEngine(name, 0), provenCalls: [] };
			this.parameters.set(name, parameter);
		}
		return parameter;
	}

	private knownOf(name: string, raw: unknown): KnownParameter | undefined {
		return this.isKnownEngine ? this.compiled.of(name, raw) : undefined;
	}

	/** @throws n8n's error where the expression is wrong for this item */
	private byEngine(name: string, itemIndex: number): unknown {
		// n8n wants a fallback that is not undefined for parameters that a workflow does not have.
		try {
			return this.context.getNodeParameter(name, itemIndex, null);
		} catch (error) {
			const evaluate = (path: string) => this.context.getNodeParameter(path, itemIndex, null);
			throw expressionFailure(name, this.raw(name), evaluate, error);
		}
	}

	private scope(itemIndex: number): ExpressionScope {
		const item = this.items[itemIndex];
		return {
			json: item?.json,
			itemIndex,
			inputItem: this.knowsInputItem ? item : undefined,
			constants: this.constants,
		};
	}
}

/** Reading a constant costs one look-up by name, and allocates nothing. */
class ParametersOfItem implements ItemParameters {
	private readonly run: RunParameters;
	private readonly call: ItemCall;
	/** By top-level parameter; `undefined` until something varies. */
	private evaluated: Map<RunParameter, unknown> | undefined;

	constructor(run: RunParameters, itemIndex: number) {
		this.run = run;
		this.call = { itemIndex };
	}

	get(name: string): unknown {
		const reading = this.run.reading(name);
		if (reading.isKnown) return reading.value;
		this.run.varyingReads += 1;
		return valueAt(this.valueOf(reading.parameter), reading.path);
	}

	derive<T>(compute: (parameters: ItemParameters) => T): T {
		const { run } = this;
		if (run.derived.has(compute)) return run.derived.get(compute) as T;
		const readBefore = run.varyingReads;
		const value = compute(this);
		if (run.varyingReads === readBefore) run.derived.set(compute, value);
		return value;
	}

	private valueOf(parameter: RunParameter): unknown {
		this.evaluated ??= new Map();
		if (!this.evaluated.has(parameter)) {
			this.evaluated.set(parameter, this.run.evaluate(parameter, this.call));
		}
		return this.evaluated.get(parameter);
	}
}

function valueAt(value: unknown, path: readonly string[]): unknown {
	return (path.length > 0 ? (get(value, path as string[]) as unknown) : value) ?? undefined;
}

/** n8n marks an expression by a leading `=` (n8n-workflow, `isExpression`). */
function holdsExpression(raw: unknown): boolean {
	if (typeof raw === 'string') return raw.startsWith('=');
	if (typeof raw !== 'object' || raw === null) return false;
	return Object.values(raw).some(holdsExpression);
}
