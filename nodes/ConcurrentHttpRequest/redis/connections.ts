import { createHash, randomUUID } from 'node:crypto';

import { LocalShares } from '../limits/shared/redis/LocalShare';
import type { ScriptStore } from '../limits/shared/redis/ScriptStore';
import { IoredisStore } from './IoredisStore';
import { connectionOptions, type RedisCredential } from './RedisCredential';

/** Milliseconds for which a connection that no run uses is kept. */
const KEPT_UNUSED = 30_000;

/** A Redis that runs of this process share, until `release`. */
export interface RedisConnection {
	readonly store: ScriptStore;
	readonly shares: LocalShares;
	/** This process, among all that use this Redis. */
	readonly process: string;
	/** The run needs it no more. */
	release(): void;
}

interface Entry {
	readonly store: IoredisStore;
	users: number;
	timer?: NodeJS.Timeout;
}

/** Redis of which it is remembered how many processes use them, beside those in use. */
const MOST_REMEMBERED = 100;

/** Process ids are not unique: each container has its own. */
const processName = randomUUID();

const entries = new Map<string, Entry>();

/** Kept when the connection is closed: how many processes there are is needed when Redis is away. */
const shares = new Map<string, LocalShares>();

/**
 * The connection for a credential: made for the first run that needs it, shared by all, and closed
 * when none has used it for a while. It does not wait until Redis answers.
 */
export async function connectToRedis(credential: RedisCredential): Promise<RedisConnection> {
	// Loaded when it is needed: most runs do not share limits.
	const { Redis } = await import('ioredis');
	const options = connectionOptions(credential);
	// A digest, so that no password lies about as a key.
	const key = createHash('sha256').update(JSON.stringify(options)).digest('hex');
	let entry = entries.get(key);
	if (!entry || entry.store.isClosed) {
		entry = { store: new IoredisStore(Redis, options), users: 0 };
		entries.set(key, entry);
	}
	const { store } = entry;
	const use = entry;
	use.users++;
	clearTimeout(use.timer);
	store.isUsed = true;
	const ofRedis = shares.get(key) ?? new LocalShares();
	// The one that was used last stands last.
	shares.delete(key);
	shares.set(key, ofRedis);
	forgetOldest();
	let isReleased = false;
	return {
		store,
		shares: ofRedis,
		process: processName,
		release: () => {
			if (isReleased) return;
			isReleased = true;
			if (--use.users > 0) return;
			store.isUsed = false;
			use.timer = setTimeout(() => {
				store.close();
				if (entries.get(key) === use) entries.delete(key);
			}, KEPT_UNUSED).unref();
		},
	};
}

/** Each change of a credential makes another key. */
function forgetOldest(): void {
	for (const key of shares.keys()) {
		if (shares.size <= MOST_REMEMBERED) return;
		if (!entries.has(key)) shares.delete(key);
	}
}
