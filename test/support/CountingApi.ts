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

/** Milliseconds: on a machine that is not overloaded, no turn of the event loop takes longer. */
const USUAL_STALL = 100;

/** An API that answers after a while and writes down what came when. */
export class CountingApi {
	readonly arrivals: Arrival[] = [];
	/** Milliseconds until it answers. */
	private readonly latency: number;
	private readonly server: Server;
	private readonly inFlight = new Map<string, number>();
	/** When the number in flight changed, and to what. */
	private readonly changes: Array<{ at: number; inFlight: number }> = [];
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

	/**
	 * The share of `slots` that was in use, by time, from one time to another. What an overloaded
	 * machine alone takes of each request's time does not count (see `lateness`).
	 */
	shareInFlight(slots: number, from: number, to: number): number {
		let area = 0;
		for (const [index, { at, inFlight }] of this.changes.entries()) {
			const until = this.changes[index + 1]?.at ?? to;
			area += inFlight * Math.max(0, Math.min(until, to) - Math.max(at, from));
		}
		const usable = this.latency / (this.latency + this.lateness);
		return area / (to - from) / (slots * usable);
	}

	/** The longest turn of this process's event loop, in milliseconds. */
	private get longestStall(): number {
		return this.stalls.max / 1e6;
	}

	/**
	 * By how much an overloaded machine makes a request and its answer late, in milliseconds: 0 on one
	 * that is not. Others that stall cannot be seen from here, but they stall as this process does.
	 */
	private get lateness(): number {
		return 2 * Math.max(0, this.longestStall - USUAL_STALL);
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
	 * the time that it took. Full intervals only, since the last one had no time to be used up. What an
	 * overloaded machine alone takes of each interval does not count (see `lateness`).
	 *
	 * @param interval milliseconds
	 * @param count how many requests to look at, from the first; all unless told
	 */
	shareUsed(amount: number, interval: number, count = this.arrivals.length): number {
		const intervals = Math.floor((count - 1) / amount);
		const [first, last] = [this.arrivals[0]!, this.arrivals[intervals * amount]!];
		const took = (last.arrivedAt - first.arrivedAt) / 1_000;
		return (intervals * interval) / (took - intervals * this.lateness);
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

	/** Forgets what it has written down. Nothing may be in flight. */
	reset(): void {
		this.arrivals.length = 0;
		this.changes.length = 0;
		this.stalls.reset();
	}

	async close(): Promise<void> {
		this.stalls.disable();
		this.server.closeAllConnections();
		this.server.close();
		await once(this.server, 'close');
	}

	private count(who: string, by: number): void {
		this.inFlight.set(who, (this.inFlight.get(who) ?? 0) + by);
		this.changes.push({ at: microseconds(), inFlight: this.inFlightOf() });
	}
}

export function microseconds(): number {
	return Number(process.hrtime.bigint() / 1_000n);
}
