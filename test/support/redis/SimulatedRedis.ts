import { setImmediate } from 'node:timers/promises';
import { Redis } from 'ioredis';

import type { ScriptStore } from '../../../nodes/ConcurrentHttpRequest/limits/shared/redis/ScriptStore';
import type { VirtualClock } from '../VirtualClock';

/**
 * A real Redis whose time and whose messages are the virtual clock's: minutes of several runs that share
 * limits take a second, and nothing depends on how busy the machine is.
 */
export class SimulatedRedis {
	private readonly client: Redis;
	private readonly clock: VirtualClock;
	private readonly latency: number;
	private readonly listeners = new Map<string, (message: string) => void>();
	private pending = 0;

	/** @param latency milliseconds there, and as many back */
	constructor(port: number, clock: VirtualClock, latency: number) {
		this.client = new Redis({ host: '127.0.0.1', port });
		this.clock = clock;
		this.latency = latency;
	}

	close(): void {
		this.client.disconnect();
	}

	/** @param onCall called with each call, before it is on its way */
	store(onCall: () => void): ScriptStore {
		return {
			run: async (script, keys, args) => {
				onCall();
				await this.clock.sleep(this.latency);
				const { wakes, response } = await this.evaluate(script, keys, args);
				for (const [channel, message] of wakes) {
					const told = () => this.listeners.get(channel)?.(message);
					this.clock.at(this.clock.now() + this.latency, told);
				}
				await this.clock.sleep(this.latency);
				return response;
			},
			subscribe: (channel, listener) => {
				this.listeners.set(channel, listener);
				return () => this.listeners.delete(channel);
			},
		};
	}

	/** Deletes a key, as a Redis does that is out of memory and evicts. */
	async evict(key: string): Promise<void> {
		this.pending++;
		await this.client.del(key).finally(() => this.pending--);
	}

	/**
	 * Lets time pass, which stands still while Redis computes.
	 *
	 * @throws where the work is not done within an hour: runs say that they are alive for ever
	 */
	async run<T>(work: Promise<T>): Promise<T> {
		const end = this.clock.now() + 3_600_000;
		let isSettled = false;
		const settle = () => (isSettled = true);
		work.then(settle, settle);
		while (!isSettled) {
			if (this.clock.now() > end) throw new Error('The work does not come to an end');
			await setImmediate();
			if (this.pending === 0 && !isSettled) await this.clock.advanceTo(this.clock.nextAlarm);
		}
		return await work;
	}

	private async evaluate(
		script: string,
		keys: readonly string[],
		args: readonly string[],
	): Promise<{ wakes: Array<[string, string]>; response: string }> {
		const now = this.clock.now();
		const time = `{ ${Math.floor(now / 1000)}, ${Math.round((now % 1000) * 1000)} }`;
		const lua = script
			.replace("redis.call('TIME')", time)
			.replaceAll("redis.call('PUBLISH',", "publish('PUBLISH',");
		this.pending++;
		try {
			const text = await this.client.eval(
				`local wakes = {}
				local function publish(_, channel, message) wakes[#wakes + 1] = { channel, message } end
				local function exchange() ${lua} end
				local response = exchange()
				return cjson.encode({ wakes = wakes, response = response })`,
				keys.length,
				...keys,
				...args,
			);
			const { wakes, response } = JSON.parse(String(text)) as {
				wakes: Array<[string, string]> | Record<string, never>;
				response: string;
			};
			// An empty table of Lua is an object.
			return { wakes: Array.isArray(wakes) ? wakes : [], response };
		} finally {
			this.pending--;
		}
	}
}
