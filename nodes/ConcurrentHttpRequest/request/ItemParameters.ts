import { isDeepStrictEqual } from 'node:util';
import get from 'lodash/get';
import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import {
	type CompiledParameter,
	compileParameter,
	type ExpressionScope,
	RunConstants,
	STEP_ASIDE,
} from '../expressions';

/** Reads the node's parameters for one item. */
export interface ItemParameters {
	/**
	 * @param name a parameter's name, with dots for what is nested: `options.timeout`
	 * @returns the value as it is for this item, `undefined` where the parameter is not set
	 */
	get(name: string): unknown;
}

/** What of n8n's context parameters need. */
export type ParameterContext = Pick<
	IExecuteFunctions,
	'getNodeParameter' | 'evaluateExpression' | 'getInputData'
> &
	Partial<Pick<IExecuteFunctions, 'getWorkflowSettings'>>;

/** A parameter of the node's first level, for the length of a run. */
interface RunParameter {
	/** Whether one value holds for every item, and is known. */
	isConstant: boolean;
	value: unknown;
	/** How to evaluate it without n8n's engine; `undefined` where only that can. */
	compiled: CompiledParameter | undefined;
	/** Whether what was compiled has been found to give what the engine gives. */
	isProven: boolean;
}

/**
 * The parameters of one run. What is constant is read once. What holds expressions is evaluated
 * for each item when that item is due: by the node itself where it can, since n8n's engine takes
 * as long for one expression as the network for a request, else by the engine.
 */
export class RunParameters {
	private readonly context: ParameterContext;
	private readonly items: INodeExecutionData[];
	private readonly constants: RunConstants;
	private readonly knowsInputItem: boolean;
	private readonly parameters = new Map<string, RunParameter>();

	constructor(context: ParameterContext) {
		this.context = context;
		this.items = context.getInputData();
		this.constants = new RunConstants((expression) => context.evaluateExpression(expression, 0));
		// With combined binaries n8n hides a part of `$input.item`.
		this.knowsInputItem = context.getWorkflowSettings?.().binaryMode !== 'combined';
	}

	/** A parameter with its expressions as they are written, which are the same for every item. */
	raw(name: string): unknown {
		return this.context.getNodeParameter(name, 0, null, { rawExpressions: true }) ?? undefined;
	}

	/** The parameters of one item. Each is evaluated once, at its first use. */
	forItem(itemIndex: number): ItemParameters {
		const evaluated = new Map<string, unknown>();
		return {
			get: (name) => {
				const [first = name, ...rest] = name.split('.');
				if (!evaluated.has(first)) evaluated.set(first, this.evaluate(first, itemIndex));
				return valueAt(evaluated.get(first), rest);
			},
		};
	}

	private evaluate(name: string, itemIndex: number): unknown {
		const parameter = this.parameter(name);
		if (parameter.isConstant) return parameter.value;
		const { compiled } = parameter;
		const own = compiled ? compiled.evaluate(this.scope(itemIndex)) : STEP_ASIDE;
		if (own !== STEP_ASIDE && parameter.isProven) return own;

		const value = this.byEngine(name, itemIndex);
		if (own !== STEP_ASIDE) {
			// Another version of n8n may understand an expression in another way.
			parameter.isProven = isDeepStrictEqual(own, value);
			if (!parameter.isProven) parameter.compiled = undefined;
			else if (compiled?.dependsOnItem === false)
				Object.assign(parameter, { isConstant: true, value });
		}
		return value;
	}

	private parameter(name: string): RunParameter {
		let parameter = this.parameters.get(name);
		if (!parameter) {
			const raw: unknown = this.context.getNodeParameter(name, 0, null, { rawExpressions: true });
			parameter = holdsExpression(raw)
				? { isConstant: false, value: undefined, compiled: compileParameter(raw), isProven: false }
				: { isConstant: true, value: this.byEngine(name, 0), compiled: undefined, isProven: true };
			this.parameters.set(name, parameter);
		}
		return parameter;
	}

	/** @throws n8n's error where the expression is wrong for this item */
	private byEngine(name: string, itemIndex: number): unknown {
		// n8n wants a fallback that is not undefined for parameters that a workflow does not have.
		return this.context.getNodeParameter(name, itemIndex, null);
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

function valueAt(value: unknown, path: string[]): unknown {
	return (path.length > 0 ? (get(value, path) as unknown) : value) ?? undefined;
}

/** n8n marks an expression by a leading `=` (n8n-workflow, `isExpression`). */
function holdsExpression(raw: unknown): boolean {
	if (typeof raw === 'string') return raw.startsWith('=');
	if (typeof raw !== 'object' || raw === null) return false;
	return Object.values(raw).some(holdsExpression);
}
