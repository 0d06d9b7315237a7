import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { build } from 'esbuild';
import type { HammerOptions, HammerReport } from './hammer';

export interface Hammer {
	/** As a crash, or the kernel that is out of memory, does it. */
	kill(): Promise<void>;
	/** Lets it finish what is in flight. */
	stop(): Promise<HammerReport>;
	/** Until it has sent its requests. */
	readonly report: Promise<HammerReport>;
}

/** Starts processes that hammer; ends those that are left. */
export class Hammers {
	private readonly folder: string;
	private readonly running = new Set<ChildProcess>();

	private constructor(folder: string) {
		this.folder = folder;
	}

	/** The program is TypeScript without file extensions in its imports, so it is bundled first. */
	static async prepare(): Promise<Hammers> {
		const folder = await mkdtemp(join(tmpdir(), 'hammer-'));
		await build({
			entryPoints: [join(__dirname, 'hammer.ts')],
			outfile: join(folder, 'hammer.mjs'),
			bundle: true,
			platform: 'node',
			format: 'esm',
			loader: { '.lua': 'text' },
			// ioredis is CommonJS and requires Node's modules.
			banner: {
				js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
			},
			logLevel: 'error',
		});
		return new Hammers(folder);
	}

	start(options: HammerOptions): Hammer {
		const child = spawn(
			process.execPath,
			[join(this.folder, 'hammer.mjs'), JSON.stringify(options)],
			{ stdio: ['ignore', 'pipe', 'inherit'] },
		);
		this.running.add(child);
		const exit = once(child, 'exit').finally(() => this.running.delete(child));
		const report = text(child.stdout).then(async (output) => {
			await exit;
			return (output ? JSON.parse(output) : { admitted: 0, calls: 0 }) as HammerReport;
		});
		return {
			report,
			stop: async () => {
				child.kill('SIGTERM');
				return await report;
			},
			kill: async () => {
				child.kill('SIGKILL');
				await exit;
			},
		};
	}

	async killAll(): Promise<void> {
		await Promise.all(
			[...this.running].map(async (child) => {
				child.kill('SIGKILL');
				await once(child, 'exit');
			}),
		);
	}

	async close(): Promise<void> {
		await this.killAll();
		await rm(this.folder, { recursive: true, force: true });
	}
}
