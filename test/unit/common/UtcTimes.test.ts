import fc from 'fast-check';

import { UtcTimes } from '../../../nodes/ConcurrentHttpRequest/common/UtcTimes.ts';

it('writes times as Date does', () => {
	const times = new UtcTimes();
	fc.assert(
		fc.property(fc.date({ noInvalidDate: true }), fc.nat(3000), (date, later) => {
			for (const time of [date.getTime(), Math.min(date.getTime() + later, 8.64e15)]) {
				expect(times.text(time)).toBe(new Date(time).toISOString());
			}
		}),
	);
});
