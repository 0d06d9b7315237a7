import { NextTurn } from '../../../nodes/ConcurrentHttpRequest/common/NextTurn.ts';

it('comes after what is written in the next turn, once for all calls until then', async () => {
	const later = new NextTurn();
	const log: string[] = [];
	const first = later.wait().then(() => log.push('read 1'));
	setImmediate(() => {
		log.push('write 1');
		void later.wait().then(() => log.push('read 2'));
	});
	setImmediate(() => log.push('write 2'));
	await first;
	expect(log.slice(0, 3)).toEqual(['write 1', 'write 2', 'read 1']);
	await new Promise(setImmediate);
	expect(log).toEqual(['write 1', 'write 2', 'read 1', 'read 2']);
});

it('comes again for later calls', async () => {
	const later = new NextTurn();
	const first = later.wait();
	expect(later.wait()).toBe(first);
	await first;
	const second = later.wait();
	expect(second).not.toBe(first);
	await second;
});
