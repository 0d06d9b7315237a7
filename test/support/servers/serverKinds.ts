import type { Answer, ServerModel, ServerParts } from './ServerModel.ts';
import { WorkerQueue } from './WorkerQueue.ts';

export const ok: Answer = { kind: 'ok' };
export const overloaded: Answer = { kind: 'overloaded' };
export const failed: Answer = { kind: 'failed' };

/** Milliseconds that a refusal takes: it costs the server nothing. */
const REFUSAL_TIME = 5;

export interface Workers {
	/** How many work at the same time, at a time of the clock. */
	readonly workers: (now: number) => number;
	/** Milliseconds that one request takes, at a time of the clock. */
	readonly duration: (now: number, random: () => number) => number;
	/** Milliseconds on the network, there and back. */
	readonly network?: number;
	readonly answer?: (now: number, random: () => number) => Answer;
	/** Milliseconds that pass when a worker is done, and before the answer. */
	readonly afterwards?: (random: () => number) => number;
}

export function withWorkers({
	workers,
	duration,
	network = 0,
	answer,
	afterwards = () => 0,
}: Workers): ServerModel['start'] {
	return ({ clock, random }: ServerParts) => {
		const queue = new WorkerQueue(clock, () => workers(clock.now()));
		return {
			request(reply: (answer: Answer) => void): void {
				const now = clock.now();
				clock.at(now + network / 2, () =>
					queue.add(
						() => duration(clock.now(), random),
						() => {
							const said = answer?.(clock.now(), random) ?? ok;
							const wait = network / 2 + afterwards(random);
							clock.at(clock.now() + wait, () => reply(said));
						},
					),
				);
			},
		};
	};
}

export interface Bucket {
	/** Tokens a second, and the most that it holds. */
	readonly perSecond: number;
	readonly burst: number;
	readonly latency: (random: () => number) => number;
	readonly sendsRetryAfter?: boolean;
	/** Milliseconds. */
	readonly refusalTime?: number;
}

export function tokenBucket({
	perSecond,
	burst,
	latency,
	sendsRetryAfter,
	refusalTime = REFUSAL_TIME,
}: Bucket): ServerModel['start'] {
	return ({ clock, random }: ServerParts) => {
		let tokens = burst;
		let filledAt = 0;
		return {
			request(reply: (answer: Answer) => void): void {
				const now = clock.now();
				tokens = Math.min(burst, tokens + ((now - filledAt) * perSecond) / 1000);
				filledAt = now;
				if (tokens >= 1) {
					tokens--;
					clock.at(now + latency(random), () => reply(ok));
				} else {
					const answer: Answer = sendsRetryAfter
						? { kind: 'overloaded', retryAfter: 1000 }
						: overloaded;
					clock.at(now + refusalTime, () => reply(answer));
				}
			},
		};
	};
}

export function cappedConcurrency(
	cap: (now: number) => number,
	latency: (random: () => number) => number,
	refusalTime = REFUSAL_TIME,
): ServerModel['start'] {
	return ({ clock, random }: ServerParts) => {
		let inFlight = 0;
		return {
			request(reply: (answer: Answer) => void): void {
				const now = clock.now();
				if (inFlight >= cap(now)) {
					clock.at(now + refusalTime, () => reply(overloaded));
					return;
				}
				inFlight++;
				clock.at(now + latency(random), () => {
					inFlight--;
					reply(ok);
				});
			},
		};
	};
}

/**
 * One processor that all requests share: each takes the longer the more there are.
 *
 * @param most requests that it works on at full speed, each
 * @param work milliseconds that a request takes at full speed
 */
