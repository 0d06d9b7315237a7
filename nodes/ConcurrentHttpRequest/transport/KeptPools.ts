import { ConnectionPool, type ConnectionPoolOptions } from './ConnectionPool';

/** Seconds for which connections are kept after a run, unless the environment says otherwise. */
const DEFAULT_SECONDS = 5;

interface KeptPool {
	readonly pool: ConnectionPool;
	/** On the clock of `performance.now()`. */
	readonly since: number;
	readonly timer: NodeJS.Timeout;
}

/**
 * Keeps the connections of a run that has ended for the next one, for a few seconds. So the single
 * items of a loop, webhooks and agents need no new connection and no TLS handshake each.
 *
 * Runs at the same time never share a pool: each takes one that nobody uses, or a new one.
 */
export class KeptPools {
	/** The latest is last. */
	private kept: KeptPool[] = [];
	private readonly lifetime: () => number;
	private readonly mostConnections: number;

	/**
	 * @param lifetime milliseconds for which connections are kept; 0 keeps none
	 * @param mostConnections kept at most, of all runs that have ended
	 */
	constructor(lifetime: () => number, mostConnections = 1000) {
		this.lifetime = lifetime;
		this.mostConnections = mostConnections;
	}

	/** The pool that was used last and that the run may use, or else a new one. */
	take(options: ConnectionPoolOptions): ConnectionPool {
		for (const candidate of this.kept.toReversed()) {
			const { pool, since } = candidate;
			if (pool.connectionsPerOrigin !== options.connectionsPerOrigin) continue;
			this.remove(candidate);
			if (pool.handTo(options, performance.now() - since)) return pool;
			void pool.destroy();
		}
		return new ConnectionPool(options);
	}

	/** Takes the pool of a run that has ended. Its connections end soon, unless another run takes them. */
	async keep(pool: ConnectionPool): Promise<void> {
		const lifetime = this.lifetime();
		if (lifetime === 0 || !pool.isReusable || pool.size > this.mostConnections) {
			await pool.destroy();
			return;
		}
		const timer = setTimeout(() => this.end(kept), lifetime).unref();
		const kept: KeptPool = { pool, since: performance.now(), timer };
		this.kept.push(kept);
		let connections = this.kept.reduce((sum, { pool: { size } }) => sum + size, 0);
		for (const oldest of [...this.kept]) {
			if (connections <= this.mostConnections) break;
			connections -= oldest.pool.size;
			this.end(oldest);
		}
	}

	private end(kept: KeptPool): void {
		this.remove(kept);
		void kept.pool.destroy();
	}

	private remove(kept: KeptPool): void {
		clearTimeout(kept.timer);
		this.kept = this.kept.filter((each) => each !== kept);
	}
}

/**
 * Milliseconds for which connections are kept after a run: `CONCURRENT_HTTP_KEEP_CONNECTIONS`, in
 * seconds from 0 to 30, because no run takes a connection that is older. 0 closes them with the run.
 * undici ends a connection that is idle for 4 s sooner, unless the server names a longer time.
 *
 * @param environment n8n's
 */
export function keptFor(environment: NodeJS.ProcessEnv = process.env): number {
	const text = environment.CONCURRENT_HTTP_KEEP_CONNECTIONS?.trim() ?? '';
	const seconds = text === '' ? DEFAULT_SECONDS : Number(text);
	return 1000 * (seconds >= 0 && seconds <= 30 ? seconds : DEFAULT_SECONDS);
}

/** Those of the process. */
export const keptPools = new KeptPools(keptFor);
