import { describeDuration } from '../../../nodes/ConcurrentHttpRequest/common/describeDuration';

it.each([
	[0.4, '0 ms'],
	[850, '850 ms'],
	[1000, '1 s'],
	[4149, '4.1 s'],
	[9960, '10 s'],
	[12_400, '12 s'],
	[59_600, '1 min'],
	[200_000, '3 min 20 s'],
	[7_500_000, '2 h 5 min'],
	[90_000_000, '1 d 1 h'],
])('%d ms is %s', (duration, text) => {
	expect(describeDuration(duration)).toBe(text);
});
