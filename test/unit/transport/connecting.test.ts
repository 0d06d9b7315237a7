import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { TransportFailure } from '../../../nodes/ConcurrentHttpRequest/transport/TransportFailure.ts';
import { requestTo } from './requestTo.ts';
import { closeTransports, newTransport } from './transports.ts';

/**
 * A server that listens and never accepts: it is blocked for good. What the system accepts in its
 * place are a few connections; all others stay on their way.
 */
const NEVER_ACCEPTS = `
	const server = require('node:net').createServer();
	server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
		require('node:fs').writeSync(1, String(server.address().port));
		Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
	});
`;

/** What the system accepts in the server's place: its backlog, and one more (Linux, listen(2)). */
const ACCEPTED = 2;

/** Connections that stay on their way, whatever the transport does. */
const WAITING = 3;

let blocked: ChildProcess;
let port: number;
let fillers: Socket[];

beforeEach(async () => {
	blocked = spawn(process.execPath, ['-e', NEVER_ACCEPTS], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	const [written] = (await once(blocked.stdout!, 'data')) as [Buffer];
	port = Number(written.toString());
	let accepted = 0;
	fillers = Array.from({ length: ACCEPTED + WAITING }, () =>
		connect(port, '127.0.0.1')
			.on('connect', () => accepted++)
			.on('error', () => {}),
	);
	await until(() => accepted === ACCEPTED && connecting() === WAITING);
});

afterEach(async () => {
	await closeTransports();
	for (const filler of fillers) filler.destroy();
	const ended = once(blocked, 'exit');
	blocked.kill('SIGKILL');
	await ended;
});

/** Connections of this process that are being made. */
function connecting(): number {
	return process.getActiveResourcesInfo().filter((name) => name === 'ConnectWrap').length;
}

/** @throws after a while, so that nothing of a failed test goes on */
async function until(condition: () => boolean): Promise<void> {
	for (let checks = 0; !condition(); checks++) {
		if (checks === 1000) throw new Error(`Still ${connecting()} connections are being made`);
		await sleep(10);
	}
}

it.each(['http', 'https'])('no connection is made any more once a run ends: %s', async (scheme) => {
	const transport = newTransport();
	const sent = transport.send(requestTo(`${scheme}://127.0.0.1:${port}/`));
	const stop = new TransportFailure('cancelled', 'stopped');
	const ended = expect(sent).rejects.toBe(stop);
	await until(() => connecting() === WAITING + 1);
	transport.abort(stop);
	await ended;
	await transport.close();
	await until(() => connecting() === WAITING);
});
