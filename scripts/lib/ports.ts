import { once } from 'node:events';
import { createServer } from 'node:net';

const HOST = '127.0.0.1';

/** Linux takes the ports of outgoing connections, and of servers that let it choose, from 32768 on. */
const PORTS = { from: 20_000, to: 32_768 };

/** Those that this process has given to somebody, who may take some seconds to listen there. */
const given = new Set<number>();

/** A port of the loopback interface that is free, and that nobody takes by chance. */
export async function freePort(): Promise<number> {
	const { from, to } = PORTS;
	for (;;) {
		// At random, because several processes may look for one at once.
		const port = from + Math.floor(Math.random() * (to - from));
		if (given.has(port)) continue;
		given.add(port);
		if (await isFree(port)) return port;
	}
}

export async function isFree(port: number): Promise<boolean> {
	const server = createServer().listen(port, HOST);
	try {
		await once(server, 'listening');
	} catch {
		return false;
	}
	server.close();
	await once(server, 'close');
	return true;
}

/** The given port, or the first free one after it. */
export async function firstFreePort(from: number): Promise<number> {
	let port = from;
	while (!(await isFree(port))) port++;
	return port;
}
