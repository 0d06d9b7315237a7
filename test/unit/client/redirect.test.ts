import type { Limit } from '../../../nodes/ConcurrentHttpRequest/limits/Limit.ts';
import { RateLimit } from '../../../nodes/ConcurrentHttpRequest/limits/rate/RateLimit.ts';
import { ServerLimits } from '../../../nodes/ConcurrentHttpRequest/limits/server/ServerLimits.ts';
import {
	RETRY_WHEN_ASKED,
	type RetryRules,
} from '../../../nodes/ConcurrentHttpRequest/client/retry/RetryPolicy.ts';
import type { HttpRequest } from '../../../nodes/ConcurrentHttpRequest/transport/HttpRequest.ts';
import { TransportFailure } from '../../../nodes/ConcurrentHttpRequest/transport/TransportFailure.ts';
import { VirtualClock } from '../../support/VirtualClock.ts';
import { TestAdmission } from '../limits/server/TestAdmission.ts';
import { requestTo } from '../transport/requestTo.ts';
import { chainOf, type ChainOptions, responseTo } from './chain.ts';
import { refuseUntil } from '../limits/server/refuseUntil.ts';

const FROM = 'https://a.example.com';
const TO = 'https://b.example.com';
const HOUR = 3600;
const RULES: RetryRules = {
	...RETRY_WHEN_ASKED,
	statuses: new Set([429, 500]),
	networkFailures: true,
	backoff: { base: 1000, cap: 1000 },
	totalTime: 60_000,
};

interface Servers {
	/** Of the first host, with the seconds in its Retry-After. */
	readonly redirect?: readonly [status: number, retryAfter?: number];
	/** Of the second host, one for each request. */
	readonly ends?: ReadonlyArray<number | TransportFailure>;
}

/** Exchanges of 100 ms: one host redirects to another. */
function setUp(
	concurrency: number,
	servers: Servers = {},
	options: Partial<ChainOptions> = {},
	more: readonly Limit[] = [],
) {
	const { redirect = [302], ends = [200] } = servers;
	const clock = new VirtualClock();
	const limits = new ServerLimits();
	const controller = new AbortController();
	const observed: string[] = [];
	const observer: Limit<number> = {
		availableAt: (_request, now) => now,
		take: (_request, now) => now,
		release: ({ origin }, { status = false }, to, from) => {
			observed.push(`${origin} ${from}-${to} ${status}`);
		},
	};
	const admission = new TestAdmission(clock, concurrency, [limits, observer, ...more]);
	const timeLeft: number[] = [];
	let asked = 0;
	const send = chainOf(
		async (request, call) => {
			timeLeft.push(call.timeLeft);
			await clock.sleep(100);
			if (request.origin === FROM) {
				const [status, retryAfter] = redirect;
				const headers: Record<string, string> = { location: `${TO}/` };
				if (retryAfter !== undefined) headers['retry-after'] = String(retryAfter);
				return responseTo(request, status, headers);
			}
			const end = ends[Math.min(asked++, ends.length - 1)]!;
			if (end instanceof TransportFailure) throw end;
			return responseTo(request, end, end === 429 ? { 'retry-after': '1' } : {});
		},
		{
			admission,
			clock,
			signal: controller.signal,
			rules: RULES,
			...options,
		},
	);
	const run = (changes: Partial<HttpRequest> = {}) => send(requestTo(`${FROM}/`, changes));
	const stop = (reason: Error) => {
		controller.abort(reason);
		admission.abort(reason);
	};
	return { clock, limits, admission, observed, timeLeft, run, stop };
}

it('counts each request at the host that it goes to, with one place at a time', async () => {
	const { clock, admission, observed, run } = setUp(1);
	await clock.run(Promise.all([run(), run()]));
	expect(observed).toEqual([
		`${FROM} 0-100 302`,
		// The second one had its turn already when the first was redirected.
		`${FROM} 100-200 302`,
		`${TO} 200-300 200`,
		`${TO} 300-400 200`,
	]);
	expect(admission.inFlight).toBe(0);
});

it('has what the timeout has left, which does not pass while it waits', async () => {
	const { clock, limits, timeLeft, run } = setUp(1);
	refuseUntil(limits, TO, 5000, 0);
	await clock.run(run({ timeout: 1000 }));
	expect(timeLeft).toEqual([1000, 900]);
	expect(clock.now()).toBe(5100);
});

it('waits for the next host and holds nothing meanwhile', async () => {
	const { clock, limits, admission, observed, run } = setUp(1);
	refuseUntil(limits, TO, 5000, 0);
	const running = run();
	await clock.advanceTo(4999);
	expect(admission.inFlight).toBe(0);
	await clock.run(running);
	expect(observed).toEqual([`${FROM} 0-100 302`, `${TO} 5000-5100 200`]);
});

it('is not followed where the wait would be too long', async () => {
	const { clock, limits, admission, run } = setUp(1);
	refuseUntil(limits, TO, 60_001, 0);
	await expect(clock.run(run())).rejects.toMatchObject({
		name: 'NotSent',
		kind: 'paused',
		comeBackAt: 60_001,
		message: expect.stringMatching(/^The redirect was not followed: the server/) as string,
	});
	expect(clock.now()).toBe(100);
	expect(admission.inFlight).toBe(0);
});

