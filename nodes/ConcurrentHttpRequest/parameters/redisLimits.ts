import type { RunLimits } from '../limits/createLimits';
import type { WhenAway } from '../limits/shared/redis/WhenAway';
import type { RedisCredential } from '../redis/RedisCredential';
import { InvalidParameter } from './InvalidParameter';
import type { ItemParameters } from './ItemParameters';
import { isEmpty, numberIn } from './readNumber';
import { toText } from '../common/toText';

/** How limits are shared through Redis. */
export interface RedisSettings {
	readonly whenAway: WhenAway;
}

const WHEN_AWAY: readonly WhenAway[] = ['wait', 'fail', 'localShare'];

/**
 * Whether limits are shared through Redis, and what is to happen while it is away.
 *
 * @returns `undefined` if each process has the limits to itself
 * @throws {InvalidParameter}
 */
export function readRedisLimits(parameters: ItemParameters): RedisSettings | undefined {
	const through = parameters.get('options.sharedThrough') ?? 'process';
	if (through === 'process') return undefined;
	if (through !== 'redis') {
		throw new InvalidParameter(
			'Limits Shared Through',
			`cannot be "${toText(through)}"`,
			'Choose This n8n Process or Redis.',
		);
	}
	if (parameters.get('options.spreadEvenly') === true) {
		throw new InvalidParameter(
			'Spread Requests Evenly',
			'does not work with limits that are shared through Redis',
			'Remove the option, or state a limit for a shorter interval as well: 2 a second beside 100 a minute.',
		);
	}
	const value = parameters.get('options.whenRedisIsAway') ?? 'wait';
	const whenAway = WHEN_AWAY.find((known) => known === value);
	if (!whenAway) {
		throw new InvalidParameter(
			'When Redis Is Away',
			`cannot be "${toText(value)}"`,
			'Choose Wait, Fail, or Go On with the Local Share.',
		);
	}
	return { whenAway };
}

/**
 * Limits of this run alone are not shared: Redis would do nothing, and a user who chose it takes the
 * account for protected.
 *
 * @param limits the run's
 * @throws {InvalidParameter} if there is nothing to share
 */
export function assertShared({ shared }: RunLimits): void {
	if (shared.length > 0) return;
	throw new InvalidParameter(
		'Limits Shared Through',
		'is set to Redis, but this node has no limits to share: its limits hold for this run only',
		'Set Limits Hold For to all runs with the same credential or name, enter the limits in a Concurrent HTTP API credential, or remove the option.',
	);
}

/**
 * n8n's credential of type `redis`, checked.
 *
 * @throws {InvalidParameter} names the field, never its value
 */
export function readRedisCredential(data: Readonly<Record<string, unknown>>): RedisCredential {
	const fail = (field: string, problem: string) =>
		new InvalidParameter(`${field} of the Redis Credential`, problem);
	const host = toText(data.host ?? '').trim() || 'localhost';
	if (/[\s/@]/.test(host)) {
		throw fail('Host', 'must be a name or an address alone, for example redis.example.com');
	}
	const port = numberIn(isEmpty(data.port) ? 6379 : data.port, {
		min: 1,
		max: 65_535,
		isWhole: true,
	});
	if (port === undefined) {
		throw fail('Port', 'must be a whole number from 1 to 65535');
	}
	const database = numberIn(isEmpty(data.database) ? 0 : data.database, { min: 0, isWhole: true });
	if (database === undefined) {
		throw fail('Database Number', 'must be a whole number from 0');
	}
	return {
		host,
		port,
		database,
		user: toText(data.user ?? ''),
		password: toText(data.password ?? ''),
		ssl: data.ssl === true,
		disableTlsVerification: data.disableTlsVerification === true,
	};
}
