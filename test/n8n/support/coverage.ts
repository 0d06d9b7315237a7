import { NodeHelpers } from 'n8n-workflow';
import type {
	INode,
	INodeParameters,
	INodeProperties,
	INodePropertyCollection,
	INodeTypeDescription,
} from 'n8n-workflow';
import { isCollection, isOfVersion, isProperty } from './outline.ts';
import { node } from './workflows.ts';

/** Types of parameters that show something and hold nothing. */
const SHOWN_ONLY = new Set(['notice', 'callout', 'curlImport']);

/** What there is to set, and what a use sets, beside the node's own description. */
export interface Panel {
	description: INodeTypeDescription;
	/** Of the node. */
	version: number;
	/** Names of n8n's generic credential types, which the description only refers to. */
	genericAuthTypes: string[];
}

/**
 * All that can be set in a panel: the path of each parameter, nested ones included, and
 * `path = value` for each value of each choice, a switch being a choice of two. A parameter that
 * stands in several places of the panel is one for each of them: `body (contentType: raw)`.
 */
export function settingsOf({ description, version, genericAuthTypes }: Panel): Set<string> {
	const settings = new Set<string>();
	const visit = (properties: INodeProperties[], prefix: string): void => {
		for (const { property, key } of withKeys(properties, prefix, version)) {
			settings.add(key);
			for (const value of choicesOf(property, genericAuthTypes)) {
				settings.add(`${key} = ${String(value)}`);
			}
			if (property.type === 'collection') visit(propertiesIn(property), `${key}.`);
			for (const { name, values } of collectionsIn(property)) visit(values, `${key}.${name}.`);
		}
	};
	visit(description.properties, '');
	return settings;
}

/**
 * The settings that a node's parameters make, by the names of `settingsOf`. The default of a
 * choice counts where the panel shows it, because the node goes by it then; of other parameters
 * only what is given, else one that nobody knows of would count by its default. An expression
 * is no value of a choice.
 */
export function settingsUsedBy(parameters: INodeParameters, panel: Panel): Set<string> {
	const { description, version } = panel;
	const used = new Set<string>();
	const asNode = node('HTTP', description.name, parameters, { typeVersion: version });
	const root = complete(asNode, description);
	const visit: Visit = (properties, prefix, completed, given) => {
		for (const { property, key } of withKeys(properties, prefix, version)) {
			const { name, type } = property;
			const value = completed[name];
			if (value === undefined) continue;
			if (!NodeHelpers.displayParameter(completed, property, asNode, description, root)) continue;
			const isChoice = choicesOf(property, panel.genericAuthTypes).length > 0;
			// A credential is held beside the parameters.
			if (isChoice || type === 'credentials' || name in given) used.add(key);
			if (isChoice) for (const each of [value].flat()) used.add(`${key} = ${String(each)}`);
			const inside = given[name] ?? {};
			if (type === 'collection') visit(propertiesIn(property), `${key}.`, ...pair(value, inside));
			for (const { name: row, values } of collectionsIn(property)) {
				const [rows, givenRows] = pair(value, inside).map((each) => [each[row] ?? []].flat());
				for (const [index, completedRow] of rows!.entries()) {
					visit(values, `${key}.${row}.`, ...pair(completedRow, givenRows![index] ?? {}));
				}
			}
		}
	};
	visit(description.properties, '', root, parameters);
	return used;
}

type Visit = (
	properties: INodeProperties[],
	prefix: string,
	completed: INodeParameters,
	given: INodeParameters,
) => void;

function pair(completed: unknown, given: unknown): [INodeParameters, INodeParameters] {
	return [completed as INodeParameters, given as INodeParameters];
}

/** Whether an exception, such as `options.proxy`, speaks of a setting, such as one below it. */
export function speaksOf(exception: string, setting: string): boolean {
	return setting === exception || ['.', ' '].some((end) => setting.startsWith(exception + end));
}

/** The parameters with all defaults that the panel shows. */
function complete(asNode: INode, description: INodeTypeDescription): INodeParameters {
	const { parameters } = asNode;
	return NodeHelpers.getNodeParameters(
		...([description.properties, parameters, true, false, asNode, description] as const),
	)!;
}

/** The parameters of a version that hold something, and what they are called here. */
function withKeys(properties: INodeProperties[], prefix: string, version: number) {
	const held = properties.filter(
		(property) => !SHOWN_ONLY.has(property.type) && isOfVersion(property, version),
	);
	return held.map((property) => {
		const { name } = property;
		const isOnlyOne = held.filter((other) => other.name === name).length === 1;
		return { property, key: prefix + name + (isOnlyOne ? '' : whereShown(property)) };
	});
}

function whereShown({ displayOptions }: INodeProperties): string {
	const conditions = Object.entries(displayOptions?.show ?? {}).filter(
		([name]) => name !== '@version' && name !== 'sendBody',
	);
	return ` (${conditions.map(([name, values]) => `${name}: ${values?.join('/')}`).join(', ')})`;
}

function choicesOf(property: INodeProperties, genericAuthTypes: string[]): unknown[] {
	if (property.type === 'boolean') return [true, false];
	if (property.credentialTypes?.includes('has:genericAuth')) return genericAuthTypes;
	if (property.type !== 'options' && property.type !== 'multiOptions') return [];
	return (property.options ?? []).map((option) => 'value' in option && option.value);
}

function propertiesIn({ options = [] }: INodeProperties): INodeProperties[] {
	return options.filter(isProperty);
}

function collectionsIn({ options = [] }: INodeProperties): INodePropertyCollection[] {
	return options.filter(isCollection);
}
