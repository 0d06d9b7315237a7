import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TemporaryFolder {
	readonly path: string;
	remove: () => Promise<void>;
}

/** A new, empty folder that is gone when this process ends, also when it is interrupted. */
export async function temporaryFolder(prefix: string): Promise<TemporaryFolder> {
	const path = await mkdtemp(join(tmpdir(), `${prefix}-`));
	const removeAtExit = () => rmSync(path, { recursive: true, force: true });
	process.once('exit', removeAtExit);
	return {
		path,
		remove: async () => {
			process.off('exit', removeAtExit);
			await rm(path, { recursive: true, force: true });
		},
	};
}
