/**
 * What runs do while Redis is away: wait for it, fail, or go on within this process's share of
 * the limits.
 */
export type WhenAway = 'wait' | 'fail' | 'localShare';
