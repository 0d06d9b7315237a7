/** Files that one process of queue mode writes and another one reads, by each store. */
import { hashOf } from '../../scripts/lib/files.ts';
import { fetchOnce } from '../../scripts/lib/http.ts';
import { temporaryFolder } from '../../scripts/lib/temporaryFolder.ts';
import type { TemporaryFolder } from '../../scripts/lib/temporaryFolder.ts';
import { outputItems } from '../../scripts/n8n/ExecutionResult.ts';
import { QueueCluster } from '../../scripts/queue/QueueCluster.ts';
import { chain, httpNode, manual, node, numbersNode } from '../n8n/support/workflows.ts';
import { TestServer } from '../support/TestServer.ts';

jest.setTimeout(400_000);

const FILE = Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => (index * 7919) % 251));
const COUNT = 5;

/** What the ids of files begin with. */
const STORES = { database: 'database:', filesystem: 'filesystem-v2:' };

let server: TestServer;
let shared: TemporaryFolder;

beforeAll(async () => {
	shared = await temporaryFolder('queue-files');
	server = await TestServer.start();
	server.route('/file', (_request, response) =>
		response.setHeader('content-type', 'application/zip').end(FILE),
	);
	server.route('/upload', (_request, response) =>
		response.setHeader('content-type', 'application/json').end('{"ok":true}'),
	);
});

afterAll(async () => {
	await server?.close();
	await shared?.remove();
});

const download = () =>
	httpNode({
		url: `${server.origin}/file`,
		options: { response: { response: { responseFormat: 'file', outputPropertyName: 'data' } } },
	});

const upload = () => ({
	...httpNode({
		method: 'POST',
		url: `=${server.origin}/upload`,
		sendBody: true,
		contentType: 'binaryData',
		inputDataFieldName: 'data',
	}),
	...{ id: 'Upload', name: 'Upload' },
});

describe.each(Object.entries(STORES))('the store %s', (mode, prefix) => {
	let cluster: QueueCluster;

	beforeAll(async () => {
		cluster = await QueueCluster.start({
			name: 'test-queue-files',
			// `database` is the default.
			...(mode !== 'database' && {
				env: { N8N_DEFAULT_BINARY_DATA_MODE: mode, N8N_BINARY_DATA_STORAGE_PATH: shared.path },
			}),
		});
		server.reset();
	});

	afterAll(() => cluster?.close());

	it('has what a worker downloads, and gives it to the node that uploads it', async () => {
		const result = await cluster.main.runWorkflow(
			manual([numbersNode(COUNT), download(), upload()]),
		);
		expect(result.error).toBeUndefined();
		const ids = outputItems(result, 'HTTP').map(({ binary }) => binary?.data?.id);
		expect(ids).toEqual(ids.map(() => expect.stringContaining(prefix) as string));
		const uploads = server.requests.filter(({ url }) => url === '/upload');
		expect(uploads.map(({ body }) => hashOf(body))).toEqual(
			Array.from({ length: COUNT }, () => hashOf(FILE)),
		);
	});

	it('has for the main what a worker downloads', async () => {
		const webhook = node(
			'Webhook',
			'n8n-nodes-base.webhook',
			{
				httpMethod: 'GET',
				path: `file-${mode}`,
				responseMode: 'lastNode',
				responseData: 'firstEntryBinary',
				responseBinaryPropertyName: 'data',
				options: {},
			},
			{ typeVersion: 2 },
		);
		await cluster.main.activate(
			chain([{ ...webhook, webhookId: 'e5d1f0a2-3c4b-4d5e-8f60-718293a4b5c6' }, download()]),
		);
		const response = await fetchOnce(`${cluster.main.baseUrl}/webhook/file-${mode}`);
		const body = Buffer.from(await response.arrayBuffer());
		// What n8n says where it fails is shorter.
		if (body.length < FILE.length) throw new Error(body.toString());
		expect(hashOf(body)).toBe(hashOf(FILE));
	});
});
