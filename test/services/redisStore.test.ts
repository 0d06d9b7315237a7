import { once } from 'node:events';
import { type AddressInfo, connect as connectTo, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import {
	type ScriptStore,
	StoreUnavailable,
} from '../../nodes/ConcurrentHttpRequest/limits/shared/redis/ScriptStore';
import { readRedisCredential } from '../../nodes/ConcurrentHttpRequest/parameters/redis';
import {
	connectToRedis,
	type RedisConnection,
} from '../../nodes/ConcurrentHttpRequest/redis/connections';
import { redisCommand } from '../support/redis/redisCommand';
import { RedisServer } from '../../scripts/queue/RedisServer.ts';

const PASSWORD = 'correct horse';
const ECHO = 'return KEYS[1] .. ARGV[1]';
const PUT = "redis.call('SET', KEYS[1], ARGV[1]) return 'ok'";

let redis: RedisServer;
const used: RedisConnection[] = [];

async function connect(credential: object = {}): Promise<ScriptStore> {
	const connection = await connectToRedis(
		readRedisCredential({
			host: '127.0.0.1',
			port: redis.port,
			password: PASSWORD,
			...credential,
		}),
	);
	used.push(connection);
	return connection.store;
}

async function failure(store: ScriptStore): Promise<Error> {
	return await store.run(ECHO, ['a'], ['b']).then(
		() => Promise.reject(new Error('It worked')),
		(error: Error) => error,
	);
}

beforeAll(async () => {
	redis = await RedisServer.start('--requirepass', PASSWORD);
});
afterEach(() => {
	for (const connection of used.splice(0)) connection.release();
});
afterAll(async () => {
	await redis.close();
});

it('runs scripts, before and after Redis has forgotten them', async () => {
	const store = await connect();
	expect(await store.run(ECHO, ['a'], ['b'])).toBe('ab');
	expect(await store.run(ECHO, ['a'], ['c'])).toBe('ac');
	await redisCommand(redis.port, 'SCRIPT', ['FLUSH'], PASSWORD);
	expect(await store.run(ECHO, ['a'], ['d'])).toBe('ad');
});

it('is one connection for a credential, and another for another', async () => {
	const store = await connect();
	expect(await connect()).toBe(store);
	expect(await connect({ database: 3 })).not.toBe(store);
});

it('uses the database of the credential', async () => {
	const store = await connect({ database: 5 });
	await store.run(PUT, ['where'], ['here']);
	expect(await redisCommand(redis.port, 'GET', ['where'], PASSWORD, 5)).toBe('here');
	expect(await redisCommand(redis.port, 'GET', ['where'], PASSWORD, 0)).toBeNull();
});

it('hands over messages, also after Redis was restarted', async () => {
	const store = await connect();
	const messages: string[] = [];
	const end = store.subscribe('channel', (message) => messages.push(message));
	const publishUntil = async (count: number) => {
		while (messages.length < count) {
			await redisCommand(redis.port, 'PUBLISH', ['channel', `m${count}`], PASSWORD);
		}
	};
	await publishUntil(1);
	await redis.stop();
	await redis.start();
	const before = messages.length;
	await publishUntil(before + 1);
	expect(messages.at(-1)).toBe(`m${before + 1}`);
	end();
});

it('says that Redis is away when it is stopped, and works when it is back', async () => {
	const store = await connect();
	await store.run(ECHO, ['a'], ['b']);
	await redis.stop();
	let error = await failure(store);
	expect(error).toBeInstanceOf(StoreUnavailable);
	while (!error.message.includes('ECONNREFUSED')) {
		await sleep(10);
		error = await failure(store);
	}
	await redis.start();
	let answer: string | undefined;
	while (answer === undefined) {
		await sleep(10);
		answer = await store.run(ECHO, ['a'], ['b']).catch(() => undefined);
	}
	expect(answer).toBe('ab');
});

it('follows a failover: the name leads to the new primary, and the old one is its replica', async () => {
	const next = await RedisServer.start('--requirepass', PASSWORD);
	let primary = redis.port;
	const name = createServer((socket) => {
		const server = connectTo(primary, '127.0.0.1').on('error', () => socket.destroy());
		socket
			.on('error', () => server.destroy())
			.pipe(server)
			.pipe(socket);
	}).listen(0, '127.0.0.1');
	await once(name, 'listening');
	const store = await connect({ port: (name.address() as AddressInfo).port });
	try {
		expect(await store.run(PUT, ['before'], ['failover'])).toBe('ok');
		primary = next.port;
		await redisCommand(redis.port, 'REPLICAOF', ['127.0.0.1', String(next.port)], PASSWORD);
		const put = async () => await store.run(PUT, ['after'], ['failover']).catch((e: Error) => e);
		let result = await put();
		while (result !== 'ok') {
			expect(result).toBeInstanceOf(StoreUnavailable);
			await sleep(10);
			result = await put();
		}
		expect(await redisCommand(next.port, 'GET', ['after'], PASSWORD)).toBe('failover');
	} finally {
		await redisCommand(redis.port, 'REPLICAOF', ['NO', 'ONE'], PASSWORD);
		await next.close();
		name.close();
	}
});

it('says that Redis is away where there is none', async () => {
	const store = await connect({ port: 1 });
	expect(await failure(store)).toBeInstanceOf(StoreUnavailable);
});

it('makes a new connection after the last run let go of one that was down', async () => {
	const database = 7;
	const first = await connectToRedis({
		host: '127.0.0.1',
		port: redis.port,
		password: PASSWORD,
		db: database,
	});
	await first.store.run(ECHO, ['a'], ['b']);
	await redis.stop();
	while (!(await failure(first.store)).message.includes('ECONNREFUSED')) await sleep(10);
	first.release();
	await redis.start();
	const store = await connect({ database });
	expect(store).not.toBe(first.store);
	expect(await store.run(ECHO, ['a'], ['b'])).toBe('ab');
});

it('says what is wrong with the password, and not the password', async () => {
	const store = await connect({ password: 'battery staple' });
	const error = await failure(store);
	expect(error).not.toBeInstanceOf(StoreUnavailable);
	expect(error.message).toBe('it does not accept the user and the password (WRONGPASS)');
	expect(JSON.stringify(error) + error.stack).not.toContain('staple');
});

it('does not use another database than that of the credential', async () => {
	const store = await connect({ database: 99 });
	for (let time = 0; time < 2; time++) {
		const error = await failure(store);
		expect(error).not.toBeInstanceOf(StoreUnavailable);
		expect(error.message).toMatch(/^it has no database with this number/);
	}
});

it('does not take a mistake in a script for an absence', async () => {
	const store = await connect();
	const error = await store.run('return (', [], []).catch((e: Error) => e);
	expect(error).toBeInstanceOf(Error);
	expect(error).not.toBeInstanceOf(StoreUnavailable);
});
