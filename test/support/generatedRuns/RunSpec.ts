import type { INodeParameters } from 'n8n-workflow';
import type { SendOptions } from '../workflow/sendItems.ts';

/** What the server does with a request, and after how many milliseconds. */
export type Step = { readonly after: number } & (
	| {
			/** `ok`: a JSON response. `close`: it ends the connection, too. `close later`: it does so 3 ms later. */
			readonly does: 'ok' | 'close' | 'close later' | 'interim first' | 'no JSON';
	  }
	/** Breaks off before the first byte or in the middle of the body, or never goes on. */
	| { readonly does: 'reset' | 'reset in body' | 'cut body' | 'hang' | 'hang in body' }
	| { readonly does: 'refuse'; readonly status: number; readonly retryAfter?: number | undefined }
	| {
			readonly does: 'redirect';
			readonly status: number;
			/** Index of a host; -1 is a port on which nothing listens. */
			readonly to: number;
			readonly retryAfter?: number | undefined;
	  }
);

export interface ItemSpec {
	/** Index of a host. */
	readonly host: number;
	/** For its first request, its second and so on; then all is well. */
	readonly steps: readonly Step[];
	/** Pages that the server has for it, from 1. */
	readonly pages: number;
}

/** A run: its items, what becomes of their requests, and the node's settings. All times are milliseconds. */
export interface RunSpec {
	readonly items: readonly ItemSpec[];
	readonly onError: NonNullable<SendOptions['onError']>;
	readonly method: 'GET' | 'POST';
	readonly maxConcurrency: number;
	readonly adaptive: boolean;
	readonly timeout: number;
	readonly maxRedirects: number;
	readonly pagination: boolean;
	readonly keepAlive: boolean;
	readonly obeyServerLimits: boolean;
	readonly connectLatency: number;
	readonly retry?: RetrySpec | undefined;
	readonly rateLimit?: RateLimitSpec | undefined;
	readonly maxConcurrencyPerHost?: number | undefined;
	readonly circuitBreaker?: CircuitBreakerSpec | undefined;
	readonly stopAfter?: StopAfterSpec | undefined;
	/** When the Stop button is pressed, from the start of the run. */
	readonly stopAt?: number | undefined;
	/** Of the random numbers that the node draws. */
	readonly seed: number;
}

export interface RetrySpec {
	readonly maxTries: number;
	readonly retryOn: ReadonlyArray<'statuses' | 'networkErrors' | 'timeouts'>;
	readonly firstWait: number;
	readonly totalTime: number;
	readonly retryPostAndPatch: boolean;
	readonly retriesPer100: number;
}

export interface RateLimitSpec {
	readonly amount: number;
	readonly interval: number;
	readonly spreadEvenly: boolean;
}

export interface CircuitBreakerSpec {
	readonly failureShare: number;
	readonly minimumRequests: number;
	readonly openFor: number;
	readonly whenOpen: 'wait' | 'fail';
}

export type StopAfterSpec =
	| { readonly after: 'time'; readonly time: number }
	| { readonly after: 'failedItems'; readonly failedItems: number };

/** Hosts of the virtual network; nothing listens on the last. */
export const HOSTS = ['127.0.0.1:8001', '127.0.0.1:8002'] as const;
const NOBODY = '127.0.0.1:8009';

export function urlOf(host: number, path: string): string {
	return `http://${HOSTS[host] ?? NOBODY}${path}`;
}

/** The node's parameters, as in a workflow's JSON. */
export function parametersOf(spec: RunSpec): INodeParameters {
	const { retry, rateLimit, circuitBreaker, stopAfter } = spec;
	const seconds = (milliseconds: number) => milliseconds / 1000;
	return {
		method: spec.method,
		url: '={{ $json.url }}',
		...(spec.adaptive
			? { concurrencyMode: 'adaptive', adaptiveMaxConcurrency: spec.maxConcurrency }
			: { maxConcurrency: spec.maxConcurrency }),
		...(retry && {
			retry: {
				retry: {
					maxTries: retry.maxTries,
					retryOn: [...retry.retryOn],
					settings: {
						firstWait: seconds(retry.firstWait),
						longestWait: seconds(8 * retry.firstWait),
						totalTime: seconds(retry.totalTime),
						retryPostAndPatch: retry.retryPostAndPatch,
						retriesPer100: retry.retriesPer100,
					},
				},
			},
		}),
		...(rateLimit && {
			rateLimits: {
				limits: [{ ...rateLimit, intervalUnit: 'ms' }],
			},
		}),
		options: {
			timeout: spec.timeout,
			redirect: { redirect: { followRedirects: true, maxRedirects: spec.maxRedirects } },
			response: { response: { responseFormat: 'json' } },
			...(spec.pagination && {
				pagination: {
					pagination: {
						paginationMode: 'responseContainsNextURL',
						nextURL: '={{ $response.body.next }}',
						paginationCompleteWhen: 'other',
						completeExpression: '={{ !$response.body.next }}',
					},
				},
			}),
			...(!spec.keepAlive && { connection: 'close' }),
			...(!spec.obeyServerLimits && { obeyServerLimits: false }),
			...(spec.maxConcurrencyPerHost !== undefined && {
				maxConcurrencyPerHost: spec.maxConcurrencyPerHost,
			}),
			...(circuitBreaker && {
				circuitBreaker: {
					circuitBreaker: {
						failureShare: circuitBreaker.failureShare,
						minimumRequests: circuitBreaker.minimumRequests,
						window: 30,
						openFor: seconds(circuitBreaker.openFor),
						whenOpen: circuitBreaker.whenOpen,
					},
				},
			}),
			...(stopAfter && { stopAfter: { stopAfter: stopAfterFields(stopAfter) } }),
		},
	};
}

function stopAfterFields(spec: StopAfterSpec): INodeParameters {
	if (spec.after === 'time') return { after: 'time', time: spec.time / 1000 };
	return { after: spec.after, failedItems: spec.failedItems };
}
