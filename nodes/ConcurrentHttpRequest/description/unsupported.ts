import type { INodeParameters } from 'n8n-workflow';

import { CONCURRENT_HTTP_API, genericAuthTypes } from './authentication';

const OR_KEEP = 'or keep HTTP Request for this step';

/**
 * Looks for something that HTTP Request would do for these parameters and this node would not do.
 *
 * A choice by expression is known only for each item, so it passes here: whoever resolves it has to
 * refuse what it cannot do.
 *
 * @param parameters The node's parameters as n8n keeps them (`getNode().parameters`), unresolved.
 * @returns What to tell the user, or `undefined` if the node may run.
 */
export function findUnsupported(parameters: INodeParameters): string | undefined {
	const { authentication, genericAuthType } = parameters;
	if (authentication === 'predefinedCredentialType') {
		return `Predefined credential types are not supported, because n8n reserves them for its own nodes. Under Authentication choose Generic Credential Type or Concurrent HTTP API, ${OR_KEEP}.`;
	}
	if (isOtherThan(authentication, ['none', 'genericCredentialType', CONCURRENT_HTTP_API])) {
		return `Authentication "${String(authentication)}" is not supported. Choose one from the list.`;
	}
	if (
		authentication !== 'genericCredentialType' ||
		!isOtherThan(genericAuthType, genericAuthTypes)
	) {
		return undefined;
	}
	return genericAuthType === ''
		? 'Authentication is set to Generic Credential Type, but no type is chosen. Choose a Generic Auth Type.'
		: `Generic Auth Type "${String(genericAuthType)}" is not supported. Choose another, ${OR_KEEP}.`;
}

function isOtherThan(value: unknown, known: readonly string[]): boolean {
	const isExpression = typeof value === 'string' && value.startsWith('=');
	return value !== undefined && !isExpression && !known.includes(String(value));
}
