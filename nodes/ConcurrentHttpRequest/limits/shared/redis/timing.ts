/** Times of limits that are shared through Redis, in milliseconds. docs/limits-redis.md explains them. */

/**
 * Redis gives a run's slots to others when the run has not called for so long. A run reuses its slots for
 * half of that, so that a request of up to the other half is over when they are given away.
 */
export const LEASE = 6_000;

/** The longest time between two calls of a run. */
export const HEARTBEAT = 1_500;

/** A waiting run that has not called for so long is left out when shares are computed. */
export const FRESH = 2_500;

/** A waiting run calls again after so long at the latest, in case the message to wake it was lost. */
export const LONGEST_WAIT = 1_000;

/** Units of a rate limit must be used within so long of the call that asked for them. */
export const GRANT_VALID = 2_000;

/** Grants that nobody used for so long are given back, or for four round trips if that is longer. */
export const IDLE = 50;

/** A call without a response for so long has failed; Redis is away. */
export const CALL_TIMEOUT = 2_000;

/** The first wait before calling Redis again when it is away, and the longest. */
export const RETRY = { first: 50, longest: 1_000 } as const;

/** Redis must be away for so long before runs fail or go on with their share, so restarts do no harm. */
export const AWAY_GRACE = 3_000;

/**
 * Runs wait for so long for a Redis that this process has never reached: its credential is probably wrong.
 * n8n waits as long for the Redis of its queue (QUEUE_BULL_REDIS_TIMEOUT_THRESHOLD).
 */
export const FIRST_CONTACT = 10_000;

/**
 * After Redis has lost its data it grants nothing for so long, while runs report what they have in
 * flight and have used. More than the longest time between two calls of a run.
 */
export const SETTLE = 2_000;

/** Usage is reported so long after it arrived at the latest, and within a quarter of an interval. */
export const REPORT = { longest: 500, shortest: 20, perInterval: 4 } as const;

/** Redis forgets a name when nothing of it has counted for so long. */
export const KEYS_KEPT = 60_000;
