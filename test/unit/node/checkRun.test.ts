import { type IExecuteFunctions, NodeOperationError } from 'n8n-workflow';

import { ConcurrentHttpRequest } from '../../../nodes/ConcurrentHttpRequest/ConcurrentHttpRequest.node.ts';

/** What the node asks of n8n before it sends anything. */
async function run(typeVersion: number, helpers: object): Promise<unknown> {
	const context = {
		getNode: () => ({ name: 'HTTP', typeVersion, parameters: {} }),
		getWorkflowSettings: () => ({}),
		isToolExecution: () => false,
		getInputData: () => [{ json: {} }],
		getNodeParameter: () => null,
		evaluateExpression: () => null,
		continueOnFail: () => false,
		helpers,
	} as unknown as IExecuteFunctions;
	return await new ConcurrentHttpRequest().execute.call(context).catch((error: unknown) => error);
}

const withFilter = { getSecureEgressFilter: () => undefined };

it('names the version that it needs where n8n has no egress filter', async () => {
	const error = await run(4.5, {});
	expect(error).toBeInstanceOf(NodeOperationError);
	expect(error).toMatchObject({
		message: 'This node needs n8n 2.30 or later',
		description:
			'An older n8n does not tell a node which addresses the administrator allows. ' +
			'Update n8n, or use HTTP Request.',
	});
});

it('refuses parameters from before version 4, which meant something else', async () => {
	const error = await run(3, withFilter);
	expect(error).toBeInstanceOf(NodeOperationError);
	expect(error).toMatchObject({ message: expect.stringContaining('before 4.0') as string });
});

it('goes on to the parameters where both are right', async () => {
	expect(await run(4, withFilter)).toMatchObject({
		message: expect.stringContaining('Max Concurrency') as string,
	});
});
