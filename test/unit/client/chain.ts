import { admit, type AdmitOptions } from '../../../nodes/ConcurrentHttpRequest/client/admit.ts';
import { Call, type CallOptions } from '../../../nodes/ConcurrentHttpRequest/client/Call.ts';
import { redirect } from '../../../nodes/ConcurrentHttpRequest/client/redirect.ts';
import {
	retry,
	type RetryOptions,
} from '../../../nodes/ConcurrentHttpRequest/client/retry/retry.ts';
import { compose, type Send } from '../../../nodes/ConcurrentHttpRequest/client/Send.ts';
import { RetryWaits } from '../../../nodes/ConcurrentHttpRequest/client/retry/RetryWaits.ts';
import type { Clock } from '../../../nodes/ConcurrentHttpRequest/common/Clock.ts';
import { RETRY_WHEN_ASKED } from '../../../nodes/ConcurrentHttpRequest/client/retry/RetryPolicy.ts';
import { RunStatistics } from '../../../nodes/ConcurrentHttpRequest/client/RunStatistics.ts';
import type { EgressPolicy } from '../../../nodes/ConcurrentHttpRequest/transport/EgressPolicy.ts';
import type { HttpRequest } from '../../../nodes/ConcurrentHttpRequest/transport/HttpRequest.ts';
import type { HttpResponse } from '../../../nodes/ConcurrentHttpRequest/transport/HttpResponse.ts';

export interface ChainOptions
	extends
		Omit<AdmitOptions, 'totalTime' | 'statistics' | 'wallClock'>,
		Partial<Omit<RetryOptions, 'clock'>> {
	readonly clock: Clock;
	readonly egress?: Pick<EgressPolicy, 'checkRedirect'>;
}

/** The client's chain around an exchange of a test's own. */
export function chainOf(exchange: Send<unknown>, options: ChainOptions) {
	const {
		rules = RETRY_WHEN_ASKED,
		signal = new AbortController().signal,
		egress = { checkRedirect: () => {} },
		waits = new RetryWaits(options.clock, signal),
	} = options;
	const { totalTime } = rules;
	const shared = {
		hasIdempotencyKey: false,
		random: () => 0.5,
		statistics: new RunStatistics(),
		wallClock: Date.now,
	};
	const send = compose<unknown>(
		[
			retry({ ...shared, ...options, rules, signal, waits }),
			redirect({ egress, clock: options.clock, totalTime, waits }),
			admit({ ...shared, ...options, totalTime }),
		],
		exchange,
	);
	return async (
		request: HttpRequest,
		call: Partial<CallOptions<unknown>> = {},
	): Promise<HttpResponse> =>
		await send(request, new Call({ costs: [], waits: () => {}, ...call }));
}

/** A response with this status and headers, of the URL that was asked. */
export function responseTo(
	{ url }: HttpRequest,
	statusCode: number,
	headers: Record<string, string> = {},
): HttpResponse {
	return { statusCode, statusMessage: '', headers, body: Buffer.alloc(0), url };
}
