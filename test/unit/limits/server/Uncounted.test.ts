import { Uncounted } from '../../../../nodes/ConcurrentHttpRequest/limits/server/Uncounted.ts';

it('counts requests until they end, or for two seconds', () => {
	const late: unknown[] = [];
	const uncounted = new Uncounted((request, time) => late.push([request.startedAt, time]));
	const [first, second] = [uncounted.start(0), uncounted.start(500)];
	expect([uncounted.size(600), uncounted.lessAt(600)]).toEqual([2, 2000]);
	expect(uncounted.end(first, 700)).toBe(true);
	expect([uncounted.size(700), uncounted.lessAt(700)]).toEqual([1, 2500]);
	expect(uncounted.size(2500)).toBe(0);
	expect(uncounted.lessAt(2500)).toBe(Infinity);
	expect(uncounted.end(second, 9000)).toBe(false);
	expect(late).toEqual([[500, 2500]]);
});

it('lets none of them hold anything up once it is cleared', () => {
	const late: unknown[] = [];
	const uncounted = new Uncounted((request, time) => late.push([request.startedAt, time]));
	const before = uncounted.start(0);
	uncounted.clear(100);
	expect([uncounted.size(100), uncounted.lessAt(100)]).toEqual([0, Infinity]);
	uncounted.start(200);
	expect(uncounted.end(before, 300)).toBe(false);
	expect([uncounted.size(300), uncounted.lessAt(300)]).toEqual([1, 2200]);
	expect(late).toEqual([]);
});
