import type { ResponseHeaders } from '../../../../nodes/ConcurrentHttpRequest/limits/server/rateLimitInfo.ts';

/** Milliseconds of the virtual clock are the server's time as well. */
export interface QuotaServer {
	/** A request arrives. */
	answer(now: number): { readonly status: 200 | 429; readonly headers: ResponseHeaders };
}

const retryAfter = (wait: number): ResponseHeaders => ({
	'retry-after': String(Math.ceil(wait / 1000)),
});
const accepted = { status: 200, headers: {} } as const;
const refused = (headers: ResponseHeaders) => ({ status: 429, headers }) as const;

/** Counts periods that follow each other without a gap; the first began before the run. */
export class AlignedWindows implements QuotaServer {
	private index = -1;
	private used = 0;
	private readonly limit: number;
	private readonly window: number;
	private readonly age: number;

	constructor(limit: number, window: number, age = 0) {
		this.limit = limit;
		this.window = window;
		this.age = age;
	}

	answer(now: number) {
		const index = Math.floor((now + this.age) / this.window);
		if (index !== this.index) this.used = 0;
		this.index = index;
		if (this.used === this.limit) {
			return refused(retryAfter((index + 1) * this.window - now - this.age));
		}
		this.used++;
		return accepted;
	}
}

/** A period begins with the first request after the end of the last, as in express-rate-limit. */
export class WindowsFromFirstRequest implements QuotaServer {
	private end = -Infinity;
	private used = 0;
	private readonly limit: number;
	private readonly window: number;
	private readonly tells: (used: number, wait: number) => ResponseHeaders;

	constructor(
		limit: number,
		window: number,
		tells: (remaining: number, wait: number) => ResponseHeaders = () => ({}),
	) {
		this.limit = limit;
		this.window = window;
		this.tells = tells;
	}

	answer(now: number) {
		if (now >= this.end) {
			this.end = now + this.window;
			this.used = 0;
		}
		const wait = this.end - now;
		const isRefused = this.used === this.limit;
		if (!isRefused) this.used++;
		const told = this.tells(this.limit - this.used, wait);
		return isRefused
			? refused({ ...retryAfter(wait), ...told })
			: ({ status: 200, headers: told } as const);
	}
}

/** Never more than the limit in any period. */
export class SlidingWindow implements QuotaServer {
	private readonly accepted: number[] = [];
	private readonly limit: number;
	private readonly window: number;

	constructor(limit: number, window: number) {
		this.limit = limit;
		this.window = window;
	}

	answer(now: number) {
		const oldest = this.accepted.at(-this.limit);
		if (oldest !== undefined && oldest + this.window > now) {
			return refused(retryAfter(oldest + this.window - now));
		}
		this.accepted.push(now);
		return accepted;
	}
}

/** Tokens that come back one by one. */
export class TokenBucket implements QuotaServer {
	private tokens: number;
	private at = 0;
	private readonly size: number;
	/** Tokens a millisecond. */
	private readonly rate: number;

	constructor(limit: number, window: number, size = limit) {
		this.size = size;
		this.tokens = size;
		this.rate = limit / window;
	}

	answer(now: number) {
		this.tokens = Math.min(this.size, this.tokens + (now - this.at) * this.rate);
		this.at = now;
		if (this.tokens < 1) return refused(retryAfter((1 - this.tokens) / this.rate));
		this.tokens--;
		return accepted;
	}
}
