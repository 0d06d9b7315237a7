import { parseDictionary, parseList, Token } from 'structured-headers';

import { parseHttpDate } from './httpDate';

/**
 * What a response says about waiting. Times are the clock's, in milliseconds, never before the
 * response was read and never more than 31 days after. Properties that the server did not state are missing.
 */
export interface RateLimitInfo {
	/** Not to be called again before this time. */
	readonly retryAt?: number;
	/** Requests left until `resetAt`, in the quota that is nearest to its end. */
	readonly remaining?: number;
	/** Requests that this quota allows in all. */
	readonly limit?: number;
	/** When this quota is full again. */
	readonly resetAt?: number;
}

/** Response headers by lower-case name. */
export type ResponseHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** When a response was read. */
export interface ReadAt {
	/** Milliseconds of the clock. */
	readonly now: number;
	/** Milliseconds since 1970. */
	readonly wallClock: number;
}

type StatedLimit = Omit<RateLimitInfo, 'retryAt'>;
/** Reads when something will be: milliseconds from now, `undefined` if it cannot be read. */
type ReadDelay = (text: string, serverTime: () => number) => number | undefined;

const SECOND = 1000;
const NOTHING: StatedLimit = {};
/** The longest wait that is believed, in milliseconds: quotas of a month exist, longer ones hardly. */
const LONGEST = 31 * 24 * 3600 * SECOND;

/**
 * Reads everything that servers are known to send. What is malformed or absurd, and a negative
 * number of requests, counts as not said; a negative time, or one in the past, counts as now.
 *
 * Dates and epochs are the server's, whose clock may differ from ours by minutes. So they are
 * compared with the response's own `Date` (RFC 9110 section 6.6.1) where there is one. It counts
 * whole seconds: a wait can become up to a second longer by it, and never shorter.
 */
export function readRateLimitInfo(headers: ResponseHeaders, at: ReadAt): RateLimitInfo {
	// Each response is read, and few say anything, so what costs is done when it is needed.
	const serverTime = () => parseHttpDate(first(headers.date), at.wallClock) ?? at.wallClock;
	const delay = readRetryDelay(headers, serverTime);
	const limits = readNumberedFields(headers, at, serverTime);
	if (headers.ratelimit !== undefined) limits.push(...readRateLimit(headers, at));
	const limit = limits.length === 0 ? NOTHING : tightest(limits);
	return delay === undefined ? limit : { retryAt: at.now + delay, ...limit };
}

/**
 * When the server accepts requests to this origin again; `undefined` if it does not ask for a pause.
 *
 * 429 may carry Retry-After (RFC 6585 section 4), and 503 (RFC 9110 section 15.6.4). Without it, a
 * 429 is over when its quota is full again. GitHub answers 403 in place of 429, with Retry-After
 * or with nothing remaining
 * (https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api).
 * With other statuses Retry-After concerns the one request (202: ask again later).
 */
export function originPausedUntil(status: number, info: RateLimitInfo): number | undefined {
	const { retryAt, remaining, resetAt } = info;
	switch (status) {
		case 429:
			return retryAt ?? (remaining === undefined || remaining === 0 ? resetAt : undefined);
		case 403:
			return retryAt ?? (remaining === 0 ? resetAt : undefined);
		case 503:
			return retryAt;
		default:
			return undefined;
	}
}

/**
 * Whether the server refuses the request for the load or for a quota. A limit that adapts sends less
 * then, and the request may be sent again.
 */
export function isRefusal(status: number, info: RateLimitInfo): boolean {
	if (status === 403) return originPausedUntil(status, info) !== undefined;
	return status === 429 || status === 503;
}

/**
 * - `Retry-After`: seconds, or a date of HTTP (RFC 9110 section 10.2.3). Not allowed, but sent, are
 *   fractions of a second (https://discord.com/developers/docs/topics/rate-limits), durations such as
 *   `2s`, and seconds since 1970.
 * - `retry-after-ms`: milliseconds, more exact than `Retry-After` beside it (Azure OpenAI; read by
 *   https://github.com/openai/openai-node, `src/client.ts`).
 * - `X-RateLimit-Retry-After`: seconds (https://developers-classic.mailerlite.com/docs/api-rate-limits).
 */
function readRetryDelay(headers: ResponseHeaders, serverTime: () => number): number | undefined {
	return (
		delayIn(headers['retry-after-ms'], decimal, serverTime) ??
		delayIn(headers['retry-after'], momentOrDelay, serverTime) ??
		delayIn(headers['x-ratelimit-retry-after'], momentOrDelay, serverTime)
	);
}

