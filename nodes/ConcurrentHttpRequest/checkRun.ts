import { type IExecuteFunctions, NodeOperationError } from 'n8n-workflow';

import { REDIS_CREDENTIAL } from './description/redisLimits';
import { findUnsupported } from './description/unsupported';
import type { RunLimits } from './limits/createLimits';
import { connectToRedis } from './redis/connections';
import type { RunAuthentication } from './authentication';
import { InvalidParameter } from './parameters/InvalidParameter';
import type { RunParameters } from './parameters/ItemParameters';
import { assertShared, readRedisCredential } from './parameters/redisLimits';
import { type RunCredential, runLimits } from './parameters/runLimits';
import { readRunSettings, type RunSettings } from './parameters/runSettings';
import type { SharedThroughRedis } from './client/Client';

/** What concerns the whole run. */
export interface CheckedRun {
	readonly settings: RunSettings;
	readonly limits: RunLimits;
	/** Connected where limits are shared through Redis. */
	readonly redis: SharedThroughRedis | undefined;
}

/**
 * Reads and checks the settings of a run, before anything is sent.
 *
 * @throws {NodeOperationError} where n8n is too old, a parameter would do nothing, or a setting is
 * not valid
 */
export async function checkRun(
	context: IExecuteFunctions,
	parameters: RunParameters,
	authentication: RunAuthentication,
): Promise<CheckedRun> {
	const node = context.getNode();
	const fail = (message: string, hint?: string) =>
		new NodeOperationError(node, message, { description: hint });
	if (typeof context.helpers.getSecureEgressFilter !== 'function') {
		throw fail('This node needs n8n 2.31 or later', 'Update n8n, or use HTTP Request.');
	}
	if (node.typeVersion < 4) {
		throw fail(
			'This node has the version of an HTTP Request node from before 4.0',
			'Its parameters meant something else then. Set up a new Concurrent HTTP Request node.',
		);
	}
	const unsupported = findUnsupported(node.parameters);
	if (unsupported !== undefined) throw fail(unsupported);
	try {
		const { settings, account } = await readRun(context, parameters, authentication);
		const limits = runLimits(settings.limits, settings.concurrency.max, account);
		if (!settings.redis) return { settings, limits, redis: undefined };
		assertShared(limits);
		const credential = readRedisCredential(await context.getCredentials(REDIS_CREDENTIAL));
		const connection = await connectToRedis(credential);
		return { settings, limits, redis: { ...settings.redis, connection } };
	} catch (error) {
		if (error instanceof InvalidParameter) throw fail(error.message, error.hint);
		throw new NodeOperationError(node, error as Error);
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
): Promise<{ settings: RunSettings; account: RunCredential | undefined }> {
	const items = context.continueOnFail() ? context.getInputData().length : 1;
	let failure: unknown;
	for (let itemIndex = 0; itemIndex < items; itemIndex++) {
		const itemParameters = parameters.forItem(itemIndex);
		try {
			const settings = readRunSettings(itemParameters);
			return { settings, account: await authentication.account(itemParameters) };
		} catch (error) {
			failure ??= error;
			if (error instanceof InvalidParameter) break;
		}
	}
	throw failure;
}
