import { createHash } from 'node:crypto';
import type { Redis, RedisOptions } from 'ioredis';

import { type ScriptStore, StoreAway } from '../limits/shared/redis/ScriptStore';
import { toStoreError } from './toStoreError';

/** Milliseconds between attempts to connect: longer with each, up to this. */
const LONGEST_RECONNECT = 500;

/** Milliseconds. */
const CONNECT_TIMEOUT = 5_000;

/** Milliseconds for a last word; its timer keeps a process from ending for so long. */
const DISCONNECT_TIMEOUT = 100;

/**
 * Redis through ioredis: one connection for scripts, and one for messages, since a connection that
 * subscribes can do nothing else. Both connect again by themselves.
 */
export class IoredisStore implements ScriptStore {
	private readonly commands: Redis;
	private readonly messages: Redis;
	private readonly password: string | undefined;
	private readonly listeners = new Map<string, (message: string) => void>();
	private readonly digests = new Map<string, string>();
	/** What is wrong with the connection, or why there is none. */
	private trouble: Error | undefined;
	private used = true;
	private wasClosed = false;

	/** @param client ioredis's class, which is loaded when it is first needed */
	constructor(client: typeof Redis, options: RedisOptions) {
		const common: RedisOptions = {
			...options,
			connectTimeout: CONNECT_TIMEOUT,
			disconnectTimeout: DISCONNECT_TIMEOUT,
			// Nobody waits for a connection that is not used, and its timer would hold the process.
			retryStrategy: (times) => (this.used ? Math.min(LONGEST_RECONNECT, 50 * times) : null),
			// What a call means depends on when it is made: it fails now rather than waits for Redis.
			enableOfflineQueue: false,
			maxRetriesPerRequest: 0,
			autoResendUnfulfilledCommands: false,
			connectionName: 'n8n-nodes-concurrent-http',
		};
		this.password = options.password;
		this.commands = new client(common);
		this.messages = new client({ ...common, autoResubscribe: false });
		for (const connection of [this.commands, this.messages]) {
			// An n8n command that has done its work must not be kept from ending.
			connection.on('connect', () => connection.stream.unref());
		}
		this.commands.on('error', (error: Error) => {
			this.trouble = error;
		});
		this.commands.on('connect', () => {
			this.trouble = undefined;
		});
		// Messages only save time; the other connection says what is wrong.
		this.messages.on('error', () => {});
		this.messages.on('ready', () => {
			for (const channel of this.listeners.keys()) this.startListening(channel);
		});
		this.messages.on('message', (channel: string, message: string) =>
			this.listeners.get(channel)?.(message),
		);
	}

	/** Whether it is of no use any more. */
	get isClosed(): boolean {
		// ioredis does not reach `end` when it is told to stop between two attempts to connect.
		return this.wasClosed || this.commands.status === 'end' || this.messages.status === 'end';
	}

	/** Whether anybody needs it now. While nobody does, it is not connected again. */
	set isUsed(used: boolean) {
		this.used = used;
		const isUp = this.commands.status === 'ready' && this.messages.status === 'ready';
		if (!used && !isUp) this.close();
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
		if (refused && !(refused instanceof StoreAway)) throw refused;
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
			// One that is left in the middle of its TLS handshake can fail twice, for its certificate and
			// then for the handshake. ioredis listens once; the second one would end n8n.
			(connection.stream as Redis['stream'] | undefined)?.on('error', () => {});
			connection.disconnect();
		}
	}

	private toStoreError(error: unknown): Error {
		return toStoreError(error, this.password);
	}

	private startListening(channel: string): void {
		// Without the right to subscribe, runs wait a little longer: they also ask from time to time.
		this.messages.subscribe(channel).catch(() => {});
	}

	/** Until an attempt to connect that is under way has come to its end. */
	private async untilConnected(): Promise<void> {
		await new Promise<void>((resolve, reject) => {
			const stop = () => {
				this.commands.off('ready', ready);
				this.commands.off('close', closed);
			};
			const ready = () => {
				stop();
				resolve();
			};
			const closed = () => {
				stop();
				reject(this.toStoreError(this.trouble ?? new Error('The connection was closed')));
			};
			this.commands.on('ready', ready);
			this.commands.on('close', closed);
		});
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
			// Redis was restarted, or its scripts were flushed. EVAL also makes it remember the script.
			if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
			return String(await this.commands.eval(script, keys.length, ...keys, ...args));
		}
	}
}
