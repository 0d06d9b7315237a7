import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

/** One field of the node's panel. */
export interface Parameter {
	/** Where its value stands in a workflow's JSON, `[]` behind what is a list. */
	path: string;
	property: INodeProperties;
}

/** What the editor draws and stores no value for. */
const WITHOUT_VALUE = new Set(['notice', 'credentials', 'curlImport']);

/**
 * Every field of a description, from top to bottom; the fields of a collection follow it. A path
 * occurs once for each field that the description has for it.
 */
export function parametersOf(properties: INodeProperties[], prefix = ''): Parameter[] {
	return properties.flatMap((property, index): Parameter[] => {
		// The same group once more, as tools have it.
		if (
			isOfToolOnly(property) &&
			properties.findIndex(({ name }) => name === property.name) < index
		) {
			return [];
		}
		const path = prefix + property.name;
		if (WITHOUT_VALUE.has(property.type)) return [];
		const inner = (property.options ?? []) as INodeProperties[];
		if (property.type === 'collection') return parametersOf(inner, `${path}.`);
		if (property.type !== 'fixedCollection') return [{ path, property }];
		const list = property.typeOptions?.multipleValues === true ? '[]' : '';
		const groups = (property.options ?? []) as Array<{ name: string; values: INodeProperties[] }>;
		return [
			{ path, property },
			...groups.flatMap(({ name, values }) => parametersOf(values, `${path}.${name}${list}.`)),
		];
	});
}

function isOfToolOnly({ displayOptions }: INodeProperties): boolean {
	return displayOptions?.show?.['@tool'] !== undefined;
}

/** Whether the path is that of the parameter, or of something inside it. */
export function isWithin(path: string, parameter: string): boolean {
	return path === parameter || path.startsWith(`${parameter}.`);
}

/** The parameter as an entry of a Markdown list, in the words of the panel. */
export function describe({ path, property }: Parameter): string {
	const facts = [`\`${path}\``, ...defaultOf(property)].join(', ');
	const text = [
		...(property.description ? [endWithPeriod(toMarkdown(property.description))] : []),
		...conditionOf(property),
		...plainChoicesOf(property),
	].join(' ');
	const title = `- **${property.displayName}** (${facts})`;
	return [text ? `${title}: ${text}` : title, ...describedChoicesOf(property)].join('\n');
}

function defaultOf({ type, default: value }: INodeProperties): string[] {
	if (type === 'fixedCollection') return [];
	if (value === '') return ['default: empty'];
	if (typeof value === 'boolean') return [`default: ${value ? 'on' : 'off'}`];
	const values = Array.isArray(value) ? value : [value];
	return [`default: ${values.map((each) => `\`${String(each)}\``).join(', ')}`];
}

function conditionOf({ displayOptions }: INodeProperties): string[] {
	const conditions = Object.entries(displayOptions?.show ?? {}).map(([name, values = []]) => {
		const allowed = (values as unknown[]).map((value) =>
			value === true ? 'on' : `\`${String(value)}\``,
		);
		return `\`${name.replace(/^\//, '')}\` is ${allowed.join(' or ')}`;
	});
	return conditions.length > 0 ? [`Only if ${conditions.join(' and ')}.`] : [];
}

function choicesOf({ type, options = [] }: INodeProperties): INodePropertyOptions[] {
	return type === 'options' || type === 'multiOptions' ? (options as INodePropertyOptions[]) : [];
}

/** Choices whose names say everything, such as methods. */
function plainChoicesOf(property: INodeProperties): string[] {
	const plain = choicesOf(property).filter(({ description }) => !description);
	if (plain.length === 0) return [];
	// A choice that is shown on two conditions is listed twice.
	const values = new Set(plain.map(({ value }) => `\`${String(value)}\``));
	return [`Choices: ${[...values].join(', ')}.`];
}

function describedChoicesOf(property: INodeProperties): string[] {
	return choicesOf(property)
		.filter(({ description }) => description)
		.map(
			({ name, value, description = '' }) =>
				`  - **${name}** (\`${String(value)}\`): ${endWithPeriod(toMarkdown(description))}`,
		);
}

function toMarkdown(html: string): string {
	return html.replace(/<\/?code>/g, '`');
}

function endWithPeriod(text: string): string {
	return /[.?!]$/.test(text) ? text : `${text}.`;
}
