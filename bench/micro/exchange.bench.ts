import type { Dispatcher } from 'undici';
import { admit } from '../../nodes/ConcurrentHttpRequest/client/admit';
import { Call } from '../../nodes/ConcurrentHttpRequest/client/Call';
import { redirect } from '../../nodes/ConcurrentHttpRequest/client/redirect';
import { retry } from '../../nodes/ConcurrentHttpRequest/client/retry/retry';
import { DEFAULT_RETRY_BUDGET } from '../../nodes/ConcurrentHttpRequest/client/retry/RetryBudget';
import { RETRY_WHEN_ASKED } from '../../nodes/ConcurrentHttpRequest/client/retry/RetryPolicy';
import { RunStatistics } from '../../nodes/ConcurrentHttpRequest/client/RunStatistics';
import { compose } from '../../nodes/ConcurrentHttpRequest/client/Send';
import { systemClock } from '../../nodes/ConcurrentHttpRequest/common/Clock';
import { RetryWaits } from '../../nodes/ConcurrentHttpRequest/client/retry/RetryWaits.ts';
import { Admission } from '../../nodes/ConcurrentHttpRequest/limits/admission/Admission';
import { ConcurrencyLimit } from '../../nodes/ConcurrentHttpRequest/limits/concurrency/ConcurrencyLimit';
import { Exchange, type SendOptions } from '../../nodes/ConcurrentHttpRequest/transport/Exchange';
import type { HttpRequest } from '../../nodes/ConcurrentHttpRequest/transport/HttpRequest';
import { ResponseMemory } from '../../nodes/ConcurrentHttpRequest/transport/ResponseMemory';
import { DEFAULT_SETTINGS } from '../../test/unit/transport/requestTo';
import { answerText } from '../server/answers';
import type { Subject } from './measure';

const url = new URL('http://127.0.0.1:8080/20/1k/1');

const request: HttpRequest = {
	method: 'GET',
	url,
	origin: url.origin,
	headers: {},
	body: undefined,
	credential: { headerNames: new Set(), inBody: false, inQuery: false, allowedDomains: undefined },
	secrets: [],
	...DEFAULT_SETTINGS,
};

const body = Buffer.from(answerText('1k', 1));
const memory = new ResponseMemory();
const cancellation = { pause: () => {}, resume: () => {} };
const controller = { rawHeaders: [] } as unknown as Dispatcher.DispatchController;

/** What undici calls for a response that has come as a whole. */
async function exchange(options: SendOptions<unknown>) {
	const answered = new Exchange(request, undefined, options, memory, cancellation);
	const headers = { 'content-type': 'application/json', 'content-length': String(body.length) };
	answered.onRequestStart(controller);
	answered.onResponseStart(controller, 200, headers, 'OK');
	answered.onResponseData(controller, body);
	answered.onResponseEnd();
	return await answered.response;
}

const wallClock = Date.now;
const { signal } = new AbortController();
const statistics = new RunStatistics();
const retryWaits = new RetryWaits(systemClock, signal);
const totalTime = Infinity;

const send = compose<unknown>(
	[
		retry({
			rules: RETRY_WHEN_ASKED,
			hasIdempotencyKey: false,
			budget: DEFAULT_RETRY_BUDGET,
			clock: systemClock,
			wallClock,
			random: Math.random,
			signal,
			statistics,
			waits: retryWaits,
		}),
		redirect({
			egress: { checkRedirect: () => {} },
			clock: systemClock,
			totalTime,
			waits: retryWaits,
		}),
		admit({
			admission: new Admission({ limits: [new ConcurrencyLimit(50)], clock: systemClock }),
			clock: systemClock,
			wallClock,
			statistics,
			totalTime,
		}),
	],
	(_, call) => exchange(call),
);

const waits = (): void => {};

export const title = 'sending a request, without undici and the network';

export const subjects: Subject[] = [
	{ name: 'the exchange', run: () => exchange({}) },
	{
		name: 'the exchange within the chain (retry, redirect, admit)',
		run: () => send(request, new Call({ costs: [], waits })),
	},
];
