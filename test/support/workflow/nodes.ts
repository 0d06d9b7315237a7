import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
	INodeType,
	INodeTypeDescription,
	INodeTypes,
} from 'n8n-workflow';

/** Node types by full name, as they stand in a workflow's JSON. */
export type NodeTypeMap = Record<string, INodeType>;

type Execute = (this: IExecuteFunctions) => Promise<INodeExecutionData[][]>;

/** A node type with one output. */
export function makeNode(
	name: string,
	group: INodeTypeDescription['group'],
	execute: Execute,
	properties: INodeProperties[] = [],
): INodeType {
	const inputs: INodeTypeDescription['inputs'] = group.includes('trigger') ? [] : ['main'];
	const description: INodeTypeDescription = {
		...{ name, displayName: name, description: '', group, version: 1, defaults: { name } },
		...{ inputs, outputs: ['main'], properties },
	};
	return { description, execute };
}

/** A trigger that emits the given items. */
export function startNode(items: INodeExecutionData[]): INodeType {
	return makeNode('start', ['trigger'], async () => [items]);
}

/** Hands its input on. */
export const passThrough = makeNode('passThrough', ['transform'], async function () {
	return [this.getInputData()];
});

/** Nodes beside the one that is tested. */
export const helperNodes: NodeTypeMap = {
	'test.passThrough': passThrough,

	/** Evaluates its one parameter for each item: shows what an expression sees at that point. */
	'test.evaluate': makeNode(
		'evaluate',
		['transform'],
		async function () {
			const evaluate = (_: unknown, item: number): INodeExecutionData => ({
				json: { value: this.getNodeParameter('value', item) },
				pairedItem: item,
			});
			return [this.getInputData().map(evaluate)];
		},
		[{ name: 'value', displayName: 'Value', type: 'string', default: '' }],
	),
};

/** n8n's registry of node types, for these only. */
export function nodeTypesOf(types: NodeTypeMap): INodeTypes {
	const find = (name: string): INodeType => {
		const type = types[name];
		if (!type) throw new Error(`The test knows no node type "${name}"`);
		return type;
	};
	return { getByName: find, getByNameAndVersion: find, getKnownTypes: () => ({}) };
}
