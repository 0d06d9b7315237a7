/** The code in every Markdown file: JSON parses, the node takes its parameters, commands exist. */
import { faultsOfBlock } from './support/codeBlocks.ts';
import { faultsOf, isCommand } from './support/commands.ts';
import { readMarkdown } from './support/markdown.ts';
import { readFiles } from './support/projectFiles.ts';

it('has no block of code that does not work', async () => {
	const faults: string[] = [];
	for (const [path, text] of await readFiles('.md')) {
		for (const block of (await readMarkdown(text)).blocks) {
			faults.push(...faultsOfBlock(block).map((fault) => `${path}:${block.line} ${fault}`));
		}
	}
	expect(faults).toEqual([]);
});

it('names no command that does not exist', async () => {
	const faults: string[] = [];
	for (const [path, text] of await readFiles('.md')) {
		for (const { text: code, line } of (await readMarkdown(text)).inlineCode) {
			if (!isCommand(code)) continue;
			faults.push(...faultsOf(code).map((fault) => `${path}:${line} ${fault}`));
		}
	}
	expect(faults).toEqual([]);
});

describe('the check', () => {
	const type = 'n8n-nodes-concurrent-http.concurrentHttpRequest';
	const workflow = (parameters: object) =>
		JSON.stringify({ nodes: [{ name: 'HTTP', type, parameters }], connections: {} });

	it.each([
		['json', '{ "customers": [] }'],
		['json', '{ "url": "https://api.example.com", "options": { "timeout": 5000 } }'],
		['json', workflow({ url: '=https://api.example.com/{{ $json.id }}' })],
		['text', 'anything: at all'],
		['sh', 'npm ci && npm run demo # a word on it'],
		['sh', 'DIFFERENTIAL_CASES=100 npm run test:workflow'],
		['sh', 'npm run bench -- --case https,tail --runs 3'],
		['sh', 'npx n8n-nodes-concurrent-http convert --back one.json > other.json'],
		['sh', '.ci/run'],
		['sh', 'cd ~/.n8n/nodes && npm install n8n-nodes-concurrent-http'],
	])('accepts %s: %s', (language, text) => {
		expect(faultsOfBlock({ language, text, line: 1 })).toEqual([]);
	});

	it.each([
		['', 'npm test', 'language'],
		['json', '{ "id": 1, }', 'SyntaxError'],
		['json', '{ "url": "https://api.example.com", "timeout": 5000 }', 'no parameter timeout'],
		['json', '{ "url": "" }', 'Parameter "URL" is required'],
		['json', '{ "url": "/", "authentication": "predefinedCredentialType" }', 'Predefined'],
		['json', workflow({ url: '/', options: { retries: 3 } }), 'no parameter options.retries'],
		['json', '{ "nodes": [], "connections": {} }', 'no Concurrent HTTP Request node'],
		['json', workflow({ url: '/' }).replace('{}', '{ "Start": {} }'), 'no node "Start"'],
		['sh', 'npm run nothing', 'no script "nothing"'],
		['sh', 'npm ci && npm run nothing', 'no script "nothing"'],
		['sh', 'npm nothing', 'npm has no nothing'],
		['sh', 'npm run bench -- --nothing', '--nothing'],
		['sh', 'npm run bench -- --case nothing', 'no case "nothing"'],
		['sh', 'npx n8n-nodes-nothing convert', 'no command'],
		['sh', 'npx n8n-nodes-concurrent-http convert --bak one.json', 'has no --bak'],
		['sh', 'node scripts/nothing.ts', 'node scripts/nothing.ts'],
		['sh', 'if true', 'syntax error'],
	])('reports %s: %s', (language, text, fault) => {
		const faults = faultsOfBlock({ language, text, line: 1 });
		expect(faults.join('\n')).toContain(fault);
	});
});