/**
 * `RateLimit` with `RateLimit-Policy`, structured fields (RFC 9651) of
 * https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/:
 * `RateLimit: "default";r=50;t=30` with `RateLimit-Policy: "default";q=100;w=60` since draft 08,
 * and `RateLimit: limit=100, remaining=50, reset=30` in draft 07. `r` is what remains and `t` the
 * seconds to the reset; `q` is the quota, `w` its window in seconds, `qu` its unit.
 */
function readRateLimit(headers: ResponseHeaders, at: ReadAt): StatedLimit[] {
	const field = joined(headers.ratelimit);
	if (field === undefined) return [];
	if (/^ *(limit|remaining|reset)=/.test(field)) {
		const members = attempt(() => parseDictionary(field));
		const number = (name: string) => count(members?.get(name)?.[0]);
		return statedLimit(number('remaining'), number('limit'), seconds(number('reset')), at);
	}
	const policies = new Map(
		(attempt(() => parseList(joined(headers['ratelimit-policy']) ?? '')) ?? []).map(
			([name, parameters]) => [nameOf(name), parameters],
		),
	);
	return (attempt(() => parseList(field)) ?? []).flatMap(([name, parameters]) => {
		const policy = policies.get(nameOf(name));
		const remaining = count(parameters.get('r'));
		const unit = nameOf(policy?.get('qu') ?? 'requests');
		if (unit !== 'requests' && remaining !== 0) return [];
		const reset = count(parameters.get('t')) ?? count(policy?.get('w'));
		const limit = unit === 'requests' ? count(policy?.get('q')) : undefined;
		return statedLimit(remaining, limit, seconds(reset), at);
	});
}

/** Three fields that together tell of one quota. */
const FAMILIES = [
	// Drafts up to 06 of draft-ietf-httpapi-ratelimit-headers: whole seconds. Sent by
	// https://github.com/express-rate-limit/express-rate-limit (`draft-6`), Envoy and Kong.
	family('ratelimit-'),
	// No standard. Reset is seconds (Reddit), seconds since 1970 (GitHub, see above), milliseconds
	// since 1970, or a date (https://developer.lemlist.com/api-reference/getting-started/rate-limits).
	// Reset-After is seconds (Discord, see above).
	{ ...family('x-ratelimit-'), resets: ['x-ratelimit-reset-after', 'x-ratelimit-reset'] },
	// https://docs.x.com/x-api/fundamentals/rate-limits: seconds since 1970.
	// https://developer.okta.com/docs/reference/rl-best-practices/: the same.
	family('x-rate-limit-'),
	// https://developers.brevo.com/docs/limit-headers: seconds.
	family('x-sib-ratelimit-'),
	// https://platform.openai.com/docs/guides/rate-limits: durations such as 6m0s and 12ms. Also Groq.
	family('x-ratelimit-', '-requests'),
	{ ...family('x-ratelimit-', '-tokens'), countsRequests: false },
	// https://docs.anthropic.com/en/api/rate-limits: dates of RFC 3339.
	family('anthropic-ratelimit-requests-'),
	{ ...family('anthropic-ratelimit-tokens-'), countsRequests: false },
];

function family(prefix: string, suffix = '') {
	return {
		limit: `${prefix}limit${suffix}`,
		remaining: `${prefix}remaining${suffix}`,
		/** The first that can be read counts. */
		resets: [`${prefix}reset${suffix}`],
		/** A limit on something other than requests matters only once it is used up. */
		countsRequests: true,
	};
}

function readNumberedFields(
	headers: ResponseHeaders,
	at: ReadAt,
	serverTime: () => number,
): StatedLimit[] {
	const limits: StatedLimit[] = [];
	for (const { limit, remaining, resets, countsRequests } of FAMILIES) {
		let delay: number | undefined;
		for (const name of resets) delay ??= delayIn(headers[name], momentOrDelay, serverTime);
		if (delay === undefined) continue;
		const left = wholeNumber(headers[remaining]);
		if (!countsRequests && left !== 0) continue;
		const all = countsRequests ? wholeNumber(headers[limit]) : undefined;
		limits.push(...statedLimit(left, all, delay, at));
	}
	return limits;
}

/** A quota without a time cannot be waited for, so it says nothing. */
function statedLimit(
	remaining: number | undefined,
	limit: number | undefined,
	delay: number | undefined,
	at: ReadAt,
): StatedLimit[] {
	if (delay === undefined || delay > LONGEST) return [];
	const isContradiction = remaining !== undefined && limit !== undefined && remaining > limit;
	const stated: StatedLimit = {
		...(remaining !== undefined && { remaining }),
		...(limit !== undefined && !isContradiction && { limit }),
		resetAt: at.now + delay,
	};
	return [stated];
}

