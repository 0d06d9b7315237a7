/** The command of the package, as npm installs it from the tarball. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installPackage } from '../../scripts/n8n/installPackage.ts';
import { pack } from '../../scripts/pack.ts';
import { projectFolder } from '../../scripts/paths.ts';

const BUILT_IN = 'n8n-nodes-base.httpRequest';
const OURS = 'n8n-nodes-concurrent-http.concurrentHttpRequest';
const WORKFLOW = {
	name: 'Orders',
	nodes: [
		{ name: 'Get', type: BUILT_IN, typeVersion: 4.2, parameters: { url: 'http://localhost' } },
		{ name: 'Old', type: BUILT_IN, typeVersion: 3, parameters: {} },
	],
	connections: {},
};

let folder: string;

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'convert-'));
	await installPackage(folder, await pack(), join(folder, 'npm.log'));
	await writeFile(join(folder, 'workflow.json'), JSON.stringify(WORKFLOW));
});

afterAll(async () => {
	await rm(folder, { recursive: true, force: true });
});

function run(args: string[], input = ''): { status: number | null; out: string; said: string } {
	const command = join(folder, 'nodes/node_modules/.bin/n8n-nodes-concurrent-http');
	// The hashbang's `node` is the one that runs this test.
	const env = { ...process.env, PATH: `${join(process.execPath, '..')}:${process.env.PATH ?? ''}` };
	const { status, stdout, stderr } = spawnSync(command, args, {
		...{ cwd: folder, env, input, encoding: 'utf8', timeout: 30_000, maxBuffer: 100_000_000 },
	});
	return { status, out: stdout, said: stderr };
}

it('writes the workflow to standard output, and what it left to standard error', () => {
	const { status, out, said } = run(['convert', 'workflow.json']);
	expect(out).toBe(JSON.stringify(WORKFLOW).replace(BUILT_IN, OURS));
	expect(said.trim().split('\n')).toEqual([
		'"Orders", "Get": converted',
		expect.stringMatching(/^"Orders", "Old": left as it was\. Its version is 3/),
		'1 of 2 nodes converted',
	]);
	expect(status).toBe(2);
});

it('reads standard input, writes to a file, and moves back', async () => {
	const large = { ...WORKFLOW, nodes: Array(20_000).fill(WORKFLOW.nodes[0]) };
	const there = run(['convert', '-'], JSON.stringify(large));
	expect(there.status).toBe(0);
	const back = run(['convert', '--back', '--output', 'back.json', '-'], there.out);
	expect(back).toMatchObject({ status: 0, out: '' });
	expect(await readFile(join(folder, 'back.json'), 'utf8')).toBe(JSON.stringify(large));
});

it.each([
	['a file that is not there', ['convert', 'nothing.json'], /nothing\.json/],
	['a file that is no workflow', ['convert', 'nodes/package.json'], /^This is no workflow: /],
	['no file', ['convert'], /npx n8n-nodes-concurrent-http convert workflow\.json/],
	['another command', ['run', 'workflow.json'], /npx n8n-nodes-concurrent-http convert/],
	['an unknown option', ['convert', '--bak', 'workflow.json'], /--bak/],
])('writes nothing for %s, and says so', (_case, args, said) => {
	expect(run(args)).toEqual({ status: 1, out: '', said: expect.stringMatching(said) as string });
});

it('is what the documentation says', async () => {
	const page = await readFile(join(projectFolder, 'docs/how-to/move-from-http-request.md'), 'utf8');
	const commands = [...page.matchAll(/^\s*npx n8n-nodes-concurrent-http (.+?) > /gm)];
	expect(commands.length).toBeGreaterThan(1);
	for (const [, args = ''] of commands) {
		await writeFile(join(folder, 'converted.json'), JSON.stringify(WORKFLOW));
		expect(run(args.split(' ')).out).toContain('"name":"Orders"');
	}
});
