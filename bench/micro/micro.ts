import { glob } from 'node:fs/promises';
import { runProgram } from '../../scripts/lib/main.ts';
import { formatTable } from '../../scripts/lib/table.ts';
import { loadSuite } from './loadSuite.ts';
import { measure } from './measure.ts';

/**
 * Times the parts of the hot path by themselves: `node bench/micro/micro.ts [part of a name]`.
 */
async function micro(): Promise<void> {
	const wanted = process.argv[2] ?? '';
	for await (const file of glob('*.bench.ts', { cwd: import.meta.dirname })) {
		if (!file.includes(wanted)) continue;
		const { title, subjects } = await loadSuite(file);
		const timings = await measure(subjects);
		const rows = timings.map(({ name, nanoseconds }) => [name, format(nanoseconds)]);
		console.log(`\n${formatTable([[title, 'ns'], ...rows])}`);
	}
}

function format(nanoseconds: number): string {
	return Math.round(nanoseconds).toLocaleString('en');
}

await runProgram(micro);
