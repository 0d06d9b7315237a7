import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../nodes/ConcurrentHttpRequest/common/Clock.ts';

interface Alarm {
	readonly time: number;
	/** Alarms of the same time go off in the order in which they were set. */
	readonly order: number;
	/** `undefined` once it has gone off or was ended. */
	callback: (() => void) | undefined;
}

/**
 * Time that passes only when a test says so, at no cost: a day of traffic takes as long as its
 * events do. Between two alarms everything that can go on without an outside event goes on, so
 * promises behave as they do in real time.
 */
export class VirtualClock implements Clock {
	private time: number;
	private orders = 0;
	private armed = 0;
	/** A binary heap, the earliest first. */
	private readonly heap: Alarm[] = [];

	/** @param start milliseconds; where the scale begins */
	constructor(start = 0) {
		this.time = start;
	}

	readonly now = (): number => this.time;

	readonly at = (time: number, callback: () => void): (() => void) => {
		if (Number.isNaN(time)) throw new RangeError('An alarm needs a time');
		const alarm: Alarm = { time: Math.max(time, this.time), order: this.orders++, callback };
		this.push(alarm);
		this.armed++;
		return () => {
			if (alarm.callback) this.armed--;
			alarm.callback = undefined;
		};
	};

	/** Resolves when so many milliseconds have passed. */
	readonly sleep = async (duration: number): Promise<void> => {
		await new Promise<void>((resolve) => this.at(this.time + duration, resolve));
	};

	/** How many alarms are set: none should be left when a test is over. */
	get alarms(): number {
		return this.armed;
	}

	/** When the next alarm goes off, `Infinity` if none is set. */
	get nextAlarm(): number {
		while (this.heap[0] && !this.heap[0].callback) this.pop();
		return this.heap[0]?.time ?? Infinity;
	}

	/** Lets time pass until then; what is due at that very moment happens too. */
	async advanceTo(time: number): Promise<void> {
		await setImmediate();
		while (this.nextAlarm <= time) await this.ring();
		this.time = Math.max(this.time, time);
	}

	/** @param duration milliseconds */
	async advanceBy(duration: number): Promise<void> {
		await this.advanceTo(this.time + duration);
	}

	/**
	 * Lets time pass, from alarm to alarm, until work is done or no alarm is left. It rejects as the
	 * work does, and when the work can never end because nothing is left that could wake it.
	 *
	 * @returns what the work gives
	 */
	async run<T>(work: Promise<T>): Promise<T> {
		let settled = false;
		const settle = () => (settled = true);
		work.then(settle, settle);
		await setImmediate();
		while (!settled && this.nextAlarm < Infinity) await this.ring();
		if (!settled) throw new Error(`Nothing goes on any more at ${this.time} ms`);
		return await work;
	}

	/** Lets time pass until no alarm is left; it then stands at the last one. */
	async runOut(): Promise<void> {
		await setImmediate();
		while (this.nextAlarm < Infinity) await this.ring();
	}

	/** The next alarm goes off, and all follows that can without another. */
	private async ring(): Promise<void> {
		const alarm = this.pop();
		const callback = alarm?.callback;
		if (!alarm || !callback) return;
		this.time = alarm.time;
		alarm.callback = undefined;
		this.armed--;
		callback();
		await setImmediate();
	}

	private push(alarm: Alarm): void {
		const { heap } = this;
		let index = heap.push(alarm) - 1;
		while (index > 0) {
			const parent = (index - 1) >> 1;
			if (isBefore(heap[parent], alarm)) break;
			heap[index] = heap[parent]!;
			index = parent;
		}
		heap[index] = alarm;
	}

	private pop(): Alarm | undefined {
		const { heap } = this;
		const first = heap[0];
		const last = heap.pop();
		if (!last || heap.length === 0) return first;
		let index = 0;
		for (;;) {
			let child = 2 * index + 1;
			if (child >= heap.length) break;
			if (child + 1 < heap.length && isBefore(heap[child + 1], heap[child]!)) child++;
			if (isBefore(last, heap[child]!)) break;
			heap[index] = heap[child]!;
			index = child;
		}
		heap[index] = last;
		return first;
	}
}

function isBefore(alarm: Alarm | undefined, other: Alarm): boolean {
	if (!alarm) return false;
	return alarm.time < other.time || (alarm.time === other.time && alarm.order < other.order);
}
