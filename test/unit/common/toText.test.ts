import { toText } from '../../../nodes/ConcurrentHttpRequest/common/toText.ts';

it.each([
	['a', 'a'],
	['', ''],
	[undefined, ''],
	[null, ''],
	[0, '0'],
	[false, 'false'],
	[1.5, '1.5'],
	[{ a: [1] }, '{"a":[1]}'],
	[[1, 'b'], '[1,"b"]'],
	// So does a Luxon DateTime.
	[new Date(0), '1970-01-01T00:00:00.000Z'],
	[{ toJSON: () => ({ a: 1 }) }, '{"a":1}'],
])('%p is %j', (value, expected) => {
	expect(toText(value)).toBe(expected);
});
