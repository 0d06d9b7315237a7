import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { INodeType } from 'n8n-workflow';
import { readPages, upToDate } from './docs/files.ts';
import { runProgram } from './lib/main.ts';
import { distFolder, projectFolder } from './paths.ts';

const NODE = 'nodes/ConcurrentHttpRequest/ConcurrentHttpRequest.node.js';

/** Regenerates the lists of parameters in docs/ from the node that was built before. */
async function updateDocs(): Promise<void> {
	const load = createRequire(import.meta.url);
	const { ConcurrentHttpRequest } = load(join(distFolder, NODE)) as {
		ConcurrentHttpRequest: new () => INodeType;
	};
	const { properties } = new ConcurrentHttpRequest().description;
	const pages = await readPages();
	for (const [path, page] of upToDate(pages, properties)) {
		if (page === pages.get(path)) continue;
		await writeFile(join(projectFolder, path), page);
		console.log(`Updated ${path}`);
	}
}

await runProgram(updateDocs);
