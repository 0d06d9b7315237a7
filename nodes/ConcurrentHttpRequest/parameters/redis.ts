import type { RedisOptions } from 'ioredis';

import { toText } from '../common/toText';
import type { LimitOptions } from '../limits/createLimits';
import type { WhenUnavailable } from '../limits/shared/redis/RedisLimit';
import { describeRange, isEmpty, numberIn, readChoice } from './fields';
import { InvalidParameter } from './InvalidParameter';
import type { ItemParameters } from './ItemParameters';
import { rowsOf } from './limits';

/**
 * Reads what to do while the Redis that shares limits is away.
 *
 * @returns `undefined` if each process has the limits to itself
 * @throws {InvalidParameter}
 */
export function readWhenRedisIsAway(parameters: ItemParameters): WhenUnavailable | undefined {
	const option = (name: string) => parameters.get(`options.${name}`);
	const through = readChoice(option('sharedThrough'), 'Limits Shared Through', [
		'process',
		'redis',
	]);
	if (through === 'process') return undefined;
	if (rowsOf(parameters.get('rateLimits')).some(({ spreadEvenly }) => spreadEvenly === true)) {
		throw new InvalidParameter(
			'Spread Evenly',
			'does not work with limits that are shared through Redis',
			'Switch it off, or state a limit for a shorter interval as well: 2 a second beside 100 a minute.',
		);
	}
	const choices = ['wait', 'fail', 'localShare'] as const;
	return readChoice(option('whenRedisIsAway'), 'When Redis Is Away', choices);
}

/**
 * Refuses Redis where all limits hold for this run alone: it would share nothing, and users who
 * choose it take their account for protected.
 *
 * @throws {InvalidParameter}
 */
export function assertShared({ shared }: LimitOptions): void {
	if (shared.length > 0) return;
	throw new InvalidParameter(
		'Limits Shared Through',
		'is set to Redis, but this node has no limits to share: its limits hold for this run only',
		'Set Limits Hold For to all runs with the same credential or name, enter the limits in a Concurrent HTTP API credential, or remove the option.',
	);
}

/**
 * Reads n8n's credential of type `redis`.
 *
 * @throws {InvalidParameter} names the field, never its value
 */
export function readRedisCredential(data: Readonly<Record<string, unknown>>): RedisOptions {
	const host = toText(data.host ?? '').trim() || 'localhost';
	if (/[\s/@]/.test(host)) {
		throw invalid('Host', 'must be a name or an address alone, for example redis.example.com');
	}
	const [username, password] = [toText(data.user ?? ''), toText(data.password ?? '')];
	const tls = { rejectUnauthorized: data.disableTlsVerification !== true };
	return {
		host,
		port: readWhole(data.port, 'Port', { default: 6379, minValue: 1, maxValue: 65_535 }),
		db: readWhole(data.database, 'Database Number', { default: 0, minValue: 0 }),
		...(username !== '' && { username }),
		...(password !== '' && { password }),
		...(data.ssl === true && { tls }),
	};
}

function readWhole(
	value: unknown,
	label: string,
	bounds: { default: number; minValue: number; maxValue?: number },
): number {
	const field = {
		displayName: label,
		default: bounds.default,
		typeOptions: { ...bounds, numberPrecision: 0 },
	};
	const number = isEmpty(value) ? bounds.default : numberIn(value, field);
	if (number !== undefined) return number;
	throw invalid(label, `must be ${describeRange(field)}`);
}

function invalid(label: string, problem: string): InvalidParameter {
	return new InvalidParameter(`${label} of the Redis Credential`, problem);
}
