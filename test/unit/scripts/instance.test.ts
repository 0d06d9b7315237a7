import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { N8nInstance } from '../../../scripts/n8n/instance.ts';
import { localFolder } from '../../../scripts/paths.ts';

/** Refuses every login, as n8n does after its owner has changed the password. */
const REFUSING_N8N = `
	require('http')
		.createServer(({ url }, response) => {
			response.statusCode = url === '/rest/login' ? 401 : 200;
			response.setHeader('content-type', 'application/json');
			response.end(JSON.stringify({ data: { userManagement: {} } }));
		})
		.listen(process.env.N8N_PORT, '127.0.0.1');
`;

it('says what to do where the password of the owner was changed', async () => {
	const name = 'with-another-password';
	const folder = join(localFolder, 'instances', name);
	await mkdir(folder, { recursive: true });
	const bin = join(folder, 'n8n.cjs');
	await writeFile(bin, REFUSING_N8N);
	const runtime = { folder, bin, version: '2.41.0', instancesFolder: folder };
	const instance = new N8nInstance(name, folder, runtime, { path: '', hash: '', files: [] }, {});
	await expect(instance.start()).rejects.toThrow(
		/password.*delete \.n8n\/instances\/with-another-password\b/,
	);
	await rm(folder, { recursive: true });
});
