import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as the API saw it; microseconds of the machine's monotonic clock. */
export interface Arrival {
	who: string;
	/** When the process that sent it started it. */
	startedAt: number;
	/** When it came here. */
	arrivedAt: number;
	/** How many were in flight with it, itself included. */
	inFlight: number;
}

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

	private constructor(latency: number) {
		this.latency = latency;
		this.server = createServer((request, response) => {
			const query = new URL(request.url ?? '', 'http://api').searchParams;
			const who = query.get('who') ?? '';
			this.count(who, 1);
			this.arrivals.push({
				who,
				startedAt: Number(query.get('at')),
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
				response.end('ok');
			}, this.latency);
			for (const check of [...this.checks]) check();
		});
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

	/** The mean number in flight, by time, from one time to another. */
	meanInFlight(from: number, to: number): number {
		let area = 0;
		for (const [index, { at, inFlight }] of this.changes.entries()) {
			const until = this.changes[index + 1]?.at ?? to;
			area += inFlight * Math.max(0, Math.min(until, to) - Math.max(at, from));
		}
		return area / (to - from);
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

/**
 * The most times in any window that is open at its end.
 *
 * @param times in any order
 * @param length of a window, in the same unit
 */
export function mostInAnyWindow(times: readonly number[], length: number): number {
	const sorted = [...times].sort((a, b) => a - b);
	let first = 0;
	let most = 0;
	for (const [last, time] of sorted.entries()) {
		while (time - (sorted[first] ?? 0) >= length) first++;
		most = Math.max(most, last - first + 1);
	}
	return most;
}
