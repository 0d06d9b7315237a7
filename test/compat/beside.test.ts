/**
 * n8n-workflow beside the package, where npm puts it for a peer. It stays what it was when the first
 * package was installed.
 */
import { join } from 'node:path';
import { npm } from '../../scripts/lib/npm.ts';
import { createInstance } from '../../scripts/n8n/instance.ts';
import type { RunningN8n } from '../../scripts/n8n/RunningN8n.ts';
import { TestServer } from '../support/TestServer.ts';
import { SECRET } from './support/genericCredentials.ts';
import { send } from './support/send.ts';

jest.setTimeout(300_000);

let server: TestServer;

beforeAll(async () => {
	server = await TestServer.start();
});

beforeEach(() => server.reset());

afterAll(() => server.close());

async function startWith(n8nWorkflow: string): Promise<RunningN8n> {
	const instance = await createInstance({ name: 'test-compat-beside', fresh: true });
	const folder = join(instance.folder, '.n8n', 'nodes');
	const options = ['--ignore-scripts', '--legacy-peer-deps', '--no-audit', '--no-fund'];
	const log = join(instance.folder, 'npm-install.log');
	await npm(['install', ...options, `n8n-workflow@${n8nWorkflow}`], { folder, log });
	return await instance.start();
}

const credential = {
	...{ name: 'Header', type: 'httpHeaderAuth' },
	data: {
		...{ name: 'X-Key', value: SECRET },
		...{ allowedHttpRequestDomains: 'domains', allowedDomains: 'localhost' },
	},
};

describe('An n8n-workflow beside the package', () => {
	it('the latest: a credential for one domain is sent there and nowhere else', async () => {
		const n8n = await startWith('latest');
		try {
			const allowed = server.origin.replace('127.0.0.1', 'localhost');
			const there = await send(n8n, { url: `${allowed}/echo` }, { credential });
			expect([there.status, there.said]).toEqual(['success', 'undefined undefined']);
			expect(server.requests[0]?.headers['x-key']).toBe(SECRET);
			server.reset();
			const other = await send(n8n, { url: `${server.origin}/echo` }, { credential });
			expect([other.status, server.connections]).toEqual(['error', 0]);
		} finally {
			await n8n.stop();
		}
	});

	it('one that allows every domain: the node says so and sends nothing', async () => {
		const n8n = await startWith('1.120.31');
		try {
			const { status, said } = await send(n8n, { url: `${server.origin}/echo` }, { credential });
			expect([status, said]).toEqual(['error', expect.stringContaining('old n8n-workflow')]);
			expect(server.connections).toBe(0);
		} finally {
			await n8n.stop();
		}
	});
});
