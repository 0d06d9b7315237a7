import type { Socket } from 'node:net';
import { answerTail } from './answers.ts';
import type { Counters } from './Counters.ts';
import { answerAfter, delayOf } from './latency.ts';
import { readPath } from './Wanted.ts';

/**
 * Serves HTTP/1.1 on one connection, plain or TLS. It knows what the clients of the benchmark
 * send and no more: no chunked bodies, no pipelining. That makes it several times as fast as
 * Node's own server, so that the clients are what is measured.
 */
export function serveHttp1(socket: Socket, counters: Counters): void {
	let received: Buffer | undefined;
	let isAnswering = false;
	socket.setNoDelay(true);

	const takeRequest = (): void => {
		if (!received) return;
		const headEnd = received.indexOf('\r\n\r\n');
		if (headEnd < 0) return;
		const head = received.toString('latin1', 0, headEnd);
		const length = headEnd + 4 + bodyLength(head);
		if (received.length < length) return;
		received = received.length > length ? received.subarray(length) : undefined;
		answer(head);
	};

	const answer = (head: string): void => {
		counters.requestStarted();
		isAnswering = true;
		const pathStart = head.indexOf(' ') + 1;
		const wanted = readPath(head.slice(pathStart, head.indexOf(' ', pathStart)));
		if (!wanted) {
			finish();
			socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
			return;
		}
		const closes = /\r\nconnection: *close/i.test(head);
		const tail = answerTail(wanted.size);
		const start = `{"id":${wanted.id}`;
		const headers =
			'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n' +
			`Content-Length: ${start.length + tail.length}\r\n` +
			(closes ? 'Connection: close\r\n\r\n' : '\r\n');
		const send = (): void => {
			if (!isAnswering) return; // the client went away
			finish();
			socket.cork();
			socket.write(headers + start, 'latin1');
			socket.write(tail);
			socket.uncork();
			if (closes) socket.end();
			takeRequest();
		};
		answerAfter(delayOf(wanted.latency, wanted.id), send);
	};

	const finish = (): void => {
		if (isAnswering) counters.requestEnded();
		isAnswering = false;
	};

	socket.on('data', (chunk: Buffer) => {
		received = received ? Buffer.concat([received, chunk]) : chunk;
		if (!isAnswering) takeRequest();
	});
	socket.on('error', () => {}); // a client that dies resets its connections
	socket.on('close', finish);
}

function bodyLength(head: string): number {
	if (head.startsWith('GET ')) return 0;
	return Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
}
