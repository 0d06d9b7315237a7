import { gzipSync } from 'node:zlib';
import type { Dispatcher } from 'undici';
import { Exchange } from '../../../nodes/ConcurrentHttpRequest/transport/Exchange.ts';
import { ResponseMemory } from '../../../nodes/ConcurrentHttpRequest/transport/ResponseMemory.ts';
import { TransportFailure } from '../../../nodes/ConcurrentHttpRequest/transport/TransportFailure.ts';
import { requestTo } from './requestTo.ts';

const KB = 1024;

/** An exchange whose response the test hands over in pieces. */
function exchangeIn(memory: ResponseMemory, headers: Record<string, string> = {}) {
	const calls: string[] = [];
	const controller = {
		rawHeaders: [],
		pause: () => calls.push('pause'),
		resume: () => calls.push('resume'),
		abort: () => calls.push('abort'),
	} as unknown as Dispatcher.DispatchController;
	const cancellation = {
		pause: () => calls.push('pause the clock'),
		resume: () => calls.push('resume the clock'),
	};
	const request = requestTo('http://a.test/', { maxResponseSize: 1024 * KB });
	const exchange = new Exchange(request, undefined, {}, memory, cancellation);
	exchange.response.catch(() => {});
	exchange.onRequestStart(controller);
	exchange.onResponseStart(controller, 200, headers, 'OK');
	return {
		exchange,
		calls,
		data: (chunk: Buffer) => exchange.onResponseData(controller, chunk),
		end: () => exchange.onResponseEnd(),
	};
}

const bytesOf = async ({ exchange }: ReturnType<typeof exchangeIn>) =>
	(await exchange.response).body.length;

it('has a failure of its own where one has ended several exchanges', async () => {
	const silent = new TransportFailure('connection reset', 'The server went silent');
	silent.hint = 'Wait';
	const { exchange } = exchangeIn(new ResponseMemory(100 * KB));
	exchange.onResponseError({} as never, silent);
	const failure: unknown = await exchange.response.catch((error: unknown) => error);
	expect(failure).not.toBe(silent);
	expect(failure).toEqual(silent);
	expect(failure).toMatchObject({ kind: 'connection reset', hint: 'Wait' });
});

describe('the memory of a run', () => {
	it.each<[string, (first: ReturnType<typeof exchangeIn>) => void]>([
		['ends', ({ end }) => end()],
		['fails', ({ exchange }) => exchange.abort(new TransportFailure('timeout', 'Late'))],
		['is too large', ({ data }) => data(Buffer.alloc(2048 * KB))],
	])('stops a response until another %s', async (_, finish) => {
		const memory = new ResponseMemory(100 * KB);
		const [first, second] = [exchangeIn(memory), exchangeIn(memory)];
		first.data(Buffer.alloc(110 * KB));
		second.data(Buffer.alloc(20 * KB));
		expect(second.calls.splice(0)).toEqual(['pause', 'pause the clock']);
		finish(first);
		// Not from within the parser that reads the first.
		expect(second.calls).toEqual(['resume the clock']);
		await Promise.resolve();
		expect(second.calls).toEqual(['resume the clock', 'resume']);
		second.end();
		expect(await bytesOf(second)).toBe(20 * KB);
	});

	it('counts what responses are decompressed to', async () => {
		const memory = new ResponseMemory(100 * KB);
		const headers = { 'content-encoding': 'gzip' };
		const wire = gzipSync(Buffer.alloc(900 * KB));
		const several = Array.from({ length: 5 }, () => exchangeIn(memory, headers));
		for (const { data, end } of several) {
			data(wire);
			end();
		}
		expect(await Promise.all(several.map(bytesOf))).toEqual(Array(5).fill(900 * KB));
		// All of it has been given back.
		const [last, other] = [exchangeIn(memory), exchangeIn(memory)];
		last.data(Buffer.alloc(50 * KB));
		other.data(Buffer.alloc(50 * KB));
		expect(other.calls).toEqual([]);
	});

	it('is given back by a response that is compressed too often', () => {
		const memory = new ResponseMemory(100 * KB);
		const refused = exchangeIn(memory, { 'content-encoding': 'gzip,'.repeat(6) });
		refused.data(Buffer.alloc(90 * KB));
		refused.data(Buffer.alloc(90 * KB));
		expect(refused.calls).toEqual(['abort']);
		const [first, second] = [exchangeIn(memory), exchangeIn(memory)];
		first.data(Buffer.alloc(50 * KB));
		second.data(Buffer.alloc(50 * KB));
		expect(second.calls).toEqual([]);
	});
});
