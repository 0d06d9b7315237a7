import type { ServerHttp2Stream } from 'node:http2';
import { answerText } from './answers.ts';
import type { Counters } from './Counters.ts';
import { answerAfter, delayOf } from './latency.ts';
import { readPath } from './Wanted.ts';

/** Serves one HTTP/2 stream, with Node's own means. */
export function serveHttp2(stream: ServerHttp2Stream, path: string, counters: Counters): void {
	counters.requestStarted();
	let isOver = false;
	const finish = (): void => {
		if (!isOver) counters.requestEnded();
		isOver = true;
	};
	stream.on('error', () => {}); // a client that dies resets its streams
	stream.on('close', finish);
	stream.resume();
	const wanted = readPath(path);
	if (!wanted) {
		stream.respond({ ':status': 404 }, { endStream: true });
		return;
	}
	const body = Buffer.from(answerText(wanted.size, wanted.id), 'latin1');
	const send = (): void => {
		if (isOver) return; // the client went away
		finish();
		stream.respond({ 'content-type': 'application/json', 'content-length': body.length });
		stream.end(body);
	};
	answerAfter(delayOf(wanted.latency, wanted.id), send);
}
