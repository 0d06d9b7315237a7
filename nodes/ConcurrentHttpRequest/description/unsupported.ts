import type { INodeParameters } from 'n8n-workflow';

import { CONCURRENT_HTTP_API, genericAuthTypes } from './authentication';

/** One thing that HTTP Request does and this node does not. */
interface Unsupported {
	/** The parameter that asks for it, from the node's first level. */
	readonly path: string;
	/** Whether HTTP Request would do it for this value, which is never `undefined`. */
	readonly isUsed: (value: unknown, parameters: INodeParameters) => boolean;
	/** What cannot be done, and what to do about it. */
	readonly message: (value: unknown) => string;
}

const authenticationKinds = ['none', 'genericCredentialType', CONCURRENT_HTTP_API];

const OR_KEEP = 'or keep HTTP Request for this step';

const unsupported: readonly Unsupported[] = [
	{
		path: 'authentication',
		isUsed: (value) => isOtherThan(value, authenticationKinds),
		message: (value) =>
			value === 'predefinedCredentialType'
				? `Predefined credential types are not supported, because n8n reserves them to its own nodes. Under Authentication choose Generic Credential Type or Concurrent HTTP API, ${OR_KEEP}.`
				: `Authentication "${String(value)}" is not supported. Choose one from the list.`,
	},
	{
		path: 'genericAuthType',
		isUsed: (value, { authentication }) =>
			authentication === 'genericCredentialType' && isOtherThan(value, genericAuthTypes),
		message: (value) =>
			value === ''
				? 'Authentication is set to Generic Credential Type, but no type is chosen. Choose a Generic Auth Type.'
				: `Generic Auth Type "${String(value)}" is not supported. Choose another, ${OR_KEEP}.`,
	},
];

/**
 * Looks for something that HTTP Request would do for these parameters and this node would not do.
 *
 * A choice by expression is known only per item, so it passes here: whoever resolves it has to
 * refuse what it cannot do.
 *
 * @param parameters The node's parameters as n8n keeps them (`getNode().parameters`), unresolved.
 * @returns What to tell the user, or `undefined` if the node may run.
 */
export function findUnsupported(parameters: INodeParameters): string | undefined {
	for (const { path, isUsed, message } of unsupported) {
		const value = valueAt(parameters, path);
		if (value !== undefined && isUsed(value, parameters)) return message(value);
	}
	return undefined;
}

function isOtherThan(value: unknown, known: readonly string[]): boolean {
	const isExpression = typeof value === 'string' && value.startsWith('=');
	return !isExpression && !known.includes(String(value));
}

function valueAt(parameters: INodeParameters, path: string): unknown {
	let value: unknown = parameters;
	for (const name of path.split('.')) {
		if (!isObject(value)) return undefined;
		value = value[name];
	}
	return value;
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
