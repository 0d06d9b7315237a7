import type { Clock } from '../../../nodes/ConcurrentHttpRequest/common/Clock.ts';

/** What a simulated server answers. */
export interface Answer {
	readonly kind: 'ok' | 'overloaded' | 'failed';
	/** Milliseconds from now after which the client may come back: `Retry-After`. */
	readonly retryAfter?: number;
}

/** A server in virtual time. */
export interface SimulatedServer {
	/** Takes a request, and answers it at a later time of the clock. */
	request(answer: (answer: Answer) => void): void;
}

/** What a server is made of: time, and randomness from 0 to 1 that is the same in every run. */
export interface ServerParts {
	readonly clock: Clock;
	readonly random: () => number;
}

export interface ServerModel {
	readonly name: string;
	/** What kind of server it is, in a few words. */
	readonly title: string;
	/** Milliseconds at which its capacity changes, if it does. */
	readonly changesAt?: number;
	start(parts: ServerParts): SimulatedServer;
}