/** The quota with the least remaining; of several, the one that is full again last. */
function tightest(limits: StatedLimit[]): StatedLimit {
	const left = ({ remaining }: StatedLimit) => remaining ?? Infinity;
	const reset = ({ resetAt }: StatedLimit) => resetAt ?? 0;
	return limits.reduce<StatedLimit>(
		(a, b) =>
			a.resetAt === undefined || left(b) < left(a) || (left(b) === left(a) && reset(b) > reset(a))
				? b
				: a,
		{},
	);
}

function delayIn(
	value: string | string[] | undefined,
	read: ReadDelay,
	serverTime: () => number,
): number | undefined {
	if (value === undefined) return undefined;
	const delay = read(first(value), serverTime) ?? read(firstOfLines(value), serverTime);
	return delay !== undefined && delay <= LONGEST ? Math.max(0, delay) : undefined;
}

/**
 * A number below 10^9 is seconds from now (as seconds since 1970 it would be before 2001-09-09),
 * one below 10^12 is seconds since 1970, and a greater one milliseconds since 1970.
 */
function momentOrDelay(text: string, serverTime: () => number): number | undefined {
	const number = decimal(text);
	if (number === undefined) return duration(text) ?? untilDate(text, serverTime);
	if (number < 1e9) return number * SECOND;
	return (number < 1e12 ? number * SECOND : number) - serverTime();
}

const DURATION =
	/^(?:(\d{1,3})d)?(?:(\d{1,4})h)?(?:(\d{1,5})m)?(?:(\d{1,7}(?:\.\d{1,9})?)s)?(?:(\d{1,10}(?:\.\d{1,9})?)ms)?$/;

/** As Go writes it: `1h0m30s`, `6m0s`, `1.5s`, `12ms`. */
function duration(text: string): number | undefined {
	const match = DURATION.exec(text);
	if (!match || text === '') return undefined;
	const [days = 0, hours = 0, minutes = 0, whole = 0, milliseconds = 0] = match
		.slice(1)
		.map((part) => Number(part ?? 0));
	return (((days * 24 + hours) * 60 + minutes) * 60 + whole) * SECOND + milliseconds;
}

/** `2026-01-31T12:00:00Z`, RFC 3339 section 5.6 */
const RFC_3339 = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)$/i;
/** `Tue Feb 16 2021 09:02:42 GMT+0100 (Central European Standard Time)`, as JavaScript writes it */
const JAVASCRIPT = /^[a-z]{3} [a-z]{3} \d\d \d{4} \d\d:\d\d:\d\d GMT[+-]\d{4}( \([^()]*\))?$/i;

function untilDate(text: string, serverTime: () => number): number | undefined {
	const now = serverTime();
	let date = parseHttpDate(text, now);
	if (date === undefined && (RFC_3339.test(text) || JAVASCRIPT.test(text))) date = Date.parse(text);
	return date === undefined || Number.isNaN(date) ? undefined : date - now;
}

function decimal(text: string): number | undefined {
	return /^-?\d{1,16}(\.\d{1,9})?$/.test(text) ? Number(text) : undefined;
}

/** Drafts up to 06 allow policies after the limit: `100, 100;w=60`. Reddit sends `598.0`. */
function wholeNumber(value: string | string[] | undefined): number | undefined {
	const number = decimal(first(value).split(/[,;]/, 1)[0]?.trim() ?? '');
	return number === undefined || number < 0 ? undefined : Math.floor(number);
}

function seconds(number: number | undefined): number | undefined {
	return number === undefined ? undefined : number * SECOND;
}

function count(item: unknown): number | undefined {
	return typeof item === 'number' && Number.isInteger(item) && item >= 0 ? item : undefined;
}

function nameOf(item: unknown): string {
	return item instanceof Token ? item.toString() : String(item);
}

function first(value: string | string[] | undefined): string {
	return (Array.isArray(value) ? value[0] : value)?.trim() ?? '';
}

/** Two gateways may each add a line (RFC 9110 section 5.3). `wholeNumber` takes the first as well. */
function firstOfLines(value: string | string[]): string {
	return first(value).split(', ', 1)[0] ?? '';
}

function joined(value: string | string[] | undefined): string | undefined {
	return Array.isArray(value) ? value.join(', ') : value;
}

function attempt<T>(parse: () => T): T | undefined {
	try {
		return parse();
	} catch {
		return undefined;
	}
}
