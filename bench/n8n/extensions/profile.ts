import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { join } from 'node:path';
import { PerformanceObserver } from 'node:perf_hooks';
import type { PerformanceEntry } from 'node:perf_hooks';
import { PROFILE_FOLDER } from './Report.ts';

/** Microseconds between two samples. */
const SAMPLING_INTERVAL = 200;

/** Garbage collections of one kind. */
export interface Collections {
	/** One of `perf_hooks.constants.NODE_PERFORMANCE_GC_*`. */
	kind: number;
	count: number;
	/** Milliseconds in all. */
	time: number;
	/** Milliseconds of the longest. */
	longest: number;
}

interface Profiler {
	session: Session;
	observer: PerformanceObserver;
	collections: Map<number, Collections>;
}

/** Each node is a bundle of its own, so they meet in the global object. */
const KEY = Symbol.for('n8n-nodes-concurrent-http.bench.profiler');
const holder = globalThis as unknown as Record<symbol, Profiler | undefined>;

/** Starts V8's profiler if the bench was asked for profiles. It slows down what it looks at. */
export async function startProfile(): Promise<void> {
	if (process.env[PROFILE_FOLDER] === undefined) return;
	const session = new Session();
	session.connect();
	await session.post('Profiler.enable');
	await session.post('Profiler.setSamplingInterval', { interval: SAMPLING_INTERVAL });
	await session.post('Profiler.start');
	const collections = new Map<number, Collections>();
	const observer = new PerformanceObserver((list) => {
		for (const entry of list.getEntries()) count(entry, collections);
	});
	observer.observe({ entryTypes: ['gc'] });
	holder[KEY] = { session, observer, collections };
}

/** Writes `<time>.cpuprofile`, for Chrome's developer tools or `bench/profile.ts`. */
export async function writeProfile(): Promise<void> {
	const profiler = holder[KEY];
	if (!profiler) return;
	holder[KEY] = undefined;
	const { session, observer, collections } = profiler;
	observer.disconnect();
	const { profile } = await session.post('Profiler.stop');
	session.disconnect();
	const file = join(process.env[PROFILE_FOLDER] ?? '.', `${Date.now()}.cpuprofile`);
	writeFileSync(file, JSON.stringify({ ...profile, collections: [...collections.values()] }));
}

function count(entry: PerformanceEntry, collections: Map<number, Collections>): void {
	const { kind } = (entry as PerformanceEntry & { detail: { kind: number } }).detail;
	const found = collections.get(kind) ?? { kind, count: 0, time: 0, longest: 0 };
	found.count++;
	found.time += entry.duration;
	found.longest = Math.max(found.longest, entry.duration);
	collections.set(kind, found);
}
