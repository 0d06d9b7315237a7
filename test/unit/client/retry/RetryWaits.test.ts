import { Call } from '../../../../nodes/ConcurrentHttpRequest/client/Call';
import { RetryWaits } from '../../../../nodes/ConcurrentHttpRequest/client/retry/RetryWaits';
import { VirtualClock } from '../../../support/VirtualClock';

const origin = 'http://a.example';

function setUp() {
	const clock = new VirtualClock();
	const ending = new AbortController();
	const waits = new RetryWaits(clock, ending.signal);
	const call = () => new Call({ costs: [], waits: () => {} });
	return { clock, ending, waits, call };
}

it('knows what goes on, and for how long it went on', async () => {
	const { clock, waits, call } = setUp();
	const first = call();
	const short = { label: 'a', origin, until: 100 };
	const long = { label: 'a', origin, until: 300 };
	const all = Promise.all([waits.sleep(first, short), waits.sleep(call(), long)]);
	expect(waits.waitingFor()).toEqual([short, long]);
	await clock.advanceTo(200);
	expect(waits.waitingFor()).toEqual([long]);
	expect(first.facts.waited).toBe(100);
	await clock.run(all);
	expect(waits.waitingFor()).toEqual([]);
	// Those at the same time are one wait.
	expect(waits.waited()).toEqual([{ label: 'a', duration: 300 }]);
});

it('has nothing to wait for where the time has come', async () => {
	const { waits, call } = setUp();
	await waits.sleep(call(), { label: 'a', origin, until: 0 });
	expect(waits.waited()).toEqual([]);
});

it('ends a wait at once with the run', async () => {
	const { clock, ending, waits, call } = setUp();
	const one = call();
	const sleep = waits.sleep(one, { label: 'a', origin, until: 5000 });
	await clock.advanceTo(1000);
	ending.abort(new Error('stopped'));
	await expect(sleep).rejects.toThrow('stopped');
	expect(waits.waitingFor()).toEqual([]);
	expect(one.facts.waited).toBe(1000);
	expect(clock.alarms).toBe(0);
});