export function processorSharing(
	most: number,
	work: (random: () => number) => number,
): ServerModel['start'] {
	return ({ clock, random }: ServerParts) => {
		/** Ends of requests, by the work that each has received until then. */
		const jobs: Array<{ readonly endsAt: number; readonly reply: (answer: Answer) => void }> = [];
		let received = 0;
		let updatedAt = 0;
		let cancel = () => {};
		const speed = () => Math.min(1, most / Math.max(1, jobs.length));
		const update = () => {
			received += (clock.now() - updatedAt) * speed();
			updatedAt = clock.now();
		};
		const plan = () => {
			cancel();
			const [next] = jobs;
			if (!next) return;
			cancel = clock.at(updatedAt + Math.max(0, next.endsAt - received) / speed(), () => {
				update();
				jobs.shift();
				plan();
				next.reply(ok);
			});
		};
		return {
			request(reply: (answer: Answer) => void): void {
				update();
				jobs.push({ endsAt: received + work(random), reply });
				jobs.sort((one, other) => one.endsAt - other.endsAt);
				plan();
			},
		};
	};
}

/** So many requests in each period, which begins every so many milliseconds; 429 beyond. */
export function fixedWindow(
	quota: number,
	period: number,
	latency: (random: () => number) => number,
): ServerModel['start'] {
	return ({ clock, random }: ServerParts) => {
		let window = 0;
		let used = 0;
		return {
			request(reply: (answer: Answer) => void): void {
				const now = clock.now();
				if (Math.floor(now / period) !== window) used = 0;
				window = Math.floor(now / period);
				const isRefused = used >= quota;
				if (!isRefused) used++;
				clock.at(now + (isRefused ? REFUSAL_TIME : latency(random)), () =>
					reply(isRefused ? overloaded : ok),
				);
			},
		};
	};
}

/** Workers with a queue of its own, of so many places; 503 at once where it is full. */
export function boundedQueue(
	workers: number,
	places: number,
	duration: (random: () => number) => number,
): ServerModel['start'] {
	return ({ clock, random }: ServerParts) => {
		const queue = new WorkerQueue(clock, () => workers);
		return {
			request(reply: (answer: Answer) => void): void {
				if (queue.size >= workers + places) {
					clock.at(clock.now() + REFUSAL_TIME, () => reply(overloaded));
				} else {
					queue.add(
						() => duration(random),
						() => reply(ok),
					);
				}
			},
		};
	};
}

/** N. J. Gunther's universal scalability law: the more at once, the slower each. */
export function scalability(
	contention: number,
	coherence: number,
	duration: (random: () => number) => number,
): ServerModel['start'] {
	return ({ clock, random }: ServerParts) => {
		let inFlight = 0;
		return {
			request(reply: (answer: Answer) => void): void {
				inFlight++;
				const slowdown = 1 + contention * (inFlight - 1) + coherence * inFlight * (inFlight - 1);
				clock.at(clock.now() + duration(random) * slowdown, () => {
					inFlight--;
					reply(ok);
				});
			},
		};
	};
}

/** Accepts nothing for a while. */
export function withOutage(
	start: ServerModel['start'],
	from: number,
	to: number,
): ServerModel['start'] {
	return (parts: ServerParts) => {
		const { clock } = parts;
		const server = start(parts);
		return {
			request(reply: (answer: Answer) => void): void {
				const now = clock.now();
				if (now < from || now >= to) server.request(reply);
				else clock.at(now + REFUSAL_TIME, () => reply(overloaded));
			},
		};
	};
}

/** Milliseconds after which the client gives a request up. */
const TIMEOUT = 30_000;

/**
 * Some requests never end, and the client gives up whatever takes too long.
 *
 * @param lost share of the requests that the server does not even get
 */
export function withTimeout(start: ServerModel['start'], lost: number): ServerModel['start'] {
	return (parts: ServerParts) => {
		const { clock, random } = parts;
		const server = start(parts);
		return {
			request(reply: (answer: Answer) => void): void {
				let isOver = false;
				const end = (answer: Answer) => {
					if (isOver) return;
					isOver = true;
					cancel();
					reply(answer);
				};
				const cancel = clock.at(clock.now() + TIMEOUT, () => end(overloaded));
				if (random() >= lost) server.request(end);
			},
		};
	};
}
