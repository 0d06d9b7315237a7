import { NodeHelpers } from 'n8n-workflow';
import type { INodeParameters } from 'n8n-workflow';
import { ConcurrentHttpRequest } from '../../../../nodes/ConcurrentHttpRequest/ConcurrentHttpRequest.node.ts';
import { findUnsupported } from '../../../../nodes/ConcurrentHttpRequest/description/unsupported.ts';
import { parametersOf } from '../../../../scripts/docs/parameters.ts';

const { description } = new ConcurrentHttpRequest();

/** Everything in the node's panel. */
export const parameters = parametersOf(description.properties);

/** Paths of the fields that hold a value, once each. */
export const fields = [
	...new Set(
		parameters
			.filter(({ property }) => property.type !== 'fixedCollection')
			.map(({ path }) => path),
	),
];

/** What n8n itself adds to a node that is an agent's tool. */
const OF_TOOLS = ['toolDescription'];

/** Paths of all that is set in a node's parameters, in the form of `parametersOf`. */
export function pathsIn(value: unknown, path = ''): string[] {
	if (Array.isArray(value)) {
		// A choice of several values is a list of texts.
		return value.flatMap((each) => pathsIn(each, typeof each === 'string' ? path : `${path}[]`));
	}
	if (typeof value !== 'object' || value === null) return [path];
	// An empty collection is an object without fields, so it leaves no path.
	return Object.entries(value).flatMap(([name, inner]) =>
		pathsIn(inner, path ? `${path}.${name}` : name),
	);
}

/** Paths of what is set and the node does not have. */
export function unknownIn(values: INodeParameters): string[] {
	return pathsIn(values).filter((path) => ![...fields, ...OF_TOOLS].includes(path));
}

/** Why n8n or the node would not run with these parameters; empty if both would. */
export function faultsOf(values: INodeParameters): string[] {
	const node = {
		...{ id: '1', name: 'HTTP', type: description.name, typeVersion: 4.5, parameters: values },
		position: [0, 0] as [number, number],
	};
	const { properties } = description;
	const complete = NodeHelpers.getNodeParameters(
		properties,
		values,
		true,
		false,
		node,
		description,
	);
	const issues = NodeHelpers.getNodeParametersIssues(
		properties,
		{ ...node, parameters: complete ?? {} },
		description,
	);
	const unsupported = findUnsupported(complete ?? {});
	return [
		...unknownIn(values).map((path) => `no parameter ${path}`),
		...Object.values(issues?.parameters ?? {}).flat(),
		...(unsupported === undefined ? [] : [unsupported]),
	];
}
