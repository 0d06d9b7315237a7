import { type IExecuteFunctions, NodeOperationError } from 'n8n-workflow';

import type { RunAuthentication } from './authentication';
import type { ClientOptions } from './client/Client';
import { REDIS_CREDENTIAL } from './description/redisLimits';
import { findUnsupported } from './description/unsupported';
import { missingRule } from './egress/missingRule';
import { assertNoFixedExpressions } from './parameters/fixedTexts';
import { ExpressionFailure } from './parameters/ExpressionFailure';
import { InvalidParameter } from './parameters/InvalidParameter';
import type { RunParameters } from './parameters/ItemParameters';
import { readRunLimits } from './parameters/limits';
import { assertShared, readRedisCredential, readWhenRedisIsAway } from './parameters/redis';
import { readRunSettings } from './parameters/runSettings';
import { readTesting, type Testing } from './parameters/testing';
import { connectToRedis } from './redis/connections';

/**
 * Reads and checks the settings of a run, before anything is sent. Connects to Redis where limits
 * are shared through it.
 *
 * @throws {NodeOperationError} where n8n is too old, a parameter would do nothing, or a setting is
 * not valid
 */
export async function checkRun(
	context: IExecuteFunctions,
	parameters: RunParameters,
	authentication: RunAuthentication,
): Promise<Pick<ClientOptions, 'settings' | 'limits' | 'redis'> & { testing: Testing }> {
	const node = context.getNode();
	const fail = (message: string, hint?: string) =>
		new NodeOperationError(node, message, { description: hint });
	const missing = missingRule(context);
	if (missing) throw fail(missing.message, missing.hint);
	if (node.typeVersion < 4) {
		throw fail(
			'This node has the version of an HTTP Request node from before 4.0',
			'Its parameters meant something else then. Set up a new Concurrent HTTP Request node.',
		);
	}
	const unsupported = findUnsupported(node.parameters);
	if (unsupported !== undefined) throw fail(unsupported);
	try {
		assertNoFixedExpressions((name) => parameters.raw(name));
		const read = await readRun(context, parameters, authentication);
		const { settings, limits, testing, whenAway } = read;
		if (settings.stopAfter && !context.continueOnFail()) {
			throw new InvalidParameter(
				'Stop After',
				'cannot return what is done while On Error is Stop Workflow',
				'Nothing has been sent. Set Settings > On Error to Continue (using error output), or remove Options > Stop After.',
			);
		}
		if (!whenAway || testing.preview) return { settings, limits, testing, redis: undefined };
		assertShared(limits);
		const options = readRedisCredential(await context.getCredentials(REDIS_CREDENTIAL));
		const connection = await connectToRedis(options);
		return { settings, limits, testing, redis: { whenAway, connection } };
	} catch (error) {
		if (error instanceof InvalidParameter) throw fail(error.message, error.hint);
		const failure = new NodeOperationError(node, error as Error);
		if (error instanceof ExpressionFailure) Object.assign(failure.context, error.context);
		throw failure;
	}
}

/**
 * Reads the settings from the first item. Where one of their expressions fails for it and the
 * workflow goes on after errors, the next item counts as the first.
 */
async function readRun(
	context: IExecuteFunctions,
	parameters: RunParameters,
	authentication: RunAuthentication,
) {
	const items = context.continueOnFail() ? context.getInputData().length : 1;
	let failure: unknown;
	for (let itemIndex = 0; itemIndex < items; itemIndex++) {
		const itemParameters = parameters.forItem(itemIndex);
		try {
			const settings = readRunSettings(itemParameters);
			const account = await authentication.account(itemParameters);
			return {
				settings,
				limits: readRunLimits(itemParameters, settings.concurrency.max, account),
				testing: readTesting(itemParameters, context.getMode()),
				whenAway: readWhenRedisIsAway(itemParameters),
			};
		} catch (error) {
			failure ??= error;
			if (error instanceof InvalidParameter) break;
		}
	}
	throw failure;
}
