/**
 * One of several processes that share limits: sends requests as fast as it may, from so many
 * workers, until told to stop by SIGTERM or until it has sent so many. Its one argument is JSON of
 * HammerOptions. Prints JSON of a HammerReport.
 */
import { randomUUID } from 'node:crypto';
import { Agent, get } from 'node:http';
import { Admission } from '../../../nodes/ConcurrentHttpRequest/limits/admission/Admission';
import type { Permit } from '../../../nodes/ConcurrentHttpRequest/limits/admission/Permit';
import { systemClock } from '../../../nodes/ConcurrentHttpRequest/common/Clock';
import {
	RedisLimit,
	type WhenUnavailable,
} from '../../../nodes/ConcurrentHttpRequest/limits/shared/redis/RedisLimit';
import type { ScriptStore } from '../../../nodes/ConcurrentHttpRequest/limits/shared/redis/ScriptStore';
import type { SharedLimitOptions } from '../../../nodes/ConcurrentHttpRequest/limits/shared/SharedLimit';
import { connectToRedis } from '../../../nodes/ConcurrentHttpRequest/redis/connections';

export interface HammerOptions {
	redisPort: number;
	/** Where requests go; `?who=&at=` is appended, microseconds of the machine's monotonic clock. */
	url: string;
	who: string;
	name: string;
	limits: Omit<SharedLimitOptions, 'key'>;
	whenAway: WhenUnavailable;
	workers: number;
	/** Ends after so many requests; without it at SIGTERM. */
	requests?: number;
	/** Milliseconds; ends then in any case. */
	longest: number;
}

export interface HammerReport {
	admitted: number;
	/** Round trips to Redis. */
	calls: number;
	error?: string;
}

const options = JSON.parse(process.argv[2] ?? '{}') as HammerOptions;
const connection = await connectToRedis({ host: '127.0.0.1', port: options.redisPort });
let calls = 0;
let waiting = 0;
const store: ScriptStore = {
	run: async (script, keys, args) => {
		calls++;
		return await connection.store.run(script, keys, args);
	},
	subscribe: (channel, listener) => connection.store.subscribe(channel, listener),
};
const limit = new RedisLimit({
	store,
	clock: systemClock,
	random: Math.random,
	limit: { key: options.name, ...options.limits },
	whenAway: options.whenAway,
	run: randomUUID(),
	process: connection.process,
	memory: connection.memory,
	waiting: () => waiting,
	onFailure: (failure) => admission.abort(failure),
});
const admission = new Admission({ limits: [limit], clock: systemClock });
const agent = new Agent({ keepAlive: true });
const stop = new AbortController();
stop.signal.addEventListener('abort', () => admission.abort(new Error('stopped')));
process.once('SIGTERM', () => stop.abort());
const timer = setTimeout(() => stop.abort(), options.longest);

let left = options.requests ?? Infinity;
let admitted = 0;
let error: string | undefined;

async function work(): Promise<void> {
	const { origin } = new URL(options.url);
	while (left-- > 0 && !stop.signal.aborted) {
		let permit: Permit;
		try {
			waiting++;
			permit = await admission.acquire({ origin });
		} catch (reason) {
			if (!stop.signal.aborted) error = String(reason);
			return;
		} finally {
			waiting--;
		}
		admitted++;
		await send();
		permit.release({ kind: 'ok', latency: systemClock.now() - permit.admittedAt });
	}
}

async function send(): Promise<void> {
	const at = String(process.hrtime.bigint() / 1_000n);
	await new Promise<void>((resolve, reject) => {
		get(`${options.url}?who=${options.who}&at=${at}`, { agent }, (response) => {
			response.resume().once('end', resolve);
		}).once('error', reject);
	});
}

await Promise.all(Array.from({ length: options.workers }, work));
clearTimeout(timer);
agent.destroy();
admission.abort(new Error('The run is over'));
await limit.leave();
connection.release();
process.stdout.write(JSON.stringify({ admitted, calls, error }));
