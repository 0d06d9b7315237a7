import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';

import { closeWhenSilent } from '../../../nodes/ConcurrentHttpRequest/transport/http2Liveness.ts';

/** A connection whose system socket returns an error code of the system from `getpeername`. */
class Connection extends EventEmitter {
	bytesRead = 0;
	peer = 0;
	readonly _handle = { getpeername: () => this.peer };
	error: Error | undefined;

	destroy(error: Error): void {
		this.error = error;
		this.emit('close');
	}
}

const ENOTCONN = -107;

let connection: Connection;

beforeEach(() => {
	jest.useFakeTimers({ doNotFake: ['setImmediate'] });
	connection = new Connection();
	closeWhenSilent(connection as unknown as Socket);
});

afterEach(() => {
	jest.useRealTimers();
});

async function pass(seconds: number): Promise<void> {
	jest.advanceTimersByTime(seconds * 1000);
	await setImmediate();
	await setImmediate();
}

describe('a connection that was reset without Node.js noticing it', () => {
	it('ends within 3 s', async () => {
		connection.bytesRead = 100;
		connection.peer = ENOTCONN;
		await pass(3);
		expect(connection.error).toMatchObject({ kind: 'connection reset' });
		expect(jest.getTimerCount()).toBe(0);
	});

	it('is read to its end first', async () => {
		connection.peer = ENOTCONN;
		jest.advanceTimersByTime(2500);
		connection.bytesRead = 100;
		await setImmediate();
		await setImmediate();
		expect(connection.error).toBeUndefined();
		await pass(2.5);
		expect(connection.error).toBeDefined();
	});
});

it('a connection with a peer that is silent has 17.5 s to acknowledge a ping', async () => {
	await pass(15);
	expect(connection.error).toBeUndefined();
	await pass(2.5);
	expect(connection.error).toMatchObject({ message: expect.stringContaining('pings') as string });
});

it('a connection on which bytes come does not end', async () => {
	for (let second = 0; second < 60; second++) {
		connection.bytesRead++;
		await pass(1);
	}
	expect(connection.error).toBeUndefined();
});
