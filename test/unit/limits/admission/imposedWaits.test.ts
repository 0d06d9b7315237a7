import { Admission } from '../../../../nodes/ConcurrentHttpRequest/limits/admission/Admission.ts';
import { ConcurrencyLimit } from '../../../../nodes/ConcurrentHttpRequest/limits/concurrency/ConcurrencyLimit.ts';
import { RateLimit } from '../../../../nodes/ConcurrentHttpRequest/limits/rate/RateLimit.ts';
import { ServerLimits } from '../../../../nodes/ConcurrentHttpRequest/limits/server/ServerLimits.ts';
import { NotSent } from '../../../../nodes/ConcurrentHttpRequest/limits/NotSent.ts';
import { VirtualClock } from '../../../support/VirtualClock.ts';
import { refuseUntil } from '../server/refuseUntil.ts';

const origin = 'https://a.example.com';
const other = 'https://b.example.com';
const MINUTE = 60_000;

function setUp() {
	const clock = new VirtualClock();
	const limits = new ServerLimits();
	const admission = new Admission({
		limits: [new ConcurrencyLimit(1), limits],
		clock,
	});
	return { clock, limits, admission };
}

it('is refused where it is longer than the item may take, and waited for where it is not', async () => {
	const { clock, limits, admission } = setUp();
	refuseUntil(limits, origin, 2 * MINUTE, 0);
	expect(() => admission.acquire({ origin, totalTime: MINUTE })).toThrow(
		new NotSent('paused', 2 * MINUTE),
	);
	const permit = admission.acquire({ origin, totalTime: 3 * MINUTE });
	expect(admission.waitingFor()).toEqual([
		{ label: 'the server (Retry-After)', origin, until: 2 * MINUTE },
	]);
	await clock.run(Promise.resolve(permit));
	expect(clock.now()).toBe(2 * MINUTE);
	expect(admission.waitingFor()).toEqual([]);
});

it('counts from the start of the first request', () => {
	const { limits, admission } = setUp();
	refuseUntil(limits, origin, MINUTE, 0);
	const ask = { origin, totalTime: MINUTE, firstStartedAt: -1 };
	expect(() => admission.acquire(ask)).toThrow(NotSent);
});

it('is refused to requests that are already in the queue, and not to those to other hosts', async () => {
	const { clock, limits, admission } = setUp();
	const first = await admission.acquire({ origin, totalTime: MINUTE });
	const second = Promise.resolve(admission.acquire({ origin, totalTime: MINUTE }));
	const elsewhere = Promise.resolve(admission.acquire({ origin: other, totalTime: MINUTE }));
	const refused = expect(second).rejects.toMatchObject({ name: 'NotSent', kind: 'paused' });
	refuseUntil(limits, origin, 2 * MINUTE, 0);
	first.release({ kind: 'overloaded', latency: 0 });
	await refused;
	await elsewhere;
	expect(clock.now()).toBe(0);
});

describe('behind another origin that waits for a common limit', () => {
	/** One request to `origin` is in flight, and one to `other` waits for an hour. */
	async function setUpBlocked() {
		const clock = new VirtualClock();
		const limits = new ServerLimits();
		const hourly = new RateLimit({ amount: 1, interval: 60 * MINUTE });
		const admission = new Admission({ limits: [hourly, limits], clock });
		const first = await admission.acquire({ origin });
		void admission.acquire({ origin: other });
		return { clock, limits, admission, first };
	}
	const refused = { name: 'NotSent', kind: 'paused' };

	it('is refused at once to requests that are in the queue', async () => {
		const { clock, limits, admission, first } = await setUpBlocked();
		const [second, third] = [1, 2].map(() => admission.acquire({ origin, totalTime: MINUTE }));
		refuseUntil(limits, origin, 2 * MINUTE, 0);
		first.release({ kind: 'overloaded', latency: 0 });
		await expect(second).rejects.toMatchObject(refused);
		await expect(third).rejects.toMatchObject(refused);
		expect(clock.now()).toBe(0);
		expect(admission.countWaiting()).toBe(1);
	});

	it('is refused at once to requests that come later', async () => {
		const { limits, admission } = await setUpBlocked();
		refuseUntil(limits, origin, 2 * MINUTE, 0);
		const late = admission.acquire({ origin, totalTime: MINUTE });
		await expect(late).rejects.toMatchObject(refused);
		const patient = admission.acquire({ origin, totalTime: 3 * MINUTE });
		expect(patient).toBeInstanceOf(Promise);
		expect(admission.countWaiting()).toBe(2);
	});
});
