import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

const HOST = '127.0.0.1';

/** Linux takes the ports of outgoing connections from 32768 on. */
const SERVICE_PORTS = { from: 20_000, to: 32_768 };

/** A port of the loopback interface that is free at this moment. */
export async function freePort(): Promise<number> {
	const server = createServer().listen(0, HOST);
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	server.close();
	await once(server, 'close');
	return port;
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

/**
 * A free port that no outgoing connection can take: for a server that is started again on the same
 * port while others send requests.
 */
export async function freeServicePort(): Promise<number> {
	const { from, to } = SERVICE_PORTS;
	for (;;) {
		// At random, because several processes may look for one at once.
		const port = from + Math.floor(Math.random() * (to - from));
		if (await isFree(port)) return port;
	}
}
