import type { Clock } from '../../../nodes/ConcurrentHttpRequest/common/Clock.ts';

interface Appointment {
	time: number;
	/** Breaks ties: what was asked for first is called first. */
	order: number;
	/** Undefined once it was cancelled. */
	callback: (() => void) | undefined;
}

/**
 * A clock for simulations of millions of events: time passes as fast as the machine can, and within
 * one call. Only callbacks take part in it; for code with promises there is `VirtualClock`.
 */
export class SimulationClock implements Clock {
	private time = 0;
	private orders = 0;
	/** A binary heap: each is due no later than the two below it. */
	private readonly heap: Appointment[] = [];

	now(): number {
		return this.time;
	}

	at(time: number, callback: () => void): () => void {
		const appointment: Appointment = {
			time: Math.max(time, this.time),
			order: this.orders++,
			callback,
		};
		this.push(appointment);
		return () => {
			appointment.callback = undefined;
		};
	}

	/** Lets time pass until the given one, and calls whatever is due on the way, in order. */
	runUntil(time: number): void {
		for (let next = this.heap[0]; next && next.time <= time; next = this.heap[0]) {
			this.pop();
			this.time = next.time;
			next.callback?.();
		}
		this.time = Math.max(this.time, time);
	}

	private push(appointment: Appointment): void {
		const { heap } = this;
		let index = heap.length;
		while (index > 0) {
			const parent = (index - 1) >> 1;
			const above = heap[parent] as Appointment;
			if (!isBefore(appointment, above)) break;
			heap[index] = above;
			index = parent;
		}
		heap[index] = appointment;
	}

	private pop(): void {
		const { heap } = this;
		const last = heap.pop();
		if (!last || heap.length === 0) return;
		let index = 0;
		for (;;) {
			let child = 2 * index + 1;
			if (child >= heap.length) break;
			const right = heap[child + 1];
			if (right && isBefore(right, heap[child] as Appointment)) child++;
			const below = heap[child] as Appointment;
			if (!isBefore(below, last)) break;
			heap[index] = below;
			index = child;
		}
		heap[index] = last;
	}
}

function isBefore(one: Appointment, other: Appointment): boolean {
	return one.time < other.time || (one.time === other.time && one.order < other.order);
}
