import { once } from 'node:events';
import { join } from 'node:path';
import type { ChildProcess } from 'node:child_process';
import { startChild, stopChild } from '../../scripts/lib/children.ts';
import { PlainError } from '../../scripts/lib/PlainError.ts';
import type { ServerCounts } from './Counters.ts';

/** `h2` is HTTPS on a port that offers HTTP/2; `distant` is HTTPS behind a `distantDoor`. */
export type Protocol = 'http' | 'https' | 'h2' | 'distant';
export type Origins = Record<Protocol, string>;

export type ServerQuestion = 'counts' | 'reset';
export interface ServerMessage {
	origins?: Origins;
	counts?: ServerCounts;
}

/** The server that all clients of the benchmark call, in a process of its own. */
export class BenchServer {
	readonly origins: Origins;
	private readonly child: ChildProcess;
	/** One question at a time, so that each gets its own answer. */
	private asking: Promise<unknown> = Promise.resolve();

	private constructor(origins: Origins, child: ChildProcess) {
		this.origins = origins;
		this.child = child;
	}

	static async start(): Promise<BenchServer> {
		const child = startChild(
			process.execPath,
			// Files of test/ are ES modules although package.json does not say so.
			['--disable-warning=MODULE_TYPELESS_PACKAGE_JSON', join(import.meta.dirname, 'main.ts')],
			{ stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
		);
		const { origins } = await answerOf(child);
		if (!origins) throw new PlainError('The server of the benchmark did not start.');
		return new BenchServer(origins, child);
	}

	/** What it saw since `reset()`. */
	async counts(): Promise<ServerCounts> {
		return await this.ask('counts');
	}

	async reset(): Promise<void> {
		await this.ask('reset');
	}

	async stop(): Promise<void> {
		await stopChild(this.child);
	}

	private async ask(question: ServerQuestion): Promise<ServerCounts> {
		const answer = this.asking.then(() => {
			this.child.send(question);
			return answerOf(this.child);
		});
		this.asking = answer.catch(() => {}); // told to the one who asked
		const { counts } = await answer;
		if (!counts) throw new PlainError('The server of the benchmark has ended.');
		return counts;
	}
}

/** The child's next message; an empty one if it ends instead. */
async function answerOf(child: ChildProcess): Promise<ServerMessage> {
	const settled = new AbortController();
	const { signal } = settled;
	const ended = once(child, 'exit', { signal }).then(() => [{}]);
	const answered = once(child, 'message', { signal });
	try {
		const [message] = (await Promise.race([answered, ended])) as [ServerMessage];
		return message;
	} finally {
		// The listener of the one that did not come must not stay.
		for (const each of [ended, answered]) each.catch(() => {});
		settled.abort();
	}
}
