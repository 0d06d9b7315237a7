import get from 'lodash/get';
import type { IExecuteFunctions } from 'n8n-workflow';

/** Reads the node's parameters for one item. */
export interface ItemParameters {
	/**
	 * @param name a parameter's name, with dots for what is nested: `options.timeout`
	 * @returns the value as it is for this item, `undefined` where the parameter is not set
	 */
	get(name: string): unknown;
}

type Context = Pick<IExecuteFunctions, 'getNodeParameter'>;

interface TopLevelParameter {
	/** Whether the value depends on the item, because an expression stands in it somewhere. */
	readonly perItem: boolean;
	/** The value for every item, where it does not depend on the item. */
	readonly constant: unknown;
}

/**
 * The parameters of one run. What is constant is read once, because n8n needs as long for one
 * expression as the network for a request; what holds an expression is evaluated for each item
 * when that item is due.
 */
export class RunParameters {
	private readonly context: Context;
	private readonly topLevel = new Map<string, TopLevelParameter>();

	constructor(context: Context) {
		this.context = context;
	}

	/** The parameters of one item. Each expression is evaluated once, at its first use. */
	forItem(itemIndex: number): ItemParameters {
		const evaluated = new Map<string, unknown>();
		return {
			get: (name) => {
				const [first = name, ...rest] = name.split('.');
				const parameter = this.parameter(first);
				if (!parameter.perItem) return valueAt(parameter.constant, rest);
				if (!evaluated.has(first)) {
					evaluated.set(first, this.context.getNodeParameter(first, itemIndex, null));
				}
				return valueAt(evaluated.get(first), rest);
			},
		};
	}

	private parameter(name: string): TopLevelParameter {
		let parameter = this.topLevel.get(name);
		if (!parameter) {
			const raw: unknown = this.context.getNodeParameter(name, 0, null, { rawExpressions: true });
			const perItem = holdsExpression(raw);
			parameter = {
				perItem,
				constant: perItem ? undefined : this.context.getNodeParameter(name, 0, null),
			};
			this.topLevel.set(name, parameter);
		}
		return parameter;
	}
}

function valueAt(value: unknown, path: string[]): unknown {
	// n8n wants a fallback that is not undefined for parameters that a workflow does not have.
	return (path.length > 0 ? (get(value, path) as unknown) : value) ?? undefined;
}

/** n8n marks an expression by a leading `=` (n8n-workflow, `isExpression`). */
function holdsExpression(raw: unknown): boolean {
	if (typeof raw === 'string') return raw.startsWith('=');
	if (typeof raw !== 'object' || raw === null) return false;
	return Object.values(raw).some(holdsExpression);
}
