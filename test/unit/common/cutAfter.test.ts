import { cutAfter } from '../../../nodes/ConcurrentHttpRequest/common/cutAfter.ts';

it.each([
	['abc', 2, 'ab'],
	['abc', 3, 'abc'],
	['abc', 0, ''],
	['a😀b', 2, 'a'],
	['a😀b', 3, 'a😀'],
	['😀', 1, ''],
	// What the server itself sends stays.
	['a\ud83d', 2, 'a\ud83d'],
])('%j after %d is %j', (text, most, expected) => {
	expect(cutAfter(text, most)).toBe(expected);
});
