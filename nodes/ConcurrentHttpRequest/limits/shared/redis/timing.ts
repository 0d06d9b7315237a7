/** Times of the shared limits, all in milliseconds. docs/limits-redis.md says what rests on them. */

/**
 * Without a word from a run for so long, Redis gives its slots to others. Slots that are idle are
 * reused without asking for half of it only, so that a request of up to the other half is over
 * when they are given away.
 */
export const LEASE = 6_000;

/** A run says at least so often that it is alive. */
export const HEARTBEAT = 1_500;

/** Who waits and has not asked for so long is left out when shares are computed. */
export const FRESH = 2_500;

/** Who waits asks again at least so often, in case the message that should wake it was lost. */
export const LONGEST_WAIT = 1_000;

/** Units of a budget that were granted must be used within so long of being asked for. */
export const GRANT_VALID = 2_000;

/** Grants that nobody used for so long are given back. */
export const IDLE = 50;

/** A call that is not answered for so long has failed; Redis is away. */
export const CALL_TIMEOUT = 2_000;

/** The first wait before calling Redis again when it is away, and the longest. */
export const RETRY = { first: 50, longest: 1_000 } as const;

/** Redis must be away for so long before runs fail or go on with their share: restarts pass. */
export const AWAY_GRACE = 3_000;

/**
 * A Redis that this process has never reached is not waited for any longer: its credential is wrong,
 * rather than Redis away. As long as n8n itself waits for the Redis of its queue
 * (QUEUE_BULL_REDIS_TIMEOUT_THRESHOLD).
 */
export const FIRST_CONTACT = 10_000;

/**
 * After Redis lost its data it grants nothing for so long, while runs report what they have in
 * flight and have used. More than the longest wait of a run before it calls again.
 */
export const SETTLE = 2_000;

/** Uses are reported so long after they arrived at the latest, and within a quarter of an interval. */
export const REPORT = { longest: 500, shortest: 20, perInterval: 4 } as const;

/** Redis forgets a name when nothing of it has counted any more for so long. */
export const KEYS_KEPT = 60_000;

/** How many processes share a name is remembered for so long after its last run. */
export const SHARE_KEPT = 3_600_000;
