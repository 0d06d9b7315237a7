import { PerOrigin } from '../../common/PerOrigin';
import type { AdmissionRequest, Limit, Outcome } from '../Limit';
import { HeaderLimiter } from './HeaderLimiter';
import { QuotaEstimate } from './QuotaEstimate';
import { RetryAfterGate } from './RetryAfterGate';
import { type StartedRequest, StartedRequests } from './StartedRequests';

/**
 * What servers say and do about their limits, for each origin. Three rules share one account of the
 * requests that were started and of those that the server has counted ({@link StartedRequests}), and
 * a request has to satisfy all of them:
 *
 * 1. {@link RetryAfterGate}: the server says "wait", and nothing is sent until then.
 * 2. {@link HeaderLimiter}: the server says how many requests are left, and no more are sent.
 * 3. {@link QuotaEstimate}: the server only refuses and says when to come back. What it accepted in
 *    between is its quota.
 *
 * Retry-After takes precedence over what responses tell about the rest, and the estimate is only
 * learned from refusals, so where the second rule works the third has nothing to do.
 */
export class ServerLimits implements Limit<StartedRequest> {
	readonly perOrigin = true;
	readonly isImposed = true;
	/** The reason why the latest request was held back. */
	label: string | undefined;
	private readonly servers = new PerOrigin(() => new Server());

	availableAt({ origin }: AdmissionRequest, now: number): number {
		const server = this.servers.find(origin);
		if (!server) return now;
		for (const rule of server.rules) {
			const time = rule.availableAt(now);
			if (time <= now) continue;
			this.label = rule.label;
			return time;
		}
		return now;
	}

	take({ origin }: AdmissionRequest, now: number): StartedRequest {
		return this.servers.of(origin).start(now);
	}

	release(
		{ origin }: AdmissionRequest,
		outcome: Outcome,
		now: number,
		request: StartedRequest,
	): void {
		this.servers.of(origin).end(request, outcome, now);
	}
}

/** One origin. */
class Server {
	private readonly requests = new StartedRequests((request, time) => {
		this.headers.silent++;
		this.quota?.accept(request.startedAt, time);
	});
	private readonly gate = new RetryAfterGate(this.requests);
	private readonly headers = new HeaderLimiter(this.requests);
	private readonly quota = new QuotaEstimate(this.requests);
	readonly rules = [this.gate, this.headers, this.quota] as const;

	start(now: number): StartedRequest {
		this.quota.start(now);
		return this.requests.start(now, this.headers.silent);
	}

	end(request: StartedRequest, outcome: Outcome, now: number): void {
		this.requests.end(request, now);
		for (const rule of this.rules) rule.end(request, outcome, now);
	}
}
