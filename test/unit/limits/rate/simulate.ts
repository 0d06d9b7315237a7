import { Admission } from '../../../../nodes/ConcurrentHttpRequest/limits/admission/Admission';
import type { Limit } from '../../../../nodes/ConcurrentHttpRequest/limits/Limit';
import type { Counted } from '../../../support/slidingWindow';
import { VirtualClock } from '../../../support/VirtualClock';

export interface Traffic {
	readonly limits: readonly Limit[];
	readonly requests: number;
	/** Milliseconds from one arrival of work to the next; 0 for a backlog from the beginning. */
	readonly gap: () => number;
	/** Milliseconds until a request is on a connection, whether that is told or not. */
	readonly connecting: () => number;
	readonly tellsSent: boolean;
	/** Milliseconds from there to the server. */
	readonly way: () => number;
	/** Milliseconds from there to the response's arrival. */
	readonly responding: () => number;
	/** What the request costs in the budget at position 0. */
	readonly cost: () => number;
}

export interface Observed {
	readonly starts: Counted[];
	readonly arrivals: Counted[];
	/** Milliseconds from the first start to the last. */
	readonly elapsed: number;
	readonly totalCost: number;
}

/** Sends requests through an admission in virtual time and notes when they start and arrive. */
export async function simulate(traffic: Traffic): Promise<Observed> {
	const clock = new VirtualClock(1000);
	const admission = new Admission({ limits: traffic.limits, clock });
	const starts: Counted[] = [];
	const arrivals: Counted[] = [];

	const send = async (cost: number): Promise<void> => {
		const permit = await admission.acquire({ origin: 'https://a.test', costs: [cost] });
		const start = clock.now();
		starts.push({ time: start, cost });
		const sentAt = start + traffic.connecting();
		const arrivedAt = sentAt + traffic.way();
		arrivals.push({ time: arrivedAt, cost });
		if (traffic.tellsSent) {
			if (sentAt === start) permit.sent?.();
			else clock.at(sentAt, () => permit.sent?.());
		}
		const latency = arrivedAt + traffic.responding() - start;
		clock.at(start + latency, () => permit.release({ kind: 'ok', latency }));
	};

	const work: Array<Promise<void>> = [];
	const arrive = async (): Promise<void> => {
		for (let asked = 0; asked < traffic.requests; asked++) {
			const gap = traffic.gap();
			if (gap > 0) await clock.sleep(gap);
			work.push(send(traffic.cost()));
		}
		await Promise.all(work);
	};
	await clock.run(arrive());
	admission.abort(new Error('over'));
	if (clock.alarms > 0) await clock.runOut();
	return {
		starts,
		arrivals,
		elapsed: starts.at(-1)!.time - starts[0]!.time,
		totalCost: starts.reduce((sum, { cost }) => sum + cost, 0),
	};
}
