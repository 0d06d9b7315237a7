import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { mostInWindow } from './slidingWindow.ts';

/** A request as the API saw it; microseconds of the machine's monotonic clock. */
export interface Arrival {
	/** `?who=`: the process or the run that sent it. */
	who: string;
	/** `?id=`: the item that it was sent for. */
	id: string;
	/** `?at=`: when the process that sent it started it; `NaN` if it did not say. */
	startedAt: number;
	/** When it came here. */
	arrivedAt: number;
	/** How many were in flight with it, itself included. */
	inFlight: number;
}

/** Longer than any interval of a test. */
const KEEP_ALIVE = 60_000;

/** Milliseconds. */
const STALL_RESOLUTION = 5;

/** An API that answers after a while and writes down what came when. */
export class CountingApi {
	readonly arrivals: Arrival[] = [];
	/** Milliseconds until it answers. */
	private readonly latency: number;
	private readonly server: Server;
	private readonly inFlight = new Map<string, number>();
	private readonly checks = new Set<() => void>();
	private readonly stalls = monitorEventLoopDelay({ resolution: STALL_RESOLUTION });

	private constructor(latency: number) {
		this.latency = latency;
		this.server = createServer((request, response) => {
			const query = new URL(request.url ?? '', 'http://api').searchParams;
			const who = query.get('who') ?? '';
			this.count(who, 1);
			this.arrivals.push({
				who,
				id: query.get('id') ?? '',
				startedAt: Number(query.get('at') ?? NaN),
				arrivedAt: microseconds(),
				inFlight: this.inFlightOf(),
			});
			// Before the answer is on its way: its sender may be quick. Or it was killed.
			let isOver = false;
			const over = () => {
				if (!isOver) this.count(who, -1);
				isOver = true;
			};
			response.once('close', over);
			setTimeout(() => {
				over();
				response
					.setHeader('content-type', 'application/json')
					.end(JSON.stringify({ answer: `${who}-${query.get('id') ?? ''}` }));
			}, this.latency);
			for (const check of [...this.checks]) check();
		});
		this.server.keepAliveTimeout = KEEP_ALIVE;
		this.stalls.enable();
	}

	static async start(latency: number): Promise<CountingApi> {
		const api = new CountingApi(latency);
		api.server.listen(0, '127.0.0.1');
		await once(api.server, 'listening');
		return api;
	}

	get url(): string {
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
	}

	/** How many are in flight, of one process or of all. */
	inFlightOf(who?: string): number {
		if (who !== undefined) return this.inFlight.get(who) ?? 0;
		return [...this.inFlight.values()].reduce((sum, count) => sum + count, 0);
	}

	arrivalsOf(who: string): number {
		return this.arrivals.filter((arrival) => arrival.who === who).length;
	}

	/** Position of a process's first arrival among all. */
	firstOf(who: string): number {
		return this.arrivals.findIndex((arrival) => arrival.who === who);
	}

	lastOf(who: string): number {
		return this.arrivals.findLastIndex((arrival) => arrival.who === who);
	}

	/** The longest turn of this process's event loop, in milliseconds. */
	private get longestStall(): number {
		return this.stalls.max / 1e6;
	}

	/**
	 * The most requests that came in any window. A request is read when this process comes to it, up
	 * to two turns of its event loop after it came (one to accept its connection). So windows are
	 * shorter than `interval` by twice the longest turn: what is more than a limit then is more for
	 * certain, however slow the machine is.
	 *
	 * @param interval milliseconds
	 */
	mostInAnyWindow(interval: number): number {
		const events = this.arrivals.map(({ arrivedAt }) => ({ time: arrivedAt / 1_000, cost: 1 }));
		// One that stalls for longer than the interval has seen nothing for certain.
		return mostInWindow(events, Math.max(0.001, interval - 2 * this.longestStall));
	}

	/**
	 * The share of a budget that was used: the shortest time in which the budget allows what came, by
	 * the time that it took. Full intervals only, since the last one had no time to be used up.
	 *
	 * @param interval milliseconds
	 * @param count how many requests to look at, from the first; all unless told
	 */
	shareUsed(amount: number, interval: number, count = this.arrivals.length): number {
		const intervals = Math.floor((count - 1) / amount);
		const [first, last] = [this.arrivals[0]!, this.arrivals[intervals * amount]!];
		const took = (last.arrivedAt - first.arrivedAt) / 1_000;
		return (intervals * interval) / took;
	}

	get mostInFlight(): number {
		return Math.max(0, ...this.arrivals.map(({ inFlight }) => inFlight));
	}

	/** Until something holds; looked at whenever a request comes. */
	async until(condition: () => boolean): Promise<void> {
		if (condition()) return;
		await new Promise<void>((resolve) => {
			const check = () => {
				if (!condition()) return;
				this.checks.delete(check);
				resolve();
			};
			this.checks.add(check);
		});
	}

	async close(): Promise<void> {
		this.stalls.disable();
		this.server.closeAllConnections();
		this.server.close();
		await once(this.server, 'close');
	}

	private count(who: string, by: number): void {
		this.inFlight.set(who, (this.inFlight.get(who) ?? 0) + by);
	}
}

export function microseconds(): number {
	return Number(process.hrtime.bigint() / 1_000n);
}
