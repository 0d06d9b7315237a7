import { createInterface } from 'node:readline';
import type { Interface } from 'node:readline';
import { hasEnded, startChild, stopChild } from '../../scripts/lib/children.ts';
import type { Figures, Run } from '../measure/Run.ts';
import type { Reading } from '../measure/Reading.ts';
import type { BenchServer } from '../server/BenchServer.ts';
import { pathTo } from '../server/Wanted.ts';
import { figuresOf } from './figuresOf.ts';
import type { Load, Peer, PeerName } from './Peer.ts';
import { readyRequests } from './requests.ts';
import type { ReadyRequest } from './requests.ts';

const PATIENCE_MS = 600_000;

/** The one line of JSON that a client's program reads before it gets ready. */
export interface ProgramTask {
	requests: ReadyRequest[];
	concurrency: number;
	/** Wait for all of a chunk before the next chunk, instead of a sliding window. */
	inChunks: boolean;
	http2: boolean;
	/** To be called before the measuring, so that the program is as warm as n8n. */
	warmUp: string[];
}

/** The line of JSON that it writes at its end; before, it writes `ready` and waits for a line. */
export interface ProgramResult {
	/** Milliseconds. */
	time: number;
	answered: number;
	reading: Reading;
}

export interface ProgramOptions {
	name: PeerName;
	title: (concurrency: number) => string;
	command: string;
	args: string[];
	inChunks?: boolean;
}

/** A client that is a program of its own, in Node or Python; started anew for each run. */
export class ProgramPeer implements Peer {
	readonly name: PeerName;
	readonly title: (concurrency: number) => string;
	readonly share = 1;
	private readonly options: ProgramOptions;

	constructor(options: ProgramOptions) {
		this.name = options.name;
		this.title = options.title;
		this.options = options;
	}

	async run(load: Load): Promise<Run> {
		const { command, args } = this.options;
		const child = startChild(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
		const timer = setTimeout(() => void stopChild(child), PATIENCE_MS);
		try {
			if (!child.stdin || !child.stdout) throw new Error('The client was started without pipes');
			// A client that dies is reported by what it does not say.
			child.stdin.on('error', () => {});
			const lines = createInterface({ input: child.stdout });
			child.stdin.write(`${JSON.stringify(this.taskOf(load))}\n`);
			if ((await nextLine(lines)) !== 'ready') return { died: 'It ended before it was ready' };
			await load.server.reset();
			child.stdin.write('go\n');
			const line = await nextLine(lines);
			if (line === undefined) return { died: `It ended${signalOf(child.signalCode)}` };
			return { figures: await readFigures(line, load, load.server) };
		} finally {
			clearTimeout(timer);
			if (!hasEnded(child)) await stopChild(child);
		}
	}

	private taskOf({ case: case_, items, warmUp, server }: Load): ProgramTask {
		const { concurrency, expressions, protocol } = case_;
		const origin = server.origins[protocol];
		const warmUpBase = `${origin}${pathTo({ latency: '0', size: '1k' })}`;
		return {
			requests: readyRequests(expressions, `${origin}${pathTo(case_)}`, items),
			concurrency,
			inChunks: this.options.inChunks ?? false,
			http2: protocol === 'h2',
			warmUp: Array.from({ length: warmUp }, (_, id) => `${warmUpBase}${id}`),
		};
	}
}

async function readFigures(line: string, { items }: Load, server: BenchServer): Promise<Figures> {
	const { time, answered, reading } = JSON.parse(line) as ProgramResult;
	return figuresOf({ items, time, answered, reading, counts: await server.counts() });
}

/** @returns undefined if there is none, because the program has ended */
async function nextLine(lines: Interface): Promise<string | undefined> {
	return await new Promise((resolve) => {
		lines.once('line', resolve);
		lines.once('close', () => resolve(undefined));
	});
}

function signalOf(signal: NodeJS.Signals | null): string {
	return signal ? ` by ${signal}` : '';
}
