import { BatchSize } from '../../../../../nodes/ConcurrentHttpRequest/limits/shared/redis/BatchSize';

function use(batch: BatchSize, times: number): void {
	for (let i = 0; i < times; i++) batch.wasUsed();
}

it('doubles while all is used, up to 1,000', () => {
	const batch = new BatchSize();
	const sizes = Array.from({ length: 12 }, () => {
		const size = batch.next();
		batch.wasGranted(size, size);
		use(batch, size);
		return size;
	});
	expect(sizes).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_000, 1_000]);
});

it('stays where it is while less is granted than asked for', () => {
	const batch = new BatchSize();
	batch.wasGranted(batch.next(), 1);
	use(batch, 1);
	expect(batch.next()).toBe(2);
	batch.wasGranted(2, 1);
	use(batch, 1);
	expect(batch.next()).toBe(2);
	batch.wasGranted(2, 0);
	expect(batch.next()).toBe(2);
});

it('falls to what was used when some is left over', () => {
	const batch = new BatchSize();
	for (const size of [1, 2, 4, 8]) {
		batch.next();
		batch.wasGranted(size, size);
		use(batch, size);
	}
	expect(batch.next()).toBe(16);
	batch.wasGranted(16, 16);
	use(batch, 3);
	batch.wasLeftOver();
	expect(batch.next()).toBe(3);
	batch.wasGranted(3, 3);
	batch.wasLeftOver();
	expect(batch.next()).toBe(1);
});
