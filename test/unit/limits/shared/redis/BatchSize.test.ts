import { BatchSize } from '../../../../../nodes/ConcurrentHttpRequest/limits/shared/redis/BatchSize';

function use(batch: BatchSize, times: number): void {
	for (let i = 0; i < times; i++) batch.wasUsed();
}

/** A size that has fallen to what was used. */
function sizeOf(used: number): BatchSize {
	const batch = new BatchSize();
	batch.wasGranted(batch.next(), 1_000);
	use(batch, used);
	batch.wasLeftOver();
	return batch;
}

it('is 1,000 at first', () => {
	expect(new BatchSize().next()).toBe(1_000);
});

it('falls to what was used when some is left over, to 1 at least', () => {
	expect(sizeOf(3).next()).toBe(3);
	expect(sizeOf(0).next()).toBe(1);
});

it('doubles while all is used, up to 1,000', () => {
	const batch = sizeOf(1);
	const sizes = Array.from({ length: 12 }, () => {
		const size = batch.next();
		batch.wasGranted(size, size);
		use(batch, size);
		return size;
	});
	expect(sizes).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_000, 1_000]);
});

it('stays where it is while less is granted than asked for', () => {
	const batch = sizeOf(2);
	for (const granted of [1, 1, 0]) {
		expect(batch.next()).toBe(2);
		batch.wasGranted(2, granted);
		use(batch, granted);
	}
	expect(batch.next()).toBe(2);
});
