import {
	describeCount,
	describeNumber,
	describeTimes,
} from '../../../nodes/ConcurrentHttpRequest/common/describeNumber';

it('separates thousands, whatever the language of the server', () => {
	expect([0, 999, 12_500, 0.25].map(describeNumber)).toEqual(['0', '999', '12,500', '0.25']);
});

it('counts one and many', () => {
	const counts = [0, 1, 1000].map((count) => describeCount(count, 'request'));
	expect(counts).toEqual(['0 requests', '1 request', '1,000 requests']);
	expect(describeCount(2, 'retry', 'retries')).toBe('2 retries');
});

it('says how often', () => {
	expect([1, 2, 3, 1200].map(describeTimes)).toEqual(['once', 'twice', '3 times', '1,200 times']);
});
