import { Distribution } from './Distribution';

/** What happened during one slice of a run. Times are milliseconds since the run's start. */
export interface Slice {
	readonly from: number;
	readonly to: number;
	/** Requests that ended. */
	readonly ended: number;
	/** Of those, the ones that the server refused because of a limit (429, 503). */
	readonly refused: number;
	/** Of those, the ones that failed in any way: no response, or a status from 400 on. */
	readonly failed: number;
	/** Requests in flight: the mean over the slice, and the most. */
	readonly meanInFlight: number;
	readonly mostInFlight: number;
	readonly latency: Distribution;
}

/** How a request ended, as far as a time series counts it. */
export interface EndOfRequest {
	/** Milliseconds. */
	readonly latency: number;
	readonly isRefused: boolean;
	readonly hasFailed: boolean;
}

/** The slices of a series, at most. At least half as many are in use, save in the first seconds. */
const MOST_SLICES = 120;

/** Milliseconds of a slice at first. */
const FIRST_WIDTH = 50;

class Counters {
	ended = 0;
	refused = 0;
	failed = 0;
	/** Requests in flight times milliseconds. */
	area = 0;
	mostInFlight = 0;
	latency = new Distribution();

	add(other: Counters): void {
		this.ended += other.ended;
		this.refused += other.refused;
		this.failed += other.failed;
		this.area += other.area;
		this.mostInFlight = Math.max(this.mostInFlight, other.mostInFlight);
		this.latency.add(other.latency);
	}
}

/**
 * A run over time, in constant memory. When a run outgrows its slices, each two become one and all are
 * twice as long, so a run of a second and a run of a week have as many.
 */
export class TimeSeries {
	private readonly startedAt: number;
	private width = FIRST_WIDTH;
	private slices: Counters[] = [];
	private current = new Counters();
	/** The clock's milliseconds up to which `area` is counted, and those at which the current slice ends. */
	private countedTo: number;
	private endsAt: number;
	private inFlight = 0;

	/** @param startedAt of the run, in the clock's milliseconds; so are all times that follow */
	constructor(startedAt: number) {
		this.startedAt = startedAt;
		this.countedTo = startedAt;
		this.endsAt = startedAt + this.width;
	}

	requestStarted(now: number): void {
		this.advance(now);
		this.inFlight++;
		if (this.inFlight > this.current.mostInFlight) this.current.mostInFlight = this.inFlight;
	}

	requestEnded(now: number, { latency, isRefused, hasFailed }: EndOfRequest): void {
		this.advance(now);
		const { current } = this;
		this.inFlight--;
		current.ended++;
		if (isRefused) current.refused++;
		if (hasFailed) current.failed++;
		current.latency.record(latency);
	}

	/** All slices up to now. The last may be shorter, but not by more than a half. */
	list(now: number): Slice[] {
		this.advance(now);
		const { startedAt, width } = this;
		const all = [...this.slices, this.current];
		const last = now - startedAt - (all.length - 1) * width;
		if (last < width / 2 && all.length > 1) {
			const joined = new Counters();
			for (const part of all.splice(-2)) joined.add(part);
			all.push(joined);
		}
		return all.map((counters, index) => {
			const from = index * width;
			const to = index === all.length - 1 ? now - startedAt : from + width;
			const { area, ...counted } = counters;
			return { from, to, ...counted, meanInFlight: to > from ? area / (to - from) : 0 };
		});
	}

	private advance(now: number): void {
		while (now >= this.endsAt) {
			this.countTo(this.endsAt);
			this.slices.push(this.current);
			if (this.slices.length === MOST_SLICES) this.halve();
			this.endsAt += this.width;
			this.current = new Counters();
			this.current.mostInFlight = this.inFlight;
		}
		this.countTo(now);
	}

	private countTo(time: number): void {
		this.current.area += this.inFlight * (time - this.countedTo);
		this.countedTo = time;
	}

	private halve(): void {
		const { slices } = this;
		const halves: Counters[] = [];
		for (let index = 0; index < slices.length; index += 2) {
			const joined = slices[index] ?? new Counters();
			const next = slices[index + 1];
			if (next) joined.add(next);
			halves.push(joined);
		}
		this.slices = halves;
		this.width *= 2;
	}
}
