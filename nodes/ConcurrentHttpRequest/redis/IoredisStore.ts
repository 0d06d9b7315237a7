import { createHash } from 'node:crypto';
import type { Redis, RedisOptions } from 'ioredis';

import { type ScriptStore, StoreUnavailable } from '../limits/shared/redis/ScriptStore';
import { isFromReplica, toStoreError } from './toStoreError';

/** Milliseconds between attempts to connect: longer with each, up to this. */
const LONGEST_RECONNECT = 500;

/** Milliseconds. */
const CONNECT_TIMEOUT = 5_000;

/** Milliseconds for an orderly end; the timer keeps a process from ending for so long. */
const DISCONNECT_TIMEOUT = 100;

/** Milliseconds for which connections that no run uses are kept. */
const KEPT_UNUSED = 30_000;

/**
 * Redis through ioredis: one connection for scripts, and one for messages, because a connection that
 * subscribes can do nothing else. Both reconnect by themselves.
 */
export class IoredisStore implements ScriptStore {
	private readonly commands: Redis;
	private readonly messages: Redis;
	private readonly password: string | undefined;
	private readonly listeners = new Map<string, (message: string) => void>();
	private readonly digests = new Map<string, string>();
	/** What is wrong with the connection, or why there is none. */
	private trouble: Error | undefined;
	private users = 0;
	private closing: NodeJS.Timeout | undefined;
	private wasClosed = false;

	/** @param client ioredis's class, which the caller loads when it is first needed */
	constructor(client: typeof Redis, options: RedisOptions) {
		const common: RedisOptions = {
			...options,
			connectTimeout: CONNECT_TIMEOUT,
			disconnectTimeout: DISCONNECT_TIMEOUT,
			// A connection that is not used need not be restored, and the timer would hold the process.
			retryStrategy: (times) => (this.users > 0 ? Math.min(LONGEST_RECONNECT, 50 * times) : null),
			// After a failover the name leads to the new primary, but the old one keeps the connection.
			reconnectOnError: isFromReplica,
			// A call depends on when it is made, so it fails now rather than wait for Redis.
			enableOfflineQueue: false,
			maxRetriesPerRequest: 0,
			autoResendUnfulfilledCommands: false,
			connectionName: 'n8n-nodes-concurrent-http',
		};
		this.password = options.password;
		this.commands = new client(common);
		this.messages = new client({ ...common, autoResubscribe: false });
		for (const connection of [this.commands, this.messages]) {
			// The connection must not keep an n8n command from ending.
			connection.on('connect', () => connection.stream.unref());
		}
		this.commands.on('error', (error: Error) => {
			this.trouble = error;
		});
		this.commands.on('connect', () => {
			this.trouble = undefined;
		});
		// Messages only save time; the other connection reports what is wrong.
		this.messages.on('error', () => {});
		this.messages.on('ready', () => {
			for (const channel of this.listeners.keys()) this.startListening(channel);
		});
		this.messages.on('message', (channel: string, message: string) =>
			this.listeners.get(channel)?.(message),
		);
	}

	/** Whether it cannot be used any more. */
	get isClosed(): boolean {
		// ioredis does not reach `end` when it is told to stop between two attempts to connect.
		return this.wasClosed || this.commands.status === 'end' || this.messages.status === 'end';
	}

	/** A run begins to use it. */
	retain(): void {
		this.users++;
		clearTimeout(this.closing);
	}

	/** Once for each `retain`. Connections that no run uses are closed after a while, or now if they are down. */
	release(): void {
		if (--this.users > 0) return;
		const isUp = this.commands.status === 'ready' && this.messages.status === 'ready';
		if (!isUp) this.close();
		else this.closing = setTimeout(() => this.close(), KEPT_UNUSED).unref();
	}

	async run(script: string, keys: readonly string[], args: readonly string[]): Promise<string> {
		if (this.commands.status !== 'ready') {
			if (this.commands.status !== 'connecting' && this.commands.status !== 'connect') {
				throw this.toStoreError(this.trouble ?? new Error('There is no connection'));
			}
			await this.untilConnected();
		}
		// ioredis is ready even if Redis has refused the database of the credential, and uses another.
		const refused = this.trouble && this.toStoreError(this.trouble);
		if (refused && !(refused instanceof StoreUnavailable)) throw refused;
		try {
			return await this.evaluate(script, keys, args);
		} catch (error) {
			throw this.toStoreError(error);
		}
	}

	subscribe(channel: string, listener: (message: string) => void): () => void {
		this.listeners.set(channel, listener);
		if (this.messages.status === 'ready') this.startListening(channel);
		return () => {
			this.listeners.delete(channel);
			if (this.messages.status === 'ready') this.messages.unsubscribe(channel).catch(() => {});
		};
	}

	/** Ends both connections at once. */
	close(): void {
		this.wasClosed = true;
		for (const connection of [this.commands, this.messages]) {
			// A connection that is closed during its TLS handshake can fail twice, for its certificate and
			// then for the handshake. ioredis listens once; the second error would crash n8n.
			(connection.stream as Redis['stream'] | undefined)?.on('error', () => {});
			connection.disconnect();
		}
	}

	private toStoreError(error: unknown): Error {
		return toStoreError(error, this.password);
	}

	private startListening(channel: string): void {
		// Without the right to subscribe, runs wait a little longer: they also call from time to time.
		this.messages.subscribe(channel).catch(() => {});
	}

	/** Waits until the current attempt to connect has succeeded or failed. */
	private async untilConnected(): Promise<void> {
		const { promise, resolve } = Promise.withResolvers<void>();
		this.commands.once('ready', resolve).once('close', resolve);
		await promise;
		this.commands.off('ready', resolve).off('close', resolve);
		if (this.commands.status === 'ready') return;
		throw this.toStoreError(this.trouble ?? new Error('The connection was closed'));
	}

	private async evaluate(
		script: string,
		keys: readonly string[],
		args: readonly string[],
	): Promise<string> {
		let digest = this.digests.get(script);
		if (digest === undefined) {
			digest = createHash('sha1').update(script).digest('hex');
			this.digests.set(script, digest);
		}
		try {
			return String(await this.commands.evalsha(digest, keys.length, ...keys, ...args));
		} catch (error) {
			// Redis was restarted, or its scripts were flushed. EVAL also makes it keep the script.
			if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
			return String(await this.commands.eval(script, keys.length, ...keys, ...args));
		}
	}
}
