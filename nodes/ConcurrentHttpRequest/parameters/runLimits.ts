import type { RunLimits, SharedTerms } from '../limits/createLimits';
import type { Terms } from '../limits/shared/SharedLimit';
import { InvalidParameter } from './InvalidParameter';
import type { LimitSettings } from './limits';
import { readRateLimit, rowsOf } from './rateLimits';
import { checkNumber } from './readNumber';

/** The credential that a run uses. */
export interface RunCredential {
	/** n8n's id of it. */
	readonly id: string;
	/** Its fields, decrypted. */
	readonly data: Readonly<Record<string, unknown>>;
}

/**
 * The limits of a run: those of the node, to itself or shared, and those of its account.
 *
 * @param concurrency what the node has as Max Concurrency; shared as the rest is
 * @throws {InvalidParameter}
 */
export function runLimits(
	settings: LimitSettings,
	concurrency: number,
	credential: RunCredential | undefined,
): RunLimits {
	const { scope, budgets, ...rest } = settings;
	const account = credential ? accountLimits(credential.data) : undefined;
	const shared: SharedTerms[] = [];
	if (account) shared.push({ key: credentialKey(credential), ...account });
	if (scope.kind === 'run') return { ...rest, budgets, shared };

	const own = { concurrency, budgets };
	if (scope.kind === 'name') shared.push({ key: `name:${scope.name}`, ...own });
	else shared.splice(0, 1, { key: credentialKey(credential), ...together(own, account) });
	return { ...rest, budgets: [], shared };
}

/**
 * The limits that a credential of ours states for its account.
 *
 * @returns `undefined` if it states none
 * @throws {InvalidParameter}
 */
function accountLimits(data: Readonly<Record<string, unknown>>): Terms | undefined {
	const budgets = rowsOf(data.rateLimits).map(readRateLimit);
	const concurrency = checkNumber(data.maxConcurrency, {
		field: 'Max Concurrency of the Credential',
		fallback: 0,
		min: 0,
		isWhole: true,
		hint: 'Use 0 for no limit.',
	});
	if (concurrency === 0 && budgets.length === 0) return undefined;
	return { budgets, ...(concurrency > 0 && { concurrency }) };
}

function together(one: Terms, other: Terms | undefined): Terms {
	return {
		concurrency: Math.min(one.concurrency ?? Infinity, other?.concurrency ?? Infinity),
		budgets: [...one.budgets, ...(other?.budgets ?? [])],
	};
}

function credentialKey(credential: RunCredential | undefined): string {
	if (!credential) {
		throw new InvalidParameter(
			'Limits Hold For',
			'is set to all runs with the same credential, but this node uses no credential',
			'Choose a credential under Authentication, or share the limits by a name.',
		);
	}
	return `credential:${credential.id}`;
}
