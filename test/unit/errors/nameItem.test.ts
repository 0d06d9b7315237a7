import fc from 'fast-check';

import { nameItem } from '../../../nodes/ConcurrentHttpRequest/errors/nameItem.ts';

it.each([
	[0, 2, 'item 0, the 1st of 2'],
	[1, 2, 'item 1, the 2nd of 2'],
	[2, 100, 'item 2, the 3rd of 100'],
	[3, 100, 'item 3, the 4th of 100'],
	[10, 100, 'item 10, the 11th of 100'],
	[11, 100, 'item 11, the 12th of 100'],
	[12, 100, 'item 12, the 13th of 100'],
	[20, 100, 'item 20, the 21st of 100'],
	[111, 2_000, 'item 111, the 112th of 2,000'],
	[1_001, 100_000, 'item 1001, the 1,002nd of 100,000'],
])('names item %d of %d', (index, count, name) => {
	expect(nameItem({ index, count })).toBe(` [${name}]`);
});

it('does not name the only item, nor one where the run failed', () => {
	expect(nameItem({ index: 0, count: 1 })).toBe('');
	expect(nameItem(undefined)).toBe('');
});

// The editor adds "[item 2]" to a message that does not contain "item 2" (NodeErrorView).
it('contains what the editor would otherwise add', () => {
	fc.assert(
		fc.property(fc.nat(), fc.integer({ min: 2 }), (index, count) => {
			expect(nameItem({ index, count })).toContain(`item ${index}`);
		}),
	);
});