it('is not followed where a limit holds it back until the time of its item is over', async () => {
	const oneAnHour = new RateLimit({ amount: 1, interval: HOUR * 1000 });
	const { clock, run } = setUp(1, {}, {}, [oneAnHour]);
	await expect(clock.run(run())).rejects.toMatchObject({
		name: 'NotSent',
		kind: 'out of time',
		message:
			'The redirect was not followed: a limit makes it wait for longer than an item may take',
	});
	expect(clock.now()).toBe(60_000);
});

it('is not waited for any longer when the run is stopped', async () => {
	const { clock, limits, admission, stop, run } = setUp(1);
	refuseUntil(limits, TO, 50_000, 0);
	const running = run();
	const rejected = expect(running).rejects.toThrow('stopped');
	await clock.advanceTo(1000);
	stop(new Error('stopped'));
	await rejected;
	expect(clock.now()).toBe(1000);
	expect(admission.inFlight).toBe(0);
});

it('is followed as often as the request allows', async () => {
	const { clock, run } = setUp(1);
	const none = await clock.run(run({ maxRedirects: 0 }));
	expect(none.statusCode).toBe(302);
	const circle = setUp(1, {}, {});
	const back = chainOf(async (request) => responseTo(request, 302, { location: `${FROM}/` }), {
		admission: circle.admission,
		clock: circle.clock,
	});
	for (const [maxRedirects, times] of [
		[1, 'once'],
		[3, '3 times'],
	] as const) {
		const sent = circle.clock.run(back(requestTo(`${FROM}/`, { maxRedirects })));
		await expect(sent).rejects.toThrow(`The server redirected more than ${times}`);
	}
});

it('is not followed where the policy forbids it', async () => {
	const refusal = new TransportFailure('blocked by policy', 'Not there');
	const egress = {
		checkRedirect: () => {
			throw refusal;
		},
	};
	const { clock, observed, run } = setUp(1, {}, { egress });
	await expect(clock.run(run())).rejects.toBe(refusal);
	expect(observed).toHaveLength(1);
});

describe('what a server carries out before it redirects', () => {
	it.each([301, 302, 303])(
		'is not carried out twice: a POST, a %i, and then a 429',
		async (code) => {
			const { clock, run, observed } = setUp(1, { redirect: [code], ends: [429, 200] });
			const response = await clock.run(run({ method: 'POST' }));
			expect(response).toMatchObject({
				statusCode: 429,
				note: expect.stringMatching(/might be carried out twice/) as string,
			});
			expect(observed).toHaveLength(2);
		},
	);

	it.each([
		['after a 307, which asks for the same request elsewhere', 'POST', 307],
		['after a 308', 'POST', 308],
		['with a method that may be repeated', 'GET', 302],
	])('is sent again %s', async (_, method, code) => {
		const { clock, run } = setUp(1, { redirect: [code], ends: [429, 200] });
		expect(await clock.run(run({ method }))).toMatchObject({ statusCode: 200 });
	});

	it('is not taken for unsent where the redirect led to no connection', async () => {
		const refused = new TransportFailure('connection refused', 'Nobody there');
		expect(refused.isUnsent).toBe(true);
		const { clock, run, observed } = setUp(1, { redirect: [307], ends: [refused] });
		await expect(clock.run(run({ method: 'POST' }))).rejects.toMatchObject({
			kind: 'connection refused',
			isUnsent: false,
		});
		expect(observed).toHaveLength(2);
		// Other requests may have been ended by the same failure.
		expect(refused.isUnsent).toBe(true);
	});
});

describe('Retry-After of a redirect (RFC 9110 section 10.2.3)', () => {
	it('is waited for, without a place in flight', async () => {
		const { clock, admission, run, observed } = setUp(1, { redirect: [302, 5] });
		const work = run();
		await clock.advanceTo(5099);
		expect(admission.inFlight).toBe(0);
		await clock.run(work);
		expect(observed[1]).toBe(`${TO} 5100-5200 200`);
	});

	it('is not waited for where it is longer than an item may take', async () => {
		const { clock, run } = setUp(1, { redirect: [302, HOUR] });
		await expect(clock.run(run())).rejects.toMatchObject({ name: 'NotSent', kind: 'paused' });
		expect(clock.now()).toBe(100);
	});

	it('is not waited for any longer when the run is stopped', async () => {
		const { clock, run, stop } = setUp(1, { redirect: [302, 50] });
		const rejected = expect(run()).rejects.toThrow('stopped');
		await clock.advanceTo(1000);
		stop(new Error('stopped'));
		await rejected;
		expect(clock.now()).toBe(1000);
	});
});

describe('a pause that is longer than an item may take', () => {
	it('fails those at once that wait already', async () => {
		const { clock, run } = setUp(1, { redirect: [429, HOUR] });
		const first = run();
		const second = expect(run()).rejects.toMatchObject({ name: 'NotSent', kind: 'paused' });
		expect(await clock.run(first)).toMatchObject({
			statusCode: 429,
			note: expect.stringMatching(/exceed Retry > Total Time/) as string,
		});
		await second;
		expect(clock.now()).toBe(100);
	});
});
