/*
 * Checks the packed package by the rules with which n8n scans published packages (npx
 * @n8n/scan-community-package). Fails on a rule that is broken and not listed here.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { n8nCommunityNodesPlugin } from '@n8n/eslint-plugin-community-nodes';
import { ESLint } from 'eslint';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { runProgram } from './lib/main.ts';
import { PlainError } from './lib/PlainError.ts';
import { formatTable } from './lib/table.ts';
import { temporaryFolder } from './lib/temporaryFolder.ts';
import { pack } from './pack.ts';

/** Rules that the package breaks, and why. */
const KNOWN: Record<string, string> = {
	'@n8n/community-nodes/no-restricted-globals': 'for n8n Cloud: no timers, no process',
	'@n8n/community-nodes/no-restricted-imports': 'for n8n Cloud: no sockets, files or threads',
	'@n8n/community-nodes/no-dangerous-functions': 'lodash and its like look for the global object',
	'@n8n/community-nodes/require-node-api-error': 'bundled libraries throw errors of their own',
	'no-console': 'bundled libraries warn of what is deprecated',
};

await runProgram(async () => {
	const { path } = await pack();
	const folder = await temporaryFolder('scan');
	await promisify(execFile)('tar', ['-xzf', path, '-C', folder.path, '--strip-components=1']);
	const counts = await brokenRules(folder.path);
	const rows = [...counts].map(([rule, count]) => [rule, String(count), KNOWN[rule] ?? 'NEW']);
	process.stdout.write(`${formatTable([['Rule', 'Times', 'Why'], ...rows])}\n`);
	const unknown = [...counts.keys()].filter((rule) => !(rule in KNOWN));
	if (unknown.length > 0)
		throw new PlainError(`Not listed in scripts/scan.ts: ${unknown.join(', ')}`);
});

/** Rules broken by the files that n8n scans, and how often. */
async function brokenRules(folder: string): Promise<Map<string, number>> {
	const eslint = new ESLint({
		cwd: folder,
		allowInlineConfig: false,
		overrideConfigFile: true,
		overrideConfig: defineConfig(
			n8nCommunityNodesPlugin.configs.recommended,
			{ rules: { 'no-console': 'error' } },
			{ files: ['**/*.json'], languageOptions: { parser: tseslint.parser } },
		),
	});
	const files = ['dist/**/*.js', 'package.json'].map((pattern) => join(folder, pattern));
	const counts = new Map<string, number>();
	for (const { messages } of await eslint.lintFiles(files)) {
		for (const { ruleId, severity } of messages) {
			if (severity < 2) continue;
			const rule = ruleId ?? 'not readable';
			counts.set(rule, (counts.get(rule) ?? 0) + 1);
		}
	}
	return counts;
}
