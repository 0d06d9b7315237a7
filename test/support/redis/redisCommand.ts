import { Redis } from 'ioredis';

/** Sends one command on a connection of its own. */
export async function redisCommand(
	port: number,
	command: string,
	args: readonly string[] = [],
	password?: string,
	database = 0,
): Promise<unknown> {
	const client = new Redis({
		host: '127.0.0.1',
		port,
		db: database,
		...(password === undefined ? {} : { password }),
	});
	try {
		return await client.call(command, ...args);
	} finally {
		client.disconnect();
	}
}
