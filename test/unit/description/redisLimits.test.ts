import { type INodeParameters, type INodeProperties, NodeHelpers } from 'n8n-workflow';

import { ConcurrentHttpRequest } from '../../../nodes/ConcurrentHttpRequest/ConcurrentHttpRequest.node';
import {
	redisCredentials,
	redisLimitsOptions,
} from '../../../nodes/ConcurrentHttpRequest/description/redisLimits';
import { nodeWith } from './n8n';

/** The node's description with these options and this credential. */
function described() {
	const { description } = new ConcurrentHttpRequest();
	const properties = description.properties.map((property) =>
		property.name === 'options'
			? {
					...property,
					options: [...((property.options ?? []) as INodeProperties[]), ...redisLimitsOptions],
				}
			: property,
	);
	return { ...description, properties, credentials: redisCredentials };
}

const asked = (options: INodeParameters) => {
	const description = described();
	const node = nodeWith({ options });
	return redisCredentials.some((credential) =>
		NodeHelpers.displayParameter(node.parameters, credential, node, description),
	);
};

it('asks for the credential only where limits are shared through Redis', () => {
	expect(asked({})).toBe(false);
	expect(asked({ sharedThrough: 'process' })).toBe(false);
	expect(asked({ sharedThrough: 'redis' })).toBe(true);
});
