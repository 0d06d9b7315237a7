import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectFolder } from '../../../scripts/paths.ts';
import { errorCases } from '../../support/errorCases.ts';

/** Messages that the page quotes, as far as the first `…`, which stands for a value. */
async function quoted(): Promise<string[]> {
	const page = await readFile(join(projectFolder, 'docs', 'errors.md'), 'utf8');
	const rows = page.split('\n').filter((line) => line.startsWith('|'));
	return rows.flatMap((row) =>
		[...row.matchAll(/`([^`]+)`/g)].map(([, text = '']) => (text.split('…')[0] ?? '').trim()),
	);
}

/** What n8n says in its own words, and a status that the page sums up. */
const NOT_QUOTED = ['', '400 Bad Request'];

it.each(errorCases)('the page quotes the message of: $name', async ({ message }) => {
	const problem = message.replace(/^.* failed: /, '').replace(/\*$/, '');
	if (NOT_QUOTED.includes(problem)) return;
	const beginnings = (await quoted()).filter((text) => text.length >= 15);
	expect(beginnings.filter((text) => problem.startsWith(text))).not.toEqual([]);
});
