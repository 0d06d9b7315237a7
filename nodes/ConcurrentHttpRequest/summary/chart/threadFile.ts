import { join } from 'node:path';

/** Where the build puts the bundle of `thread.ts`, seen from that of the node. */
export function threadFile(): string {
	return join(__dirname, 'summary', 'chart', 'thread.js');
}
