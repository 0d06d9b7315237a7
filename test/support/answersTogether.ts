import type { RouteHandler } from './TestServer.ts';

type Answer = (...call: Parameters<RouteHandler>) => void;

/**
 * A route that answers nobody until so many requests wait, and then all of them: that many are in
 * flight at one moment, however slow the machine is. One too many has a while to arrive. The
 * requests must come to a multiple of that number.
 *
 * @param answer ends one of them, with an empty body unless told
 * @param ms milliseconds for one too many to arrive
 */
export function answersTogether(
	count: number,
	answer: Answer = (_request, response) => response.end(),
	ms = 5,
): RouteHandler {
	let waiting: Array<Parameters<RouteHandler>> = [];
	return (...call) => {
		waiting.push(call);
		if (waiting.length !== count) return;
		setTimeout(() => {
			const all = waiting;
			waiting = [];
			for (const each of all) answer(...each);
		}, ms);
	};
}
