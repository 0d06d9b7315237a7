/**
 * Files in and out, with each place in which n8n keeps them (N8N_DEFAULT_BINARY_DATA_MODE). The
 * modes `s3` and `azure` are not here: n8n does not start with them without a licence.
 */
import { createHash, randomBytes } from 'node:crypto';
import { NodeConnectionTypes } from 'n8n-workflow';
import type { INodeParameters } from 'n8n-workflow';
import { createInstance } from '../../scripts/n8n/instance.ts';
import { outputItems } from '../../scripts/n8n/ExecutionResult.ts';
import type { RunningN8n } from '../../scripts/n8n/RunningN8n.ts';
import { TestServer } from '../support/TestServer.ts';
import type { ReceivedRequest } from '../support/TestServer.ts';
import {
	BUILT_IN_TYPE,
	manualWith,
	NEWEST,
	node,
	numbersUpTo,
	OUR_TYPE,
} from './support/workflows.ts';

jest.setTimeout(300_000);

/** By mode, what the id of a kept file begins with; none where items hold their files themselves. */
const PREFIXES: Record<string, string | undefined> = {
	default: undefined,
	filesystem: 'filesystem-v2:',
	database: 'database:',
};

/** Larger than the chunks in which files are read and written. */
const FILE = randomBytes(300_000);
const ITEMS = numbersUpTo(3).map((id) => ({ json: { id } }));

const fileFormat: INodeParameters = { response: { response: { responseFormat: 'file' } } };

const upload = (name: string, parameters: INodeParameters): INodeParameters => ({
	...{ method: 'POST', url: `ORIGIN/items?${name}={{ $itemIndex }}`, sendBody: true },
	...parameters,
});

/** A node that gets files, and two that send them on. */
const uses: Record<string, INodeParameters> = {
	Download: { url: 'ORIGIN/file?id={{ $json.id }}', options: fileFormat },
	Whole: upload('whole', { contentType: 'binaryData', inputDataFieldName: 'data' }),
	Form: upload('form', {
		contentType: 'multipart-form-data',
		bodyParameters: {
			parameters: [
				{ parameterType: 'formBinaryData', name: 'file', inputDataFieldName: 'data' },
				{ parameterType: 'formData', name: 'text', value: 'x' },
			],
		},
	}),
};

const hashOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

function sentOf({ method, url, headers, body }: ReceivedRequest) {
	const [, boundary] = /boundary=(.+)$/.exec(headers['content-type'] ?? '') ?? [];
	const text = body.toString('latin1');
	return {
		...{ method, url, length: boundary ? undefined : headers['content-length'] },
		type: headers['content-type']?.replace(boundary ?? '', 'BOUNDARY'),
		body: hashOf(Buffer.from(boundary ? text.replaceAll(boundary, '') : text, 'latin1')),
	};
}

/** Downloads a file for each item and sends it on in both ways. */
async function relay(n8n: RunningN8n, type: string) {
	const server = await TestServer.start();
	server.route('/file', (_request, response) => {
		response.setHeader('content-disposition', 'attachment; filename="a.zip"');
		response.setHeader('content-type', 'application/zip').end(FILE);
	});
	try {
		const nodes = Object.entries(uses).map(([name, parameters]) => {
			const url = `=${String(parameters.url).replace('ORIGIN', server.origin)}`;
			return node(name, type, { ...parameters, url }, { typeVersion: NEWEST });
		});
		const to = (name: string) => ({ node: name, type: NodeConnectionTypes.Main, index: 0 });
		const connections = {
			Start: { main: [[to('Download')]] },
			Download: { main: [[to('Whole'), to('Form')]] },
		};
		const result = await n8n.runWorkflow(manualWith(ITEMS, nodes, { connections }));
		expect(result.error).toBeUndefined();
		const files = outputItems(result, 'Download').map(({ binary }) => binary!.data!);
		return {
			ids: files.map(({ id }) => id),
			files: files.map(({ id: _id, data, directory, ...file }) => ({
				...{ ...file, data: hashOf(Buffer.from(data)) },
				directory: directory?.replace(server.origin, 'ORIGIN'),
			})),
			outputs: Object.keys(uses).map((name) =>
				outputItems(result, name).map(({ json, pairedItem }) => ({ json, pairedItem })),
			),
			received: server.requests.map(sentOf).sort((a, b) => (a.url < b.url ? -1 : 1)),
		};
	} finally {
		await server.close();
	}
}

describe.each(Object.entries(PREFIXES))('mode %s', (mode, prefix) => {
	let n8n: RunningN8n;

	beforeAll(async () => {
		const instance = await createInstance({
			...{ name: 'test-binary', fresh: true, env: { N8N_DEFAULT_BINARY_DATA_MODE: mode } },
		});
		n8n = await instance.start();
	});

	afterAll(() => n8n?.stop());

	it('takes and gives files as HTTP Request does', async () => {
		const { ids: _ids, ...before } = await relay(n8n, BUILT_IN_TYPE);
		const { ids, ...after } = await relay(n8n, OUR_TYPE);
		expect(after).toEqual(before);
		const whole = after.received.filter(({ url }) => url.includes('whole'));
		expect(whole).toHaveLength(ITEMS.length);
		for (const { body, length } of whole) {
			expect({ body, length }).toEqual({ body: hashOf(FILE), length: String(FILE.length) });
		}
		expect(ids.map((id) => id?.slice(0, prefix?.length))).toEqual(ITEMS.map(() => prefix));
	});
});
