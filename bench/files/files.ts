import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { PlainError } from '../../scripts/lib/PlainError.ts';
import { runProgram } from '../../scripts/lib/main.ts';
import { formatTable } from '../../scripts/lib/table.ts';
import { localFolder } from '../../scripts/paths.ts';
import { bundle } from '../bundle.ts';
import type { Measured } from './measure.ts';

const MEGABYTE = 1_000_000;

/** Bytes above idle that files may take, however many and however large they are. */
const LIMIT = 200 * MEGABYTE;

/**
 * Downloads and uploads files and says how much memory it takes: `node bench/files/files.ts
 * [files] [megabytes of each] [in flight]`. The system's folder for temporary files needs room
 * for all of them.
 */
async function files(): Promise<void> {
	const [count = 200, megabytes = 50, inFlight = 10] = process.argv.slice(2).map(Number);
	const program = await bundle(
		join(import.meta.dirname, 'measure.ts'),
		join(localFolder, 'bench', 'files', 'measure.cjs'),
		true,
	);
	const server = fork(join(import.meta.dirname, 'server.ts'));
	try {
		const [port] = (await once(server, 'message')) as [number];
		const origin = `http://127.0.0.1:${port}`;
		const results = await run(program, [origin, count, megabytes * MEGABYTE, inFlight].map(String));
		const rows = results.map(({ direction, seconds, memoryBefore, memoryPeak, wrongChecksums }) => [
			`${count} ${direction}s of ${megabytes} MB, ${inFlight} in flight`,
			seconds.toFixed(1),
			((count * megabytes) / seconds).toFixed(0),
			inMegabytes(memoryBefore),
			inMegabytes(above(memoryBefore, memoryPeak)),
			String(wrongChecksums),
		]);
		const heading = ['', 's', 'MB/s', 'MB idle', 'MB above', 'wrong'];
		console.log(formatTable([heading, ...rows]));
		const failed = results.some(
			({ memoryBefore, memoryPeak, wrongChecksums }) =>
				wrongChecksums > 0 || above(memoryBefore, memoryPeak) > LIMIT,
		);
		if (failed) throw new PlainError('Too much memory, or files that differ.');
	} finally {
		server.kill();
	}
}

async function run(program: string, args: string[]): Promise<Measured[]> {
	const child = fork(program, args, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
	const output: Buffer[] = [];
	child.stdout?.on('data', (chunk: Buffer) => output.push(chunk));
	const [code] = (await once(child, 'close')) as [number | null];
	if (code !== 0) throw new PlainError('The measurement failed.');
	return JSON.parse(Buffer.concat(output).toString()) as Measured[];
}

function above(before: number, peak: number | undefined): number {
	return peak === undefined ? Number.NaN : peak - before;
}

function inMegabytes(bytes: number): string {
	return (bytes / MEGABYTE).toFixed(0);
}

await runProgram(files);
