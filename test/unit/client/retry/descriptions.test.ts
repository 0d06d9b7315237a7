import {
	describeComingBack,
	describeGivingUp,
} from '../../../../nodes/ConcurrentHttpRequest/client/retry/describeGivingUp.ts';
import { RunStatistics } from '../../../../nodes/ConcurrentHttpRequest/client/RunStatistics.ts';
import { describeRetries } from '../../../../nodes/ConcurrentHttpRequest/client/summarize.ts';

const at = { now: 1000, wallClock: Date.UTC(2026, 0, 31, 12) };

describe('retries', () => {
	const statistics = (...causes: string[]) => {
		const each = new RunStatistics();
		for (const cause of causes) each.retried(cause);
		return each;
	};

	it('says nothing where nothing was tried again', () => {
		expect(describeRetries(statistics(), 0)).toEqual([]);
	});

	it('says what the retry budget did not allow', () => {
		const each = statistics('500');
		for (let time = 0; time < 1200; time++) each.retryNotMade();
		expect(describeRetries(each, 0)).toEqual([
			'1 retry (1 x 500)',
			'1,200 more retries were not made, because Retries per 100 Requests allowed no more',
		]);
	});

	it('names the causes, the most frequent first', () => {
		expect(describeRetries(statistics('timeout', '429', '429'), 0)).toEqual([
			'3 retries (2 x 429, 1 x timeout)',
		]);
		expect(describeRetries(statistics('503'), 2)).toEqual([
			'1 retry (1 x 503)',
			'The circuit breaker opened twice',
		]);
	});
});

describe('giving up', () => {
	it('says how often it was tried', () => {
		expect(describeGivingUp({ reason: 'tries' }, 5, at)).toBe('The request was tried 5 times.');
		expect(describeGivingUp({ reason: 'tries' }, 1, at)).toBe('');
	});

	it('says why the run ended before the next try', () => {
		const because = 'the run stopped after 3 of 5 items had failed';
		expect(describeGivingUp({ reason: 'run ended', because }, 2, at)).toBe(
			'The request was tried twice, and not again: the run stopped after 3 of 5 items had failed.',
		);
	});

	it('says when to come back', () => {
		const gaveUp = { reason: 'time', comeBackAt: 1000 + 23 * 60_000 - 1 } as const;
		expect(describeGivingUp(gaveUp, 1, at)).toBe(
			'The request was tried once; another try would exceed Retry > Total Time. The server asks to wait until 2026-01-31 12:22:59 UTC (23 minutes from now).',
		);
	});

	it('says why a method was not repeated, and why no more retries', () => {
		expect(describeGivingUp({ reason: 'unsafe' }, 1, at)).toContain('carried out twice');
		expect(describeGivingUp({ reason: 'retry budget' }, 2, at)).toContain('tried twice, and not');
	});

	it.each([
		[500, '1 s'],
		[90_000, '90 s'],
		[125_000, '3 minutes'],
		[3 * 3_600_000, '3 hours'],
	])('rounds %i ms up to %s', (wait, words) => {
		expect(describeComingBack(1000 + wait, at)).toContain(`(${words} from now)`);
	});
});
