import { createHash, randomUUID } from 'node:crypto';
import type { RedisOptions } from 'ioredis';

import { RedisMemory } from '../limits/shared/redis/RedisMemory';
import type { ScriptStore } from '../limits/shared/redis/ScriptStore';
import { IoredisStore } from './IoredisStore';

/** A Redis that runs of this process share, until `release`. */
export interface RedisConnection {
	readonly store: ScriptStore;
	readonly memory: RedisMemory;
	/** The name of this process, among all that use this Redis. */
	readonly process: string;
	/** The run no longer needs it. To be called once. */
	release(): void;
}

interface KnownRedis {
	/** Outlives the connection, because it is needed while Redis is away. */
	readonly memory: RedisMemory;
	store: IoredisStore;
}

/** Beyond so many, those that are not connected are forgotten. Each change of a credential adds one. */
const MOST_KNOWN = 100;

/** Process ids are not unique: each container has its own. */
const processName = randomUUID();

/** By a digest of the credential, so that no password is a key. In the order of their last use. */
const knownRedis = new Map<string, KnownRedis>();

/**
 * The connection for the options of a credential: made for the first run that needs it, shared by all, and closed
 * when none has used it for a while. Does not wait until Redis responds.
 */
export async function connectToRedis(options: RedisOptions): Promise<RedisConnection> {
	// Loaded when it is needed: most runs do not share limits.
	const { Redis } = await import('ioredis');
	const key = createHash('sha256').update(JSON.stringify(options)).digest('hex');
	const former = knownRedis.get(key);
	const memory = former?.memory ?? new RedisMemory();
	const store = former && !former.store.isClosed ? former.store : new IoredisStore(Redis, options);
	knownRedis.delete(key);
	knownRedis.set(key, { memory, store });
	for (const [known, { store: unused }] of knownRedis) {
		if (knownRedis.size > MOST_KNOWN && unused.isClosed) knownRedis.delete(known);
	}
	store.retain();
	return { store, memory, process: processName, release: () => store.release() };
}
