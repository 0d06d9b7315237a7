/** Every place that says which n8n the node needs says what package.json says. */
import manifest from '../../../package.json';
import { readFiles } from './support/projectFiles.ts';

const lowest = manifest.engines.n8n.replace('>=', '');
const minor = lowest.replace(/\.\d+$/, '');

it.each([
	['README.md', `self-hosted n8n ${minor} or later`],
	['docs/questions.md', `Self-hosted n8n ${minor} and later`],
	['docs/versions.md', `self-hosted **n8n ${lowest} and later**`],
	['docs/versions.md', `This node needs n8n ${minor} or later`],
	['docs/errors.md', `This node needs n8n ${minor} or later`],
	['docs/decisions.md', `## n8n ${minor} is the oldest that the node runs in`],
	['nodes/ConcurrentHttpRequest/egress/missingRule.ts', `This node needs n8n ${minor} or later`],
])('%s: %s', async (path, words) => {
	expect((await readFiles(path)).get(path)).toContain(words);
});
