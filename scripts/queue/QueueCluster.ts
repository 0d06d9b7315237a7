import type { Environment } from '../n8n/environment.ts';
import { createInstance } from '../n8n/instance.ts';
import type { N8nServer } from '../n8n/N8nServer.ts';
import type { RunningN8n } from '../n8n/RunningN8n.ts';
import { PostgresServer } from './PostgresServer.ts';
import { assertInstalled } from './programs.ts';
import { RedisServer } from './RedisServer.ts';

export interface QueueClusterOptions {
	/** Names the user folders, `<name>-main` and `<name>-<worker>`. */
	name: string;
	/** The workers to begin with. */
	workers?: readonly string[];
	/** Executions that each worker runs at a time; n8n's default is 10. */
	concurrency?: number;
	/** Environment variables of all n8n processes. */
	env?: Environment;
	/** Installs this package in the main; true unless told. */
	withPackage?: boolean;
}

export interface WorkerOptions {
	/** Environment variables beyond those of all processes. */
	env?: Environment;
	/** Installs this package in it; true unless told. */
	withPackage?: boolean;
}

/**
 * n8n in queue mode as it is installed on several machines: PostgreSQL, Redis, a main and workers, each
 * with a user folder of its own, which holds the package. Runs that are started by hand go to the
 * workers, too.
 */
export class QueueCluster {
	readonly postgres: PostgresServer;
	/** The Redis of n8n's queue. */
	readonly queueRedis: RedisServer;
	/** Another one, for limits that runs share. */
	readonly limitsRedis: RedisServer;
	/** Those that run, by their names. */
	readonly workers = new Map<string, N8nServer>();
	private readonly options: QueueClusterOptions;
	private runningMain: RunningN8n | undefined;

	private constructor(
		options: QueueClusterOptions,
		postgres: PostgresServer,
		queueRedis: RedisServer,
		limitsRedis: RedisServer,
	) {
		this.options = options;
		this.postgres = postgres;
		this.queueRedis = queueRedis;
		this.limitsRedis = limitsRedis;
	}

	/** @throws PlainError that says what to install, where Redis or PostgreSQL is missing */
	static async start(options: QueueClusterOptions): Promise<QueueCluster> {
		assertInstalled();
		const postgres = await PostgresServer.start();
		// As it should be installed: a restart loses no job.
		const queueRedis = await RedisServer.start('--appendonly', 'yes');
		const limitsRedis = await RedisServer.start();
		const cluster = new QueueCluster(options, postgres, queueRedis, limitsRedis);
		try {
			await cluster.startMain();
			await Promise.all((options.workers ?? ['a', 'b']).map((name) => cluster.startWorker(name)));
			return cluster;
		} catch (error) {
			await cluster.close();
			throw error;
		}
	}

	get main(): RunningN8n {
		if (this.runningMain) return this.runningMain;
		throw new Error('The main is not running');
	}

	/** Starts the main, which creates the database's tables if there are none. */
	async startMain(): Promise<RunningN8n> {
		const { name, withPackage = true } = this.options;
		const instance = await createInstance({
			name: `${name}-main`,
			env: this.environment({}),
			withPackage,
		});
		this.runningMain = await instance.start();
		return this.runningMain;
	}

	async startWorker(
		worker: string,
		{ env = {}, withPackage = true }: WorkerOptions = {},
	): Promise<N8nServer> {
		const { name, concurrency = 10 } = this.options;
		const instance = await createInstance({
			name: `${name}-${worker}`,
			env: this.environment(env),
			withPackage,
		});
		const server = await instance.startWorker(concurrency);
		this.workers.set(worker, server);
		return server;
	}

	/** Ends a worker as a crash does. */
	async killWorker(worker: string): Promise<void> {
		await this.take(worker).kill();
	}

	/** @param patienceMs until it is killed, if it has not ended */
	async stopWorker(worker: string, patienceMs?: number): Promise<void> {
		await this.take(worker).stop(patienceMs);
	}

	/** Ends all of it, and deletes the data of PostgreSQL and Redis. */
	async close(): Promise<void> {
		const servers = [...this.workers.values(), ...(this.runningMain ? [this.runningMain] : [])];
		this.workers.clear();
		this.runningMain = undefined;
		await Promise.all(servers.map(async (server) => await server.stop()));
		await Promise.all([this.queueRedis.close(), this.limitsRedis.close(), this.postgres.close()]);
	}

	private take(worker: string): N8nServer {
		const server = this.workers.get(worker);
		if (!server) throw new Error(`No worker "${worker}" is running`);
		this.workers.delete(worker);
		return server;
	}

	private environment(own: Environment): Environment {
		return {
			...this.postgres.environment,
			EXECUTIONS_MODE: 'queue',
			OFFLOAD_MANUAL_EXECUTIONS_TO_WORKERS: 'true',
			QUEUE_BULL_REDIS_HOST: '127.0.0.1',
			QUEUE_BULL_REDIS_PORT: String(this.queueRedis.port),
			...this.options.env,
			...own,
		};
	}
}
