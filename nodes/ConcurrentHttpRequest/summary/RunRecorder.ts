import type { RequestFacts } from '../client/RequestFacts';
import type { EndedRequest, RunObserver } from '../client/RunStatistics';
import { Redactors } from '../secrets/Redactors';
import type { HttpRequest } from '../transport/HttpRequest';
import { Distribution } from './Distribution';
import { HostTable } from './HostTable';
import { SlowestItems } from './SlowestItems';
import { TimeSeries } from './TimeSeries';

/** How an item ended. */
interface EndedItem {
	readonly itemIndex: number;
	/** What became of each of its requests: one, or one for each page. */
	readonly facts: readonly RequestFacts[];
	/** The last one; `undefined` where none was sent. */
	readonly request: HttpRequest | undefined;
	/** The kind of its failure, such as `503`; `undefined` where it succeeded. */
	readonly failure: string | undefined;
}

/** What the summary tells of a slow item. No secret is in it. */
interface SlowItem {
	readonly method: string;
	readonly url: string;
	/** Milliseconds. */
	readonly waited: number;
	readonly tries: number;
	readonly failure: string | undefined;
}

/** Records a run for its summary, in constant memory. */
export class RunRecorder implements RunObserver {
	/** Responses by status. */
	readonly statuses = new Map<number, number>();
	/** Requests without a response, by the kind of failure. */
	readonly failures = new Map<string, number>();
	readonly hosts = new HostTable();
	/** For how long limits held requests back. */
	readonly waiting = new Distribution();
	readonly series: TimeSeries;
	readonly slowest = new SlowestItems<SlowItem>();
	private readonly redactors = new Redactors();

	/** @param startedAt the clock's milliseconds; so are all times that follow */
	constructor(startedAt: number) {
		this.series = new TimeSeries(startedAt);
	}

	requestStarted(now: number, waited: number): void {
		this.series.requestStarted(now);
		this.waiting.record(waited);
	}

	requestEnded({ origin, outcome, failure, now }: EndedRequest): void {
		const { kind, latency, status } = outcome;
		if (status !== undefined) this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
		else if (failure !== undefined) {
			this.failures.set(failure, (this.failures.get(failure) ?? 0) + 1);
		}
		const isRefused = status !== undefined && kind === 'overloaded';
		const end = { latency, isRefused, hasFailed: status === undefined || status >= 400 };
		this.series.requestEnded(now, end);
		this.hosts.requestEnded(origin, end);
	}

	itemEnded({ itemIndex, facts, request, failure }: EndedItem): void {
		if (!request || !facts.some(({ tries }) => tries > 0)) return;
		let duration = 0;
		for (const { onWire } of facts) duration += onWire;
		this.slowest.add({ itemIndex, duration }, () => ({
			method: request.method,
			url: this.redactors.of(request).url(request.url),
			waited: facts.reduce((sum, { waited }) => sum + waited, 0),
			tries: facts.reduce((sum, { tries }) => sum + tries, 0),
			failure,
		}));
	}
}
