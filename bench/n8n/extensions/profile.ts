import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { join } from 'node:path';
import { PROFILE_FOLDER } from './Report.ts';

/** Microseconds between two samples. */
const SAMPLING_INTERVAL = 200;

/** Each node is a bundle of its own, so they meet in the global object. */
const KEY = Symbol.for('n8n-nodes-concurrent-http.bench.profiler');
const holder = globalThis as unknown as Record<symbol, Session | undefined>;

/** Starts V8's profiler if the bench was asked for profiles. It slows down what it looks at. */
export async function startProfile(): Promise<void> {
	if (process.env[PROFILE_FOLDER] === undefined) return;
	const session = (holder[KEY] = new Session());
	session.connect();
	await session.post('Profiler.enable');
	await session.post('Profiler.setSamplingInterval', { interval: SAMPLING_INTERVAL });
	await session.post('Profiler.start');
}

/** Writes `<time>.cpuprofile`, for Chrome's developer tools or `bench/profile.ts`. */
export async function writeProfile(): Promise<void> {
	const session = holder[KEY];
	if (!session) return;
	holder[KEY] = undefined;
	const { profile } = await session.post('Profiler.stop');
	session.disconnect();
	const file = join(process.env[PROFILE_FOLDER] ?? '.', `${Date.now()}.cpuprofile`);
	writeFileSync(file, JSON.stringify(profile));
}
